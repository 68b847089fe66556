"""How a model is asked once it is trained."""

from __future__ import annotations

import warnings

import pytest

from tests.training.software import needed
from training.config import Arm, BuiltModel, Config, Decoder, GeneratedData, Grpo
from training.data import load_data

SIZE = Decoder(hidden_size=32, layers=1, heads=2, kv_heads=2, head_dim=16, intermediate_size=64)
CONFIG = Config(
    name="x",
    model=BuiltModel(decoder=SIZE),
    data=GeneratedData(formulas=("wells_dvt", "centor"), held_out=(), rates=(0.95, 0), train=16, test=8),
    arms={"a": Arm(labels="trusted"), "b": Arm(labels="systematic")},
    grpo=Grpo(steps=1, max_reply_tokens=12),
)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
def test_a_model_s_own_settings_do_not_change_its_replies() -> None:
    needed()
    with warnings.catch_warnings(action="ignore"):
        import torch

        from training.learner.judge import generate
        from training.learner.models import untrained

        def replies(**own: float) -> list[list[str]]:
            model, tokenizer = untrained(CONFIG, 0)
            model.generation_config.update(**own)
            model.eval()
            torch.manual_seed(0)
            items = load_data(CONFIG, 0).test
            return [generate(CONFIG, model, tokenizer, items, how) for how in ("greedy", "sampled")]

        plain = replies()
        assert replies(repetition_penalty=50.0, top_k=1, top_p=0.1, temperature=0.01) == plain
        assert plain[0] != plain[1]
