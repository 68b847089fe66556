"""Install the other tools, each in a virtual environment of its own.

    python perf/peers/install.py FOLDER [--only KEY,…]

The versions are those that docs/performance.md reports on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Peer:
    """Another tool: how it is installed, and how it is best run."""

    key: str
    title: str
    requirements: tuple[str, ...]
    concurrency: int
    """Calls in flight in all with which it was fastest."""
    setting: str
    """What sets it, with a place for the number."""
    own_processes: str | None = None
    """What it does itself to use several cores; None: it runs in one process."""


PEERS = (
    Peer("inspect", "Inspect AI", ("inspect-ai==0.3.285", "openai==3.57.0"), 256, "max_connections={}"),
    Peer(
        "curator", "bespokelabs-curator", ("bespokelabs-curator==0.1.31",), 256, "max_concurrent_requests={}"
    ),
    Peer(
        "distilabel",
        "distilabel",
        ("distilabel[openai]==1.5.3", "openai==3.57.0", "requests==2.34.2"),
        256,
        "input_batch_size={}",
        own_processes="a process for each step",
    ),
)


def python_of(folder: Path, peer: Peer) -> Path:
    """The interpreter of a tool's virtual environment."""
    return folder / peer.key / "bin" / "python"


def main() -> None:
    """Install."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="the keys of some: " + ",".join(peer.key for peer in PEERS))
    given = parser.parse_args()
    for peer in PEERS:
        if given.only is None or peer.key in given.only.split(","):
            _install(given.folder, peer)


def _install(folder: Path, peer: Peer) -> None:
    venv.create(folder / peer.key, with_pip=True)
    command = [str(python_of(folder, peer)), "-m", "pip", "install", "--quiet", *peer.requirements]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"{peer.title} could not be installed: {' '.join(peer.requirements)}")
    print(f"{peer.title}: {' '.join(peer.requirements)}")


if __name__ == "__main__":
    main()
