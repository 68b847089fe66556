"""Figures of runs in Prometheus's text format, computed from the store whenever they are asked for."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store.records import RunRecord
from store.store import Store
from store.usage import usage_of

INTERVAL_S = 5.0


class MetricsFileError(Exception):
    """The metrics file cannot be written."""


def write_metrics(path: Path, store: Store, run: RunRecord) -> None:
    """Write a run's metrics into a file, whole: what collects files never sees half of one.

    Raises MetricsFileError.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(metrics_text(store, [run]))
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise MetricsFileError(
            f"cannot write metrics file {path}: {error.strerror}; give another --metrics-file"
        ) from error


@contextlib.asynccontextmanager
async def metrics_kept(path: Path | None, store: Store, run: RunRecord) -> AsyncIterator[None]:
    """While this lasts, a run's metrics are written every few seconds, off the event loop, and at the end.

    Nothing without a path. Raises MetricsFileError at once where the file cannot be written; where that
    becomes so later, the run goes on.
    """
    if path is None:
        yield
        return
    write_metrics(path, store, run)
    keeping = asyncio.create_task(_keep(path, store, run))
    try:
        yield
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        with contextlib.suppress(MetricsFileError):
            write_metrics(path, store, run)


async def _keep(path: Path, store: Store, run: RunRecord) -> None:
    while True:
        await asyncio.sleep(INTERVAL_S)
        with contextlib.suppress(MetricsFileError):  # there may be room again the next time
            await asyncio.to_thread(write_metrics, path, store, run)


def metrics_text(store: Store, runs: Iterable[RunRecord]) -> bytes:
    """The metrics of some runs."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_OfRuns(store, list(runs)))
    return generate_latest(registry)


class _OfRuns(Collector):
    def __init__(self, store: Store, runs: list[RunRecord]) -> None:
        self._store, self._runs = store, runs

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        instances = GaugeMetricFamily(
            "steward_instances", "Instances or cells of a run by state", labels=("run", "workflow", "state")
        )
        calls = CounterMetricFamily(
            "steward_calls", "Model calls on record", labels=("run", "role", "model", "outcome")
        )
        retries = CounterMetricFamily(
            "steward_http_attempts", "HTTP requests that those calls took", labels=("run", "role", "model")
        )
        tokens = CounterMetricFamily(
            "steward_tokens", "Tokens as servers reported them", labels=("run", "role", "model", "kind")
        )
        cost = CounterMetricFamily(
            "steward_cost_usd", "US dollars, of calls whose price is known", labels=("run", "role", "model")
        )
        for run in self._runs:
            counts = self._store.counts(run.id)
            for state in ("pending", "failed", "awaiting_review", "committed"):
                instances.add_metric((run.id, run.workflow, state), getattr(counts, state))
            for used in usage_of(self._store.file, run.id):
                by = (run.id, used.role, used.model)
                calls.add_metric((*by, "reply"), used.replies)
                calls.add_metric((*by, "error"), used.errors)
                retries.add_metric(by, used.http_attempts)
                tokens.add_metric((*by, "input"), used.input_tokens)
                tokens.add_metric((*by, "output"), used.output_tokens)
                cost.add_metric(by, used.cost_usd)
        yield from (instances, calls, retries, tokens, cost)
