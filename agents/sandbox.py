"""Runs Python that a model wrote, in pydantic-monty: an interpreter of its own in worker processes.

What a program can use (checked by the tests, so that a prompt may say it):

- the language: functions, closures, lambdas, classes, comprehensions, generators, `match`, f-strings,
  exceptions; `round`, `min`, `max`, `sum`, `abs`, `divmod`, `sorted` and the like;
- modules: `math`, `datetime` (`date`, `datetime`, `timedelta`, `strptime`, `strftime`, `fromisoformat`),
  `decimal`, `re`, `json`, `collections`, `itertools`, `functools`, `dataclasses`, `typing`;
- not there: `statistics`, `fractions`, `calendar`, `numpy`, `dateutil`, `os` beyond its name, files, network,
  `input`, `__import__`.

A program has no clock: `date.today()` and `datetime.now()` are forbidden, and `random` starts from a fixed
seed, so the same code and inputs give the same answer.

The pool runs from worker threads. Monty's own asyncio pool was measured to abort the interpreter at exit
(SIGABRT in 7 of 40 short processes, against 0 of 40 with threads, pydantic-monty 1.4.0).
"""

from __future__ import annotations

import asyncio
import atexit
import datetime as dt
import math
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic_monty import (
    CollectString,
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    OSPolicy,
    ResourceLimits,
)

Input = float | str | bool | None

MAX_STDOUT_BYTES = 64_000
MAX_DEPTH = 5
MAX_LENGTH = 10_000
MAX_INT_BITS = 1024
RECURSION_LIMIT = 200

# Only what the program is given may determine its answer.
_POLICY = OSPolicy(datetime="call_host", sleep="call_host", process_time="zero", random_start={"seed": 0})
_FORBIDDEN_NAMES = frozenset(
    {"open", "input", "__import__", "globals", "locals", "vars", "exit", "quit", "breakpoint", "compile"}
)


class SandboxError(Exception):
    """A program gave no usable value; the message says why, in words for the model that wrote it."""


class SandboxSyntaxError(SandboxError):
    """The program is not Python, or uses a part of it that the sandbox lacks."""


class SandboxRuntimeError(SandboxError):
    """The program raised an exception, or recursed too deeply."""


class SandboxForbiddenError(SandboxError):
    """The program asked for something outside: a module, a file, the clock."""


class SandboxTimeLimitError(SandboxError):
    """The program ran longer than it may."""


class SandboxMemoryLimitError(SandboxError):
    """The program needed more memory than it may, or printed too much."""


class SandboxValueError(SandboxError):
    """The program ended without a value, or with one that is no answer (too large, not finite, an object)."""


class SandboxCrashedError(SandboxError):
    """The worker process died under the program, twice; the pool has replaced it."""


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """What a program gave: the value of its last expression (else of the variable `answer`).

    `value` is a number, string, boolean, date, datetime, timedelta or Decimal, or lists, tuples, sets and
    dicts of these; numbers are finite. `seconds` is wall time, the wait for a free worker included.
    """

    value: Any
    stdout: str
    seconds: float


class Sandbox:
    """A pool of workers, one program in each at a time; safe for concurrent use. Close it, or use `with`."""

    def __init__(self, processes: int | None = None) -> None:
        workers = processes or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="sandbox")
        self._pool = Monty(min_processes=1, max_processes=workers)
        self._pool.__enter__()
        self._closed = False

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for running programs and end the workers. May be called again."""
        if not self._closed:
            self._closed = True
            self._threads.shutdown(wait=True)
            self._pool.__exit__(None, None, None)

    async def run(
        self,
        code: str,
        inputs: Mapping[str, Input],
        *,
        time_limit_s: float = 2.0,
        memory_mb: float = 64,
    ) -> SandboxResult:
        """Run one program with `inputs` as its variables. Nothing is kept from one program to the next.

        Args:
            code: Python source.
            inputs: Variable name → value.
            time_limit_s: Seconds of execution.
            memory_mb: Megabytes (10⁶ bytes) of heap.

        Raises:
            SandboxError: one of its subclasses.
        """
        start = time.perf_counter()
        limits = ResourceLimits(
            max_feed_duration_secs=time_limit_s,
            max_memory=int(memory_mb * 1_000_000),
            max_recursion_depth=RECURSION_LIMIT,
        )
        loop = asyncio.get_running_loop()
        value, stdout = await loop.run_in_executor(self._threads, self._run, code, dict(inputs), limits)
        return SandboxResult(value, stdout, time.perf_counter() - start)

    def _run(self, code: str, inputs: dict[str, Input], limits: ResourceLimits) -> tuple[Any, str]:
        try:
            try:
                return self._run_once(code, inputs, limits)
            except MontyCrashedError as error:
                if error.timed_out:
                    raise
                # Ctrl-C in a terminal reaches the workers too; a program that kills its worker does so again.
                return self._run_once(code, inputs, limits)
        except MontyError as error:
            raise sandbox_error(error) from error

    def _run_once(self, code: str, inputs: dict[str, Input], limits: ResourceLimits) -> tuple[Any, str]:
        printed = CollectString(max_bytes=MAX_STDOUT_BYTES)
        with self._pool.checkout(limits=limits, os_policy=_POLICY) as session:
            value = session.feed_run(code, inputs=inputs, print_callback=printed)
            if value is None:
                value = _answer_variable(session)
        check_value(value)
        return value, printed.output


def _answer_variable(session: MontySession) -> Any:
    try:
        return session.feed_run("answer")
    except MontyRuntimeError as error:
        if isinstance(error.exception(), NameError):
            raise SandboxValueError(
                "the last line has no value: end the program with an expression"
            ) from error
        raise


def sandbox_error(error: MontyError) -> SandboxError:
    """The sandbox error that an interpreter error amounts to."""
    message = _message(error)
    if isinstance(error, MontySyntaxError):
        return SandboxSyntaxError(message)
    if isinstance(error, MontyCrashedError):
        kind = SandboxTimeLimitError if error.timed_out else SandboxCrashedError
        return kind(message)
    cause = error.exception()
    if isinstance(cause, TimeoutError) and "limit exceeded" in message:
        return SandboxTimeLimitError(message)
    if isinstance(cause, MemoryError):
        return SandboxMemoryLimitError(message)
    if _is_forbidden(cause):
        return SandboxForbiddenError(message)
    return SandboxRuntimeError(message)


def _is_forbidden(cause: BaseException) -> bool:
    if isinstance(cause, PermissionError | ImportError):
        return True
    if isinstance(cause, NameError):
        return any(f"'{name}'" in str(cause) for name in _FORBIDDEN_NAMES)
    return isinstance(cause, RuntimeError) and "not supported in this environment" in str(cause)


def _message(error: MontyError) -> str:
    if not isinstance(error, MontySyntaxError | MontyRuntimeError):
        return str(error)
    frames = error.traceback()
    where = f"line {frames[-1].line}: " if frames else ""
    return f"{where}{error.display('type-msg')}"


def check_value(value: Any, depth: int = 0) -> None:
    """Refuse what cannot be written down as an answer.

    Raises:
        SandboxValueError: nothing, a number that is not finite, an object, or something too large or deep.
    """
    if isinstance(value, bool | dt.date | dt.timedelta):
        return
    if isinstance(value, int):
        _require(value.bit_length() <= MAX_INT_BITS, f"an integer of more than {MAX_INT_BITS} bits")
    elif isinstance(value, float | Decimal):
        _require(math.isfinite(value), f"{value}, which is not a finite number")
    elif isinstance(value, str):
        _require(len(value) <= MAX_LENGTH, f"a text of more than {MAX_LENGTH} characters")
    elif isinstance(value, list | tuple | set | frozenset | dict):
        _require(depth < MAX_DEPTH, f"a value nested more than {MAX_DEPTH} deep")
        _require(len(value) <= MAX_LENGTH, f"more than {MAX_LENGTH} values")
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            check_value(item, depth + 1)
    else:
        _require(value is None and depth > 0, "nothing" if value is None else f"a {type(value).__name__}")


def _require(good: bool, found: str) -> None:
    if not good:
        raise SandboxValueError(f"the program's value is {found}")


_shared: Sandbox | None = None
_lock = threading.Lock()


def shared_sandbox() -> Sandbox:
    """The process's sandbox, started on first use and closed at exit or by `close_shared_sandbox`."""
    global _shared
    with _lock:
        if _shared is None:
            _shared = Sandbox()
            atexit.register(close_shared_sandbox)
        return _shared


def close_shared_sandbox() -> None:
    """End the shared sandbox's workers; the next use starts new ones."""
    global _shared
    with _lock:
        if _shared is not None:
            atexit.unregister(close_shared_sandbox)
            _shared.close()
            _shared = None


async def run_code(
    code: str, inputs: Mapping[str, Input], *, time_limit_s: float = 2.0, memory_mb: float = 64
) -> SandboxResult:
    """`Sandbox.run` in the process's shared sandbox."""
    return await shared_sandbox().run(code, inputs, time_limit_s=time_limit_s, memory_mb=memory_mb)
