from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from answers.canonical import sha256_items, sha256_json, sha256_members
from benchmarks.errors import BenchmarkError
from benchmarks.model import Benchmark, Instance, Rejection
from benchmarks.read import open_benchmark
from store import incoming
from store.errors import StoreUnwritable
from store.incoming import taken_in
from store.rows import dump_instance, dump_rejection
from store.store import Store
from tests.store.conftest import make_benchmark

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=5))
def test_items_one_by_one_hash_as_their_list(values: list[Any]) -> None:
    assert sha256_items(iter(values)) == sha256_json(values)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_members_one_by_one_hash_as_their_object(values: dict[str, Any]) -> None:
    assert sha256_members((name, values[name]) for name in sorted(values)) == sha256_json(values)


def whole_id(benchmark: Benchmark) -> str:
    """The id as it follows from all rows at once."""
    texts: dict[str, str] = {}
    rows = [dump_instance(instance, texts) for instance in benchmark.instances]
    rows += [dump_rejection(rejection, texts) for rejection in benchmark.rejections]
    values: list[JsonValue] = [[*row.values()] for row in rows]
    return sha256_json([benchmark.name, benchmark.sha256, [*benchmark.columns], *values])[:16]


def mixed(benchmark: Benchmark) -> Iterator[Instance | Rejection]:
    """Rejections among instances, as they come from a file."""
    yield from benchmark.instances[:3]
    yield from benchmark.rejections
    yield from benchmark.instances[3:]


@pytest.mark.parametrize("page", [1, 4, 200])
def test_what_is_taken_in_page_by_page_is_what_the_whole_is(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(incoming, "PAGE", page)
    monkeypatch.setattr(incoming, "_IN_MEMORY", 100)
    benchmark = make_benchmark(9)
    with taken_in(benchmark, mixed(benchmark), path) as found:
        assert found.record.id == whole_id(benchmark)
        assert store.add_incoming(found) == found.record.id
    assert tuple(store.instances(found.record.id)) == benchmark.instances
    assert tuple(store.rejections(found.record.id)) == benchmark.rejections
    assert store.add_benchmark(benchmark) == found.record.id
    assert [file.name for file in path.parent.iterdir() if not file.name.startswith(path.name)] == []


LINE = {"context": "A note.", "question": "How many?", "label": "3", "answer_kind": "integer"}


def write_lines(path: Path, ids: Sequence[str]) -> Path:
    path.write_text("".join(json.dumps({"id": name, **LINE}) + "\n" for name in ids), "utf-8")
    return path


def test_a_file_that_changes_while_it_is_read_leaves_nothing(
    tmp_path: Path, path: Path, store: Store
) -> None:
    source = write_lines(tmp_path / "b.jsonl", ["a", "b", "c"])
    opened = open_benchmark(str(source))
    results = opened.results()
    first = next(results)
    write_lines(source, ["a", "b", "c", "d"])
    with (
        pytest.raises(BenchmarkError, match="changed while it was read"),
        taken_in(opened.head, chain([first], results), path) as found,
    ):
        store.add_incoming(found)
    assert store.benchmarks() == []


def test_no_room_beside_the_store_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, *_: object, **__: object) -> None: ...

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None: ...

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", Full)
    benchmark = make_benchmark()
    with (
        pytest.raises(StoreUnwritable, match=r"beside .*steward\.db: No space left on device; make room"),
        taken_in(benchmark, benchmark.instances, path),
    ):
        pass
    assert not path.exists()


def test_a_store_that_breaks_off_holds_no_half_benchmark(store: Store, path: Path) -> None:
    benchmark = make_benchmark()
    other = benchmark.instances[0].model_copy(update={"source_id": "twin"})
    with (
        taken_in(benchmark, [*benchmark.instances, other], path) as found,
        pytest.raises(Exception, match="UNIQUE"),
    ):
        store.add_incoming(found)
    assert store.benchmarks() == []
    for table in ("texts", "instances"):
        assert store.file.rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]
