from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from answers.canonical import canonical_json, sha256_json, sha256_text
from store.contracts import contract_sha

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_reading_gives_the_value_back_and_writing_it_again_the_same_text(value: JsonValue) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text
    text.encode()


@given(st.dictionaries(st.text(), json_values, max_size=6), st.randoms())
def test_order_of_keys_does_not_count(value: dict[str, JsonValue], random: object) -> None:
    items = list(value.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert canonical_json(dict(items)) == canonical_json(value)


@given(json_values, json_values)
def test_different_text_means_different_value(a: JsonValue, b: JsonValue) -> None:
    if canonical_json(a) == canonical_json(b):
        assert a == b


def test_form() -> None:
    assert canonical_json({"b": [1, 1.0, 0.1], "a": "é\n"}) == '{"a":"é\\n","b":[1,1.0,0.1]}'
    assert sha256_json({}) == sha256_text("{}")
    assert sha256_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [-float("inf")]])
def test_numbers_that_json_lacks_are_refused(value: JsonValue) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(value)


def test_half_a_surrogate_pair_survives() -> None:
    value: JsonValue = {"text": "cut \ud83d"}
    assert json.loads(canonical_json(value).encode().decode()) == value


def test_composed_and_decomposed_letters_stay_apart() -> None:
    assert sha256_json("\u00e9") != sha256_json("e\u0301")


def test_contract_hash_ignores_order_and_nothing_else() -> None:
    a: dict[str, JsonValue] = {"votes": 5, "models": {"critic": "offline", "extractor": "offline"}}
    b: dict[str, JsonValue] = {
        "models": {"extractor": "offline", "critic": "openai:x"},
        "votes": 5,
        "seed": 1,
    }
    assert contract_sha(a) == contract_sha(dict(reversed(a.items())))
    assert contract_sha(a) != contract_sha(b)
