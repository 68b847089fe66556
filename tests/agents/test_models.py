"""Model specs: what parses, what is refused and with which words, and what is built."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.usage import RequestUsage

from agents.models import build_model, close_model, model_settings
from agents.prices import BadPriceTable, PriceTable, cost, estimate, load_prices
from agents.specs import FORMS, BadModelSpec, Sampling, endpoint, parse_spec


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "kind", "name", "base_url"),
    [
        ("offline", "offline", "", None),
        (" offline ", "offline", "", None),
        ("openai:gpt-5.4", "responses", "gpt-5.4", None),
        ("openai-responses:gpt-5.4", "responses", "gpt-5.4", None),
        ("openai:m@https://host.example/v1", "responses", "m", "https://host.example/v1"),
        ("openai-chat:gpt-5.4", "chat", "gpt-5.4", None),
        (
            "openai-chat:Qwen/Qwen3-8B@http://127.0.0.1:8000/v1/",
            "chat",
            "Qwen/Qwen3-8B",
            "http://127.0.0.1:8000/v1",
        ),
        ("openai-chat:qwen3:8b@http://[::1]:11434/v1", "chat", "qwen3:8b", "http://[::1]:11434/v1"),
        ("anthropic:claude-sonnet-4-5", "provider", "claude-sonnet-4-5", None),
    ],
)
def test_forms(text: str, kind: str, name: str, base_url: str | None) -> None:
    spec = parse_spec(text)
    assert (spec.kind, spec.name, spec.base_url) == (kind, name, base_url)
    assert parse_spec(spec.text) == spec


@pytest.mark.parametrize(
    ("text", "file", "pattern"),
    [
        ("replay:answers.csv", "answers.csv", None),
        ("replay:../data/a b.csv#gpt-oss-*", "../data/a b.csv", "gpt-oss-*"),
        ("replay:/x/y.jsonl#run[12]", "/x/y.jsonl", "run[12]"),
    ],
)
def test_replay(text: str, file: str, pattern: str | None) -> None:
    spec = parse_spec(text)
    assert (spec.kind, spec.file, spec.pattern) == ("replay", file, pattern)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no provider"),
        ("gpt-5.4", "no provider"),
        (":gpt", "before the colon"),
        ("openai:", "after the colon"),
        ("openai: @http://h/v1", "names no model"),
        ("offline:fast", "takes no name"),
        ("replay:#x", "needs a FILE"),
        ("replay:f#", "PATTERN"),
        ("openai-chat:m@", "not a base URL"),
        ("openai-chat:m@localhost:8000", "not a base URL"),
        ("openai-chat:m@ftp://h/v1", "not a base URL"),
        ("openai-chat:m@http://h:port/v1", "bad port"),
        ("openai-chat:m@http://h/v1?key=1", "no query"),
        ("openai-chat:m@http://u:secret@h/v1", "more than one @"),
    ],
)
def test_bad_specs_say_what_is_wrong_and_list_the_forms(text: str, problem: str) -> None:
    with pytest.raises(BadModelSpec, match=problem) as caught:
        parse_spec(text)
    assert FORMS in str(caught.value)
    assert "secret" not in str(caught.value)
    if text:
        assert text.split("//")[0] in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        spec = parse_spec(text)
    except BadModelSpec:
        return
    assert parse_spec(spec.text) == spec


def test_endpoint_prefers_the_spec_then_the_environment() -> None:
    environ = {"OPENAI_BASE_URL": "http://gateway.example/v1/"}
    assert endpoint(parse_spec("openai:m@http://h/v1"), environ) == "http://h/v1"
    assert endpoint(parse_spec("openai:m"), environ) == "http://gateway.example/v1"
    assert endpoint(parse_spec("openai:m"), {}) == "https://api.openai.com/v1"
    assert endpoint(parse_spec("offline"), environ) is None
    assert endpoint(parse_spec("anthropic:m"), environ) is None


@pytest.mark.parametrize("text", ["openai:gpt-5.4", "openai-chat:m@https://models.example/v1"])
def test_a_missing_key_is_named_before_any_work(text: str) -> None:
    with pytest.raises(BadModelSpec, match="OPENAI_API_KEY") as caught:
        build_model(parse_spec(text))
    assert "\n" not in str(caught.value), "the spec is well formed, and the list of forms no way out"


@pytest.mark.parametrize("url", ["http://localhost:1/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"])
def test_a_local_server_needs_no_key(url: str) -> None:
    model = build_model(parse_spec(f"openai-chat:m@{url}"))
    assert isinstance(model, OpenAIChatModel)
    assert str(model.client.base_url).rstrip("/") == url
    assert model.client.max_retries == 0
    asyncio.run(close_model(model))


def test_the_key_and_the_url_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gateway.example/v1")
    model = build_model(parse_spec("openai:m"))
    assert isinstance(model, OpenAIResponsesModel)
    assert model.client.api_key == "sk-test"
    assert model.base_url == "http://gateway.example/v1/"
    assert model.system == "openai-compatible"
    asyncio.run(close_model(model))


def test_openai_itself_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    model = build_model(parse_spec("openai:gpt-5.4"))
    assert model.system == "openai"
    asyncio.run(close_model(model))


@pytest.mark.parametrize("text", ["no-such-provider:m", "offline", "replay:x.csv"])
def test_what_cannot_be_built_is_refused(text: str) -> None:
    with pytest.raises(BadModelSpec):
        build_model(parse_spec(text))


def test_a_provider_of_pydantic_ai_is_passed_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://127.0.0.1:11434/v1")
    assert build_model(parse_spec("ollama:qwen3:8b")).model_name == "qwen3:8b"
    monkeypatch.delenv("OLLAMA_BASE_URL")
    with pytest.raises(BadModelSpec, match="OLLAMA_BASE_URL"):
        build_model(parse_spec("ollama:qwen3:8b"))


def test_settings_vary_the_seed_by_sample() -> None:
    sampling = Sampling(temperature=0.7, max_tokens=500, seed=100)
    chat = parse_spec("openai-chat:m@http://127.0.0.1:1/v1")
    assert model_settings(chat, sampling, 3) == {"temperature": 0.7, "max_tokens": 500, "seed": 103}
    assert "seed" not in model_settings(parse_spec("openai:m"), sampling, 3)
    assert model_settings(chat, Sampling(), 3) == {}


def test_importing_models_does_not_import_the_offline_reader() -> None:
    code = "import sys, agents.models; print([m for m in sys.modules if m.startswith('agents.offline')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def response(model_name: str) -> ModelResponse:
    usage = RequestUsage(input_tokens=1_000_000, cache_read_tokens=400_000, output_tokens=100_000)
    return ModelResponse(parts=[], model_name=model_name, usage=usage)


LOCAL = "openai-chat:my-model@http://127.0.0.1:8000/v1"


@pytest.mark.parametrize("key", ["my-model", LOCAL])
def test_table_prices(tmp_path: Path, key: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(
        f"'{key}': {{input_usd_per_mtok: 1, output_usd_per_mtok: 10, cached_input_usd_per_mtok: 0.1}}"
    )
    price = cost(response("my-model"), parse_spec(LOCAL), load_prices(path))
    assert (price.usd, price.known, price.source) == (Decimal("1.64"), True, "table")


def test_cached_tokens_cost_as_others_where_the_table_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"my-model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 10}}')
    assert cost(response("my-model"), parse_spec(LOCAL), load_prices(path)).usd == 2


def test_an_unpriced_model_is_unknown_and_not_free() -> None:
    price = cost(response("my-model"), parse_spec(LOCAL), PriceTable())
    assert (price.usd, price.known, price.source) == (None, False, "unknown")


def test_a_local_copy_of_a_priced_model_is_not_priced_as_the_original() -> None:
    spec = parse_spec("openai-chat:gpt-4o@http://127.0.0.1:8000/v1")
    assert not cost(response("gpt-4o"), spec, PriceTable()).known


def test_public_prices_where_the_table_has_none() -> None:
    price = cost(response("gpt-4o"), parse_spec("openai:gpt-4o"), PriceTable())
    assert price.source == "genai-prices"
    assert price.usd is not None
    assert price.usd > 0


def test_estimates_apply_the_same_prices(tmp_path: Path) -> None:
    assert estimate(parse_spec("openai:gpt-4o"), 1000, 100, PriceTable()).source == "genai-prices"
    assert estimate(parse_spec("anthropic:claude-sonnet-4-5"), 1000, 100, PriceTable()).known
    assert not estimate(parse_spec("openai-chat:gpt-4o@http://127.0.0.1:1/v1"), 1000, 100, PriceTable()).known
    assert estimate(parse_spec("offline"), 1000, 100, PriceTable()).usd == 0


def test_a_response_without_usage_has_no_known_price(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text("my-model: {input_usd_per_mtok: 1, output_usd_per_mtok: 10}")
    bare = ModelResponse(parts=[], model_name="my-model", usage=RequestUsage())
    assert not cost(bare, parse_spec(LOCAL), load_prices(path)).known


@pytest.mark.parametrize("text", ["offline", "replay:x.csv"])
def test_what_calls_nobody_is_free(text: str) -> None:
    price = cost(response("anything"), parse_spec(text), PriceTable())
    assert (price.usd, price.known) == (Decimal(0), True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("m: {input_usd_per_mtok: -1, output_usd_per_mtok: 1}", "m.input_usd_per_mtok"),
        ("m: {input_usd_per_mtok: 1}", "m.output_usd_per_mtok"),
        ("m: 3", "m:"),
        ("- a", "top level"),
        ("m: {input_usd_per_mtok: .nan, output_usd_per_mtok: 1}", "m.input_usd_per_mtok"),
        ("a: [", "prices.yaml"),
    ],
)
def test_bad_price_tables_name_file_and_entry(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(content)
    with pytest.raises(BadPriceTable, match=says) as caught:
        load_prices(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_price_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadPriceTable, match=r"none\.yaml"):
        load_prices(tmp_path / "none.yaml")
    assert load_prices(None) == PriceTable()
