"""A run in the foreground: the bar, Ctrl-C, and a stderr that nobody reads."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.progress import ProgressView
from console.session import Interrupts, warn
from graphs.runner import Ending, Progress, Stop
from tests.console.harness import ROOT


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Broken(io.StringIO):
    """A pipe whose other end is gone."""

    def write(self, text: str, /) -> int:
        raise BrokenPipeError(text)


def test_the_bar_is_there_before_the_first_thread_ends() -> None:
    stream = Terminal()
    with ProgressView(quiet=False, stream=stream) as view:
        view.start(12)
        began = stream.getvalue()
        view.update(Progress(total=12, settled=3, parked=1))
    assert "0/12" in began
    assert "4/12" in stream.getvalue()
    assert "3 committed  1 to review" in stream.getvalue()


def test_elsewhere_than_on_a_terminal_nothing_is_drawn() -> None:
    stream = io.StringIO()
    with ProgressView(quiet=False, stream=stream) as view:
        view.start(12)
        view.update(Progress(total=12, settled=3))
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("by_itself", "first"),
    [
        (None, "Draining: "),
        ("budget", "Draining already (budget): "),
        ("stopped", "Draining already (stopped): "),
    ],
)
def test_the_first_ctrl_c_never_aborts(by_itself: Ending | None, first: str) -> None:
    async def sleep() -> None:
        await asyncio.sleep(60)

    async def pressed_twice() -> list[str]:
        task = asyncio.create_task(sleep())
        stop, stream = Stop(), io.StringIO()
        stop.watch(task)
        if by_itself is not None:
            stop.drain(by_itself, "why")
        with ProgressView(quiet=True, stream=stream) as view:
            interrupts = Interrupts(stop, view)
            interrupts.press()
            await asyncio.sleep(0)
            assert stop.reason == (by_itself or "drained")
            assert not task.done()
            interrupts.press()
            assert stop.reason == "aborted"
            with pytest.raises(asyncio.CancelledError):
                await task
        return stream.getvalue().splitlines()

    said = asyncio.run(pressed_twice())
    assert said[0].startswith(first)
    assert "again to abort" in said[0]
    assert said[1].startswith("Aborting.")


def test_a_warning_without_a_reader_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, Broken(), None):
        monkeypatch.setattr(sys, "stderr", stream)
        warn("unheard")
        with ProgressView(quiet=False) as view:
            view.say("unheard")
            view.update(Progress(total=1))
    monkeypatch.undo()
    warn("heard\x1b[31m")
    assert capsys.readouterr() == ("", "heard�[31m\n")


def test_ctrl_c_while_modules_are_read_ends_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    done = subprocess.run(
        [sys.executable, "run.py", "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
