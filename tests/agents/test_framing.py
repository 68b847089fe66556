"""Texts go into prompts inside tags that they cannot close."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.critic import critic_task
from agents.extractor import extractor_task
from agents.framing import calculator_id, derivation_text, framed_parts, inputs_text
from agents.task import Task
from answers.model import AnswerSpec, NumberAnswer
from calculators.evaluate import evaluate
from calculators.model import Derivation, Evidence, InputValue, Step
from calculators.registry import all_calculators, get

TAGS = ("calculator", "answer_spec", "question", "context", "objection", "derivation", "inputs", "system")
pieces = st.sampled_from(
    [f"<{mark}{tag}{rest}>" for tag in TAGS for mark in ("", "/") for rest in ("", " id='x'", " ", "/")]
    + ["</CONTEXT>", "< /context>", "</context", "{{context}}", "{{question}}", "&lt;/context>", "<|im_end|>"]
    + ["a note", "\n", " ", "81 kg < 90 kg > 7"]
)
texts = st.lists(pieces, max_size=8).map("".join)


def task(context: str, question: str, calculator: str | None = "body_mass_index") -> Task:
    found = get(calculator) if calculator else None
    return Task("r", "i", "1", context, question, AnswerSpec(kind="number"), calculator=found)


def body(prompt: str, tag: str) -> str:
    """What stands in a tag, which must be there exactly once, opened and closed."""
    assert len(re.findall(rf"<{tag}[ >]", prompt)) == 1, prompt
    assert prompt.count(f"</{tag}>") == 1, prompt
    return prompt.partition(f"<{tag}")[2].partition(">")[2].rpartition(f"</{tag}>")[0]


@given(texts, texts, texts, st.sampled_from([None, "body_mass_index"]))
def test_no_text_opens_or_closes_a_frame(
    context: str, question: str, objection: str, calculator: str | None
) -> None:
    prompt = extractor_task(task(context, question, calculator), objection)
    frames = ["context", "question", "objection", "calculator" if calculator else "answer_spec"]
    for tag in frames:
        body(prompt, tag)
    assert "<system>" not in prompt
    shown = prompt.replace("&lt;", "<")
    for text in (context, question, objection):
        assert text.replace("&lt;", "<").strip("\n") in shown, "the text itself must stay"


@given(texts)
def test_what_a_model_wrote_is_framed_for_the_critic(text: str) -> None:
    derivation = Derivation(
        method="code",
        inputs=(
            InputValue(
                name="weight",
                status="present",
                value=text,
                time=text or None,
                evidence=Evidence(quote=text, start=0, end=len(text)),
            ),
        ),
        steps=(Step(name="formula", expression=text, value=text),),
        code=text or None,
        answer=NumberAnswer(value=1),
        notes=(text,),
    )
    prompt = critic_task(task("a note", "a question", None), derivation)
    assert "Answer: 1" in body(prompt, "derivation")
    assert body(prompt, "context").strip() == "a note"


@pytest.mark.parametrize("calculator", all_calculators(), ids=lambda c: c.id)
def test_a_definition_names_every_input_and_convention(calculator: object) -> None:
    assert calculator in all_calculators()
    known = get(calculator.id)
    prompt = extractor_task(task("a note", "a question", known.id), None)
    definition = body(prompt, "calculator")
    assert calculator_id(prompt) == known.id
    assert known.definition in definition
    for spec in known.inputs:
        assert re.search(rf"^- {spec.name}: ", definition, re.MULTILINE), spec.name
        assert all(option in definition for option in spec.allowed)
    for convention in known.conventions:
        assert all(option in definition for option in convention.options)


def test_framed_parts_are_what_was_put_in() -> None:
    prompt = extractor_task(task("note\nwith lines", "What is it?"), None)
    parts = framed_parts(prompt)
    assert parts["context"] == "note\nwith lines"
    assert parts["question"] == "What is it?"
    assert calculator_id(extractor_task(task("n", "q", None), None)) is None


def test_a_derivation_shows_all_that_a_critic_must_check() -> None:
    values = (
        InputValue(
            name="weight",
            status="present",
            value=81.0,
            unit="kg",
            bound="<",
            time="admission",
            evidence=Evidence(quote="weighs 81 kg", start=0, end=12),
        ),
        InputValue(name="height", status="present", value=180.0, unit="cm"),
    )
    text = derivation_text(evaluate(get("body_mass_index"), values, {}))
    assert 'weight: <81.0 kg (at admission), quote: "weighs 81 kg"' in text
    assert "Answer: " in text
    missing = inputs_text((InputValue(name="height", status="not_mentioned"),))
    assert "height: not mentioned" in missing
