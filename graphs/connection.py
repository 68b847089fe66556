"""Lists of messages between two processes of one run, over a socket that both inherited or made."""

from __future__ import annotations

import asyncio
import pickle
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

_HEADER = struct.Struct(">I")
"""The length of what follows, in bytes."""


class Connection(asyncio.Protocol):
    """One end. What is sent before the connection is made goes out then; after its end it goes nowhere."""

    def __init__(self, take: Callable[[list[Any]], None], lost: Callable[[], None]) -> None:
        """`take` is given each list that the other end sent, `lost` is called once that end is gone."""
        self._take = take
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._early: list[bytes] = []

    def send(self, messages: Sequence[Any]) -> None:
        """Send one list. Where it cannot be pickled the connection ends, since nothing may be left out."""
        try:
            body = pickle.dumps(list(messages), pickle.HIGHEST_PROTOCOL)
        except Exception:
            self.close()
            raise
        self._early += (_HEADER.pack(len(body)), body)
        self._flush()

    def close(self) -> None:
        """End the connection, once all that was sent is on its way."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what was sent before."""
        self._transport = cast("asyncio.Transport", transport)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Hand over each list that is complete."""
        self._received += data
        start, available = 0, len(self._received)
        while available - start >= _HEADER.size:
            (length,) = _HEADER.unpack_from(self._received, start)
            end = start + _HEADER.size + length
            if end > available:
                break
            with memoryview(self._received) as view:
                messages = pickle.loads(view[start + _HEADER.size : end])
            start = end
            self._take(messages)
        del self._received[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        """The other end is gone, or this one was closed."""
        self._lost()

    def _flush(self) -> None:
        if self._transport is not None:
            if not self._transport.is_closing():
                self._transport.writelines(self._early)
            self._early.clear()
