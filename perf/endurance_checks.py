"""What must hold while a run is killed again and again, and in the end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from perf.measuring import ROOT
from store.errors import StoreError
from store.store import Store

_REPLIES = """SELECT c.id, c.key, json_extract(t.body, '$.provider_response_id') AS reply
FROM calls c JOIN texts t ON t.sha256 = c.response_sha WHERE c.outcome = 'reply'"""
_OUTCOMES = """SELECT w.run_id, w.instance_id,
    (SELECT count(*) FROM labels l WHERE l.run_id = w.run_id AND l.instance_id = w.instance_id) +
    (SELECT count(*) FROM escalations e WHERE e.run_id = w.run_id AND e.instance_id = w.instance_id)
    AS outcomes,
    (SELECT count(*) FROM votes v WHERE v.run_id = w.run_id AND v.instance_id = w.instance_id) AS votes
FROM work w"""


class WrongError(Exception):
    """Something was lost, made twice, or changed."""


class Request(NamedTuple):
    """What the server saw of a request."""

    n: int
    """In the order of arrival."""
    sha256: str
    """Of the body, which no two calls have in common."""
    what: str
    """The status, or `drop`."""
    reply: int | None
    """The number in the id of the reply, where it was answered with 200."""


class ServerLog:
    """What the mock server has written of the requests that are over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._requests: list[Request] = []

    def requests(self) -> list[Request]:
        """All so far."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole = file.read().rpartition(b"\n")[0]
        if whole:
            self._read += len(whole) + 1
            self._requests += [Request(**json.loads(line)) for line in whole.split(b"\n")]
        return self._requests


class Observed:
    """What was seen in the store so far. All of it must be there whenever it is looked at again."""

    def __init__(self) -> None:
        self.runs: frozenset[str] = frozenset()
        self.replies: Mapping[int, tuple[str, str]] = {}
        """Call id → the key and the id of the reply."""
        self.labels: Mapping[tuple[str, str], tuple[int, str]] = {}
        """Run and instance → the id of the label and its answer as JSON."""

    def look(self, path: Path) -> None:
        """Look at the store. Raises WrongError where something is gone or has changed."""
        try:
            with Store.open(path, read_only=True) as store:
                runs = frozenset(run.id for run in store.runs())
                replies = {row["id"]: (row["key"], row["reply"]) for row in store.file.rows(_REPLIES)}
                labels = {
                    (row["run_id"], row["instance_id"]): (row["id"], row["answer"])
                    for row in store.file.rows("SELECT * FROM labels")
                }
        except StoreError as error:
            if self.runs:
                raise WrongError(f"the store cannot be opened any more: {error}") from error
            return  # killed before there was one
        for what, before, now in (
            ("a run", self.runs, runs),
            ("a reply", self.replies.items(), replies.items()),
            ("a label", self.labels.items(), labels.items()),
        ):
            if not before <= now:  # as sets
                raise WrongError(f"{what} is gone or another one: {set(before) - set(now)}")
        self.runs, self.replies, self.labels = runs, replies, labels


def check_end(path: Path, log: ServerLog, votes: int) -> None:
    """Raise WrongError where an instance is without exactly one outcome, or a call was made for nothing."""
    with Store.open(path, read_only=True) as store:
        for row in store.file.rows(_OUTCOMES):
            if (row["outcomes"], row["votes"]) != (1, votes):
                raise WrongError(f"not one outcome from {votes} votes: {row}")
        recorded = {
            int(row["reply"].removeprefix("chatcmpl-")): row["id"] for row in store.file.rows(_REPLIES)
        }
    check_requests(recorded, log.requests())
    command = [sys.executable, "run.py", "verify", "--store", str(path)]
    verified = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if verified.returncode:
        raise WrongError(f"the store does not verify: {verified.stdout}{verified.stderr}")


def check_requests(recorded: Mapping[int, int], requests: list[Request]) -> None:
    """Raise WrongError where a request came although its reply was on record, or a call has no reply.

    Args:
        recorded: number of a reply → id of the call on record.
        requests: all that the server got.
    """
    by_call: dict[str, list[Request]] = defaultdict(list)
    for request in sorted(requests):
        by_call[request.sha256].append(request)
    for sent in by_call.values():
        kept = [request for request in sent if request.reply in recorded]
        if len(kept) != 1:
            raise WrongError(f"{len(kept)} replies on record to one call: {sent}")
        if kept[0] != sent[-1]:
            raise WrongError(f"asked for again although call {recorded[kept[0].reply or 0]} has it: {sent}")
    if len(by_call) != len(recorded):
        raise WrongError(f"{len(recorded)} replies on record and {len(by_call)} calls at the server")
