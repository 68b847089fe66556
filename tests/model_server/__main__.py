"""The scripted server as a process of its own: it outlives a client that is killed.

    python -m tests.model_server --port 0 --script package.module:function --log calls.jsonl

prints its URL on the first line of stdout and serves until it is terminated.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import signal
from pathlib import Path

from tests.model_server.replies import Script
from tests.model_server.server import ModelServer


def load_script(name: str) -> Script:
    """The script `module:function`."""
    module, _, attribute = name.partition(":")
    script: Script = getattr(importlib.import_module(module), attribute)
    return script


async def serve(script: Script, port: int, log: Path | None) -> None:
    server = ModelServer(script, log=log)
    await server.start(port)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    print(server.url, flush=True)
    await stop.wait()
    await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.model_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", required=True, help="module:function from ServerRequest to Reply")
    parser.add_argument("--log", type=Path, default=None, help="JSON Lines, one line per finished request")
    args = parser.parse_args()
    asyncio.run(serve(load_script(args.script), args.port, args.log))


if __name__ == "__main__":
    main()
