"""A model server that sends too much, too slowly or nothing: an error each, and nothing else suffers."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import pytest

from tests.console.harness import Background, Desk
from tests.graphs import scripts
from tests.graphs.test_interrupt import wait_for
from tests.model_server.replies import Dropped, GarbageReply, Reply, ServerRequest, Slow, StreamedReply

MEMORY_MB = 250
"""What the process may take above what it has before the first reply."""


def bomb(size: int) -> bytes:
    """So many zeros, gzipped: a thousandth of that."""
    packing, zeros = zlib.compressobj(wbits=31), bytes(2**20)
    return b"".join(packing.compress(zeros) for _ in range(size // len(zeros))) + packing.flush()


def hostile() -> dict[str, tuple[Reply, str]]:
    """Name of an instance → what the server does to it, and what is said of that."""
    return {
        "huge": (GarbageReply(b"[" + b"1," * 50_000_000 + b"1]"), "ResponseTooLarge"),
        "endless": (StreamedReply(b" " * 2**16), "ResponseTooLarge"),
        "bomb": (GarbageReply(bomb(2**29), headers={"Content-Encoding": "gzip"}), "ResponseTooLarge"),
        "trickle": (StreamedReply(b" ", pause=0.2), "ReadTimeout"),
        "silent": (Slow(7, GarbageReply()), "ReadTimeout"),
        "closed": (Dropped(), "no answer from 127.0.0.1"),
        "headers": (GarbageReply(headers={"x-much": "a" * 2**21}), "RemoteProtocolError"),
    }


def memory_mb(pid: int, field: str) -> float:
    """`VmRSS` or `VmHWM`, the most so far, of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def most_mb(process: Background) -> float:
    """How much memory a process has taken at most when it has ended."""
    most = 0.0
    while process.process.is_alive():
        try:
            most = max(most, memory_mb(process.pid, "VmHWM"))
        except (FileNotFoundError, StopIteration):  # it is ending
            break
        time.sleep(0.02)
    return most


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
def test_the_faults_of_a_server_are_told_and_cost_no_memory_and_no_other_instance(desk: Desk) -> None:
    replies = hostile()

    def script(request: ServerRequest) -> Reply:
        asked = [reply for name, (reply, _) in replies.items() if f"Case {name}." in request.prompt]
        return asked[0] if asked else scripts.agents(request)

    desk.server.script = script
    rows = [scripts.bmi(name, 50 + n, 170, "20", f"Case {name}.") for n, name in enumerate(replies)]
    rows += [scripts.bmi(f"good-{n}", 70 + n, 170, "20") for n in range(4)]
    http = ("--timeout", "4", "--attempts", "1", "--votes", "1", "--max-votes", "1")
    process = desk.background("relabel", desk.benchmark(*rows), "--model", desk.spec(), *http, "--json")
    before = memory_mb(process.pid, "VmRSS")
    most = most_mb(process)
    result = process.wait()
    assert result.code == 1, result.err
    assert "Traceback" not in result.err
    assert most - before < MEMORY_MB
    assert (result.json["committed"], result.json["pending"]) == (4, 0)
    told = {name: " ".join(said_of(desk, name)) for name in replies}
    assert {name: said for name, (_, said) in replies.items() if said not in told[name]} == {}, told
    assert desk("verify").code == 0
    wait_for(lambda: all(record.finished for record in desk.server.records), "the server's end of it", 30)


def said_of(desk: Desk, name: str) -> list[str]:
    """The errors of an instance's calls."""
    return [call.error or "" for call in desk.calls(name)]
