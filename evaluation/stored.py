"""The benchmark of a store's run, as it was read when the run was made."""

from __future__ import annotations

from benchmarks.model import Benchmark
from store.records import RunRecord
from store.store import Store


def benchmark_of(store: Store, run: RunRecord) -> Benchmark:
    """The benchmark with all its instances and rejections."""
    record = store.benchmark(run.benchmark_id)
    return Benchmark(
        name=record.name,
        source=record.source,
        sha256=record.sha256,
        columns=record.columns,
        instances=tuple(store.instances(record.id)),
        rejections=tuple(store.rejections(record.id)),
    )
