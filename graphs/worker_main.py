"""A worker process: one event loop, one station, and the socket to the driver that started it."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphs.remote import Station


_PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""


def main() -> None:
    """Work until the driver says that it is over. Without a driver nothing is left to do, nor to tell.

    Whoever asks a run to end asks all of its processes, as a terminal does; what comes of it is the driver's
    to say.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _end_with_driver()
    from graphs.loop import collect_seldom, run_loop

    collect_seldom()  # before what is to stay is read
    import graphs.processes  # noqa: F401 - all that a worker needs is read before the loop begins

    run_loop(_serve(socket.socket(fileno=int(sys.argv[1]))))


def _end_with_driver() -> None:
    """Have the kernel end this process with its driver, also while it is still reading modules."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _serve(driver: socket.socket) -> None:
    from graphs.connection import Connection
    from graphs.processes import Close
    from graphs.remote import Station
    from telemetry.start import end_telemetry, start_telemetry

    over, gone = asyncio.Event(), asyncio.Event()
    stations: list[Station] = []

    def take(messages: list[Any]) -> None:
        try:
            if not stations:
                assignment = messages.pop(0)
                start_telemetry(assignment.how.log_file)
                stations.append(Station(assignment, connection.send))
            if messages and isinstance(messages[-1], Close):
                messages.pop()
                over.set()
            stations[0].take(messages)
        except Exception:  # noqa: BLE001 - a worker that missed what it was told must not go on
            traceback.print_exc()
            os._exit(1)

    def lost() -> None:
        if not over.is_set():
            os._exit(1)
        gone.set()

    connection = Connection(take, lost)
    driver.setblocking(False)
    await asyncio.get_running_loop().create_unix_connection(lambda: connection, sock=driver)
    await over.wait()
    for station in stations:
        await station.close()
        end_telemetry()
    connection.close()
    await gone.wait()
