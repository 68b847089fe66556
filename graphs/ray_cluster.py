"""The Ray cluster of a run: one that is there, or one on this machine for as long as the run takes."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import secrets
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphs.faults import NoWorkersError
from graphs.lock import held, removed

ROOMS = (
    *("agents", "answers", "benchmarks", "calculators", "consensus", "graphs", "locks", "prompts"),
    *("scenarios", "stats", "store", "telemetry"),
)
"""What a worker imports. It is sent to the nodes; the packages of requirements.txt have to be there."""
OBJECT_STORE_BYTES = 100 * 2**20
"""Shared memory of a cluster of our own: messages above 100 KB pass through it, on their way only."""
CONNECT_S = 10.0
_FOLDER = "steward-ray-"
_ROOT = Path(__file__).parent.parent


def missing_ray() -> str | None:
    """Why `--engine ray` cannot be used here, and the way out; None where it can."""
    if importlib.util.find_spec("ray") is not None:
        return None
    return (
        "--engine ray needs the package ray, which is not installed: "
        "`.venv/bin/python -m pip install --no-deps --require-hashes -r requirements-ray.txt`"
    )


def misnamed(address: str) -> str | None:
    """Why this cannot be the address of a cluster's head; None where it can."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal() and "/" not in host:
        return None
    return f"--ray-address {address} is not HOST:PORT, as `ray start --head` names it"


def package() -> dict[str, Any]:
    """The runtime environment of a run: our rooms, side by side, and nothing that lies beside them."""
    # "/." is the folder itself, which "/*" would leave out with everything in it
    excludes = ["/*", "!/.", *(f"!/{room}" for room in ROOMS), "__pycache__"]
    return {"working_dir": str(_ROOT), "excludes": excludes}


@contextmanager
def connected(address: str | None, cpus: int) -> Iterator[int]:
    """Connect this process to the cluster at an address, or to a new one with so many CPUs; yields its CPUs.

    A cluster of our own is on this machine and ends with the run. Its ports answer only who has its token,
    which only its processes know: Ray listens on every address of the machine.

    Raises NoWorkersError where there is no such cluster.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with contextlib.ExitStack() as stack:
        given = stack.enter_context(_own_cluster(cpus)) if address is None else _joining(address)
        import ray

        logging.getLogger("ray").setLevel(logging.ERROR)
        # Ray tells of dead workers on stdout, which is for data, and has no setting for it
        ray._private.worker._worker_logs_enabled = False
        terminate = signal.getsignal(signal.SIGTERM)
        try:
            # in this thread: what Ray starts ends with the thread that started it
            ray.init(
                **given,
                runtime_env=package(),
                log_to_driver=False,
                configure_logging=False,
                logging_level=logging.ERROR,
            )
        except (OSError, RuntimeError, ValueError) as error:
            ray.shutdown()
            raise NoWorkersError(_why(address, error)) from error
        finally:
            signal.signal(signal.SIGTERM, terminate)  # Ray puts its own in place, which would not drain
        stack.callback(ray.shutdown)
        resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
        yield int(resources.get("CPU", 0))


@contextmanager
def _own_cluster(cpus: int) -> Iterator[dict[str, Any]]:
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    before = {name: os.environ.get(name) for name in token}
    os.environ.update(token)
    try:
        with _own_folder(Path(tempfile.gettempdir())) as folder:
            yield {
                "address": "local",
                "num_cpus": cpus,
                "num_gpus": 0,
                "include_dashboard": False,
                "object_store_memory": OBJECT_STORE_BYTES,
                "_temp_dir": str(folder),
            }
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _own_folder(place: Path) -> Iterator[Path]:
    """A folder for the files of a cluster, which goes with it. Those of killed drivers go before it is made.

    Its lock is there first, and held: a lock that nobody holds is of a driver that was killed.
    """
    for lock in place.glob(f"{_FOLDER}*.lock"):
        with contextlib.suppress(OSError):  # another process was faster
            found = lock.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and removed(lock, really=True):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
    folder = place / f"{_FOLDER}{secrets.token_hex(4)}"
    with held(folder.with_suffix(".lock")):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _joining(address: str) -> dict[str, Any]:
    """How to join a cluster. That something listens there is seen to first: Ray would try for ever."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise NoWorkersError(_why(address, error)) from error
    return {"address": address}


def _why(address: str | None, error: Exception) -> str:
    said = " ".join(str(error).split())
    if address is None:
        return f"a Ray cluster cannot be started on this machine: {said}"
    return f"--ray-address {address}: {said}; docs/scale.md says how to start one, and what has to match"
