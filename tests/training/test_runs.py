"""Whole experiments in little, as a user runs them: complete, killed, drained, failed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.training import software
from training.folder import BASE, REPLIES, Stage, done, read_contract, read_steps
from training.folder import STEPS as STEPS_FILE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
STEPS = 12
CONFIG = f"""
model:
  kind: built
  decoder: {{hidden_size: 16, layers: 1, heads: 2, kv_heads: 2, head_dim: 8, intermediate_size: 32}}
  demonstrations: {{steps: 10, batch: 8}}
data:
  kind: generated
  formulas: [wells_dvt, centor]
  held_out: [perc]
  rates: [0.9, 0]
  train: 24
  test: 12
arms:
  corrected: {{labels: trusted}}
  systematic: {{labels: systematic}}
grpo: {{steps: {STEPS}, prompts: 4, rollouts: 4, max_reply_tokens: 8, save_every: 2}}
judging: {{samples: 2, batch: 8}}
seeds: [0]
"""
LONG = CONFIG.replace(f"steps: {STEPS},", "steps: 2000,")
ARM = Stage(arm="corrected", seed=0)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    software.needed()
    path = tmp_path / "little.yaml"
    path.write_text(CONFIG, "utf-8")
    return path


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `train run`; whatever of it is left in the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def started(config: Path, out: Path, *options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "run.py", "train", "run", str(config), "--out", str(out), *options],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        begun.append(process)
        return process

    yield started
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    out, err = process.communicate(timeout=400)
    assert process.returncode == code, err
    return out, err


def until_step(out: Path, stage: Stage, step: int) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        if any(record.step >= step for record in read_steps(out, stage)):
            return
        time.sleep(0.05)
    raise AssertionError(f"{stage.id} did not come to step {step}")


def workers_of(out: Path) -> list[int]:
    """The processes that do a stage in this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"training.worker" in command and str(out).encode() in command:
                found.append(int(entry.name))
    return found


def what_came_out(out: Path) -> dict[str, Any]:
    """Every reply, and every step but for how long it took."""
    stages = [Stage(arm=arm, seed=0) for arm in (BASE, "corrected", "systematic")]
    steps = [
        record.model_dump(exclude={"seconds"}) for stage in stages[1:] for record in read_steps(out, stage)
    ]
    return {"steps": steps, **{stage.id: (out / stage.id / REPLIES).read_text("utf-8") for stage in stages}}


def test_what_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    config: Path, start: Start, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    out, _ = ended(start(config, whole, "--json"))
    facts = json.loads(out)
    assert facts["ending"] == "done"
    assert {arm["arm"] for arm in facts["analysis"]["arms"]} == {"corrected", "systematic"}

    process = start(config, killed)
    until_step(killed, ARM, 5)
    process.kill()
    for worker in workers_of(killed):
        os.kill(worker, signal.SIGKILL)
    process.communicate()
    assert done(killed, Stage(arm=BASE, seed=0)) is not None
    assert done(killed, ARM) is None
    base = (killed / "base-0" / REPLIES).stat().st_mtime_ns

    ended(start(config, killed))
    assert what_came_out(killed) == what_came_out(whole)
    assert (killed / "base-0" / REPLIES).stat().st_mtime_ns == base, "what was done is not done again"
    corrected, systematic = (
        [record.batch for record in read_steps(whole, Stage(arm=arm, seed=0))]
        for arm in ("corrected", "systematic")
    )
    assert corrected == systematic, "both arms were asked the same"
    assert len(corrected) == len(set(corrected) | {None}) - 1 == STEPS

    before = what_came_out(whole)
    _, err = ended(start(config, whole))
    assert "GRPO" not in err
    assert what_came_out(whole) == before


def test_an_orphan_ends_and_the_next_driver_goes_on(config: Path, start: Start, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(config, out)
    until_step(out, ARM, 2)
    process.kill()
    process.communicate()
    ended(start(config, out))
    assert [record.step for record in read_steps(out, ARM)] == list(range(1, STEPS + 1))
    assert workers_of(out) == []


def test_ctrl_c_drains_and_a_second_run_is_refused_meanwhile(
    config: Path, start: Start, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    config.write_text(LONG, "utf-8")
    process = start(config, out)
    until_step(out, ARM, 2)
    _, err = ended(start(config, out), code=2)
    assert f"another process runs {out}" in err
    process.send_signal(signal.SIGINT)
    _, err = ended(process, code=130)
    assert "Draining" in err
    assert workers_of(out) == []
    made = len(read_steps(out, ARM))
    assert made < 2000, "it stopped before its end"

    process = start(config, out)
    until_step(out, ARM, made + 1)
    process.send_signal(signal.SIGINT)
    ended(process, code=130)
    steps = (out / ARM.id / STEPS_FILE).read_text("utf-8").splitlines()
    assert [json.loads(line)["step"] for line in steps] == list(range(1, len(steps) + 1)), "none twice"


def test_a_stage_that_fails_is_told_and_other_settings_are_refused(
    config: Path, start: Start, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    config.write_text(LONG, "utf-8")
    process = start(config, out)
    until_step(out, ARM, 1)
    for worker in workers_of(out):
        os.kill(worker, signal.SIGKILL)
    _, err = ended(process, code=1)
    assert "corrected-0 failed: exit code -9" in err
    assert read_contract(out).config.name == "little"
    config.write_text(CONFIG, "utf-8")
    _, err = ended(start(config, out), code=2)
    assert f"config.grpo.steps: 2000, {STEPS}" in err
    assert "--out" in err
