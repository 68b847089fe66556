from __future__ import annotations

import json
from pathlib import Path

import pytest

from store.records import RunRecord
from store.secrets import scrub
from store.store import Store
from tests.store.conftest import make_call

KEY = "sk-proj-" + "a1B2" * 8


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"401: incorrect API key provided: {KEY}.", "401: incorrect API key provided: "),
        ("Authorization: Bearer abc.def", "Authorization: Bearer "),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", "{'authorization': 'Basic "),
        ("x-api-key: 0123456789abcdef", "x-api-key: "),
        ("GET http://user:pa55@host/v1", "GET http://"),
        ("token hf_abcdefghijklmnopqrst", "token "),
    ],
)
def test_credentials_of_known_shape_go(text: str, kept: str) -> None:
    clean = scrub(text)
    assert clean.startswith(f"{kept}[redacted]")
    assert all(part not in clean for part in (KEY, "abc.def", "dXNl", "0123456789abcdef", "pa55", "hf_abc"))


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "HF_TOKEN", "DB_PASSWORD", "CLIENT_SECRET"])
def test_values_of_the_environment_go(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, 'plain"looking words')
    assert scrub('got plain"looking words here') == "got [redacted] here"
    assert json.loads(scrub(json.dumps(['plain"looking words']))) == ["[redacted]"]


def test_placeholders_and_notes_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_API_KEY", "EMPTY")
    note = (
        "EMPTY stomach, risk-stratification-before-discharge, bearer of the BRCA1 gene; authorization: "
        "pending; therapies: api key people; see https://example.org/a:b. Author-ization token bearer."
    )
    assert scrub(note) == note


def test_nothing_that_is_written_holds_a_credential(
    path: Path, store: Store, run: RunRecord, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENDOR_API_KEY", "correct horse battery")
    with Store.open(path) as other:
        other.add_call(
            make_call(
                run,
                ids[0],
                outcome="error",
                response=None,
                error=f"rejected {KEY} \ud83d",
                base_url="http://me:correct horse battery@host",
                request=[{"content": "correct horse battery"}],
            )
        )
        (call,) = other.calls(run.id, ids[0])
    assert call.error == "rejected [redacted] ?"
    assert call.request == [{"content": "[redacted]"}]
    store.close()
    for file in path.parent.iterdir():
        assert b"correct horse" not in file.read_bytes()
        assert KEY.encode() not in file.read_bytes()
