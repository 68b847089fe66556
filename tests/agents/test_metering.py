"""What headers and bodies say of waiting and of tokens, and that nonsense says nothing."""

from __future__ import annotations

import datetime as dt
import email.utils
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.metering import max_tokens, retry_after_s, tokens_used


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "9", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    ],
)
def test_how_long_a_server_says_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


def test_a_date_is_waited_for() -> None:
    when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    told = retry_after_s({"retry-after": email.utils.format_datetime(when, usegmt=True)})
    assert told == pytest.approx(60, abs=5)


@given(st.text(max_size=30))
def test_no_header_breaks_it(text: str) -> None:
    told = retry_after_s({"retry-after": text})
    assert told is None or told >= 0


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens", "max_output_tokens"])
def test_the_limit_of_a_reply_is_read_in_every_api(name: str) -> None:
    assert max_tokens(json.dumps({"model": "m", name: 77}).encode()) == 77
    assert max_tokens(b'{"model": "m"}') is None


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"[]", b'{"usage": null}', b'{"usage": {"total_tokens": "9"}}'),
        *(b'{"usage": {"total_tokens": -9}}', b'{"usage": {"total_tokens": 1%b}}' % (b"0" * 400)),
        b"[" * 100_000,
    ],
    ids=range(8),
)
def test_a_reply_that_does_not_say_what_it_took_says_nothing(body: bytes) -> None:
    assert tokens_used(body) is None
    assert tokens_used(b'{"usage": {"total_tokens": 9}}') == 9
