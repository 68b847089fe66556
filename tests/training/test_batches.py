"""An arm that was interrupted, in whichever epoch, is asked what one is that was not."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.training.software import needed
from training.config import Arm, Config, Decoder, GeneratedData, Grpo, LoadedModel
from training.data import load_data
from training.folder import Stage, read_steps


def test_a_checkpoint_that_a_kill_cut_off_is_none(tmp_path: Path) -> None:
    from training.learner.models import last_checkpoint

    assert last_checkpoint(tmp_path) is None
    for step in (9, 10, 11):
        place = tmp_path / "checkpoints" / f"checkpoint-{step}"
        place.mkdir(parents=True)
        (place / "model.safetensors").touch()
        if step < 11:
            (place / "trainer_state.json").touch()
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoints" / "checkpoint-10")


SIZE = Decoder(hidden_size=32, layers=1, heads=2, kv_heads=2, head_dim=16, intermediate_size=64)
EPOCH, ALL = 3, 8


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
def test_an_interruption_in_any_epoch_changes_no_batch_and_no_reward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with warnings.catch_warnings(action="ignore"):
        from training.learner.improve import improve
        from training.learner.models import loaded
        from training.learner.trial import random_base
        from training.learner.watch import Stopping

        class StopAfter(Stopping):
            def __init__(self, steps: int) -> None:
                super().__init__()
                self._left = steps

            def agree(self) -> None:
                self._left -= 1
                self._asked = self._left <= 0

        base = tmp_path / "base"
        config = Config(
            name="x",
            model=LoadedModel(kind="loaded", name=str(base), dtype="float32"),
            data=GeneratedData(
                formulas=("wells_dvt", "centor"), held_out=(), rates=(0.95, 0), train=4 * EPOCH, test=4
            ),
            arms={"a": Arm(labels="trusted"), "b": Arm(labels="systematic")},
            grpo=Grpo(steps=ALL, prompts=4, rollouts=4, max_reply_tokens=4, learning_rate=1e-3, save_every=1),
            seeds=(0,),
        )
        data = load_data(config, 0)
        random_base(SIZE, 1, "float32", data.train, ("trusted", "systematic"), 0, base)

        def steps(name: str, *stops: int) -> list[dict[str, Any]]:
            folder = tmp_path / f"{name}-0"
            folder.mkdir()
            for after in stops:
                model, tokenizer = loaded(str(base), "float32")
                improve(config, folder, config.arms["a"], 0, model, tokenizer, data, StopAfter(after))
            made = read_steps(tmp_path, Stage(arm=name, seed=0))
            return [record.model_dump(exclude={"seconds"}) for record in made]

        whole = steps("whole", 100)
        assert len({step["batch"] for step in whole}) == ALL, "each epoch has an order of its own"
        for after in (2, EPOCH, EPOCH + 1, 2 * EPOCH + 1, ALL):
            assert steps(f"after_{after}", after, 100) == whole
