"""An arm that is trained by two processes sees the batches that one process sees, and is written once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.training.software import needed
from training.config import Arm, Config, Decoder, GeneratedData, Grpo, Judging, LoadedModel
from training.contract import make_contract
from training.data import load_data
from training.folder import DRIVER, Stage, begin, done, read_replies, read_steps, trained
from training.runner import command_line

ROOT = Path(__file__).parents[2]
SIZE = Decoder(hidden_size=32, layers=1, heads=2, kv_heads=2, head_dim=16, intermediate_size=64)
ARM = Stage(arm="corrected", seed=0)
STEPS = 3


@pytest.mark.slow
def test_a_process_that_torchrun_started_stops_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    needed()
    from training.learner.watch import Stopping

    before = signal.getsignal(signal.SIGTERM)
    try:
        monkeypatch.setenv(DRIVER, f"{os.getpid()}")
        assert not Stopping()
        gone = subprocess.Popen(["true"])
        gone.wait()
        monkeypatch.setenv(DRIVER, f"{gone.pid}")
        assert Stopping()
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.slow
def test_two_processes_make_the_steps_of_one(tmp_path: Path) -> None:
    needed()
    from training.learner.trial import random_base, weights_that_differ

    base = tmp_path / "base"
    found = {}
    for devices in (1, 2):
        config = Config(
            name="ranks",
            model=LoadedModel(kind="loaded", name=str(base), dtype="float32"),
            data=GeneratedData(
                formulas=("wells_dvt", "centor"), held_out=(), rates=(0.95, 0), train=16, test=4
            ),
            arms={"corrected": Arm(labels="trusted"), "systematic": Arm(labels="systematic")},
            grpo=Grpo(steps=STEPS, prompts=4, rollouts=4, max_reply_tokens=4, learning_rate=1e-3),
            judging=Judging(samples=1),
            seeds=(0,),
            devices=devices,
        )
        data = load_data(config, 0)
        if devices == 1:
            random_base(SIZE, 1, "float32", data.train, ("trusted", "systematic"), 0, base)
        folder = tmp_path / str(devices)
        begin(folder, make_contract(config))
        ended = subprocess.run(
            command_line(folder, config, ARM),
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
        )
        assert done(folder, ARM), ended.stderr
        told = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith('{"')]
        steps = [one["done"] for one in told if one["phase"] == "improving"]
        assert steps == [1, 2, 3], "one process tells, each step once"
        assert (took := trained(folder, ARM)) is not None
        assert took.steps == STEPS
        assert len(read_replies(folder, ARM)) == 2 * len(data.test)
        assert weights_that_differ(base, folder / ARM.id / "model")
        found[devices] = read_steps(folder, ARM)
    batches = {devices: [record.batch for record in records] for devices, records in found.items()}
    assert batches[1] == batches[2], "both halves of a batch are seen, in its order"
    assert len(set(batches[1])) == STEPS
    assert any(record.right_trusted for record in found[2])
