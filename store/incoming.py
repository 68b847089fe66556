"""A benchmark on its way into a store: gone over once, its rows kept in a file until its id is known.

The id is a hash over all rows and stands in each of them, and rows are never changed once they are written:
so they are gathered beside the store first, and the store is locked only while they are copied into it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

from benchmarks.model import BenchmarkHead, Instance, Rejection
from store.connection import SqlValue, check_path
from store.errors import StoreUnwritable
from store.records import BenchmarkRecord
from store.rows import benchmark_id, dump_instance, dump_rejection

PAGE = 200
"""Rows that are held in memory at once."""
_IN_MEMORY = 8 << 20
"""Bytes of a small benchmark for which no file is made."""

_Row = dict[str, SqlValue]
Thing = TypeVar("Thing")


def batched(items: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Lists of this many items, the last of what is left."""
    rest = iter(items)
    while page := list(islice(rest, size)):
        yield page


@dataclass
class Page:
    """Some rows of a benchmark, without its id, and the texts that they refer to."""

    instances: list[_Row] = field(default_factory=list)
    rejections: list[_Row] = field(default_factory=list)
    texts: list[_Row] = field(default_factory=list)


class _Pages:
    """Pages in a file beside a store that nobody else sees, and that is gone with the process."""

    def __init__(self, store: Path) -> None:
        self._store = store
        # Not in the folder for temporary files: that one may be memory.
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(store.resolve().parent))  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, page: Page) -> None:
        line = json.dumps([page.instances, page.rejections, page.texts]).encode() + b"\n"
        try:
            self._file.write(line)
        except OSError as error:
            raise StoreUnwritable(
                f"cannot write beside {self._store}: {error.strerror or error}; make room, or choose another "
                "--store"
            ) from error

    def __iter__(self) -> Iterator[Page]:
        self._file.seek(0)
        for line in self._file:
            yield Page(*json.loads(line))


@dataclass(frozen=True)
class Incoming:
    """A benchmark that was taken in: its record, and its rows page by page."""

    record: BenchmarkRecord
    _instances: _Pages
    _rejections: _Pages

    def pages(self) -> Iterator[Page]:
        """All rows, from the first one at each call; rejections after instances."""
        yield from self._instances
        yield from self._rejections


@contextmanager
def taken_in(head: BenchmarkHead, results: Iterable[Instance | Rejection], store: Path) -> Iterator[Incoming]:
    """Go over what became of a benchmark's rows, and have them ready for the store at this path.

    Raises:
        StoreUnwritable: there is no room beside the store, and what `Store.open` raises for such a path.
    """
    check_path(store, create=True)
    with _Pages(store) as kept, _Pages(store) as rejected:
        rows = _instances_of(results, kept, rejected)
        identity = benchmark_id(head, rows, (row for page in rejected for row in page.rejections))
        facts = head.model_dump(include=set(BenchmarkHead.model_fields))
        yield Incoming(BenchmarkRecord(id=identity, **facts), kept, rejected)


def _instances_of(results: Iterable[Instance | Rejection], kept: _Pages, rejected: _Pages) -> Iterator[_Row]:
    """The rows of the instances without their position, after all results were put into pages."""
    position = 0
    for batch in batched(results, PAGE):
        texts: dict[str, str] = {}
        page = Page()
        for result in batch:
            if isinstance(result, Rejection):
                page.rejections.append(dump_rejection(result, texts))
                continue
            row = dump_instance(result, texts)
            page.instances.append({"position": position, **row})
            position += 1
            yield row
        if page.rejections:
            rejected.add(Page(rejections=page.rejections))
        page.texts = [{"sha256": digest, "body": body} for digest, body in texts.items()]
        kept.add(Page(instances=page.instances, texts=page.texts))
