"""Which page of a list is asked for, and the addresses beside it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from review.paging import Paging, page_of


def asked(query: str, total: int, size: int = 10) -> Paging:
    scope = {
        "type": "http",
        "path": "/list",
        "query_string": query.encode(),
        "headers": [],
        "server": ("h", 80),
    }
    return page_of(Request(scope), total, size)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1),
        ("page=2", 2),
        ("page=3", 3),
        ("page=4", 3),
        ("page=0", 1),
        ("page=-1", 1),
        ("page=x", 1),
        ("page=²", 1),
        ("page=" + "9" * 5000, 1),
    ],
)
def test_a_page_that_does_not_exist_is_the_nearest_that_does(query: str, number: int) -> None:
    assert asked(query, 25).number == number


@given(st.integers(0, 500), st.integers(1, 60))
def test_the_pages_cover_the_list_once(total: int, size: int) -> None:
    seen: list[int] = []
    page = asked("", total, size)
    while True:
        seen += range(page.first, page.last + 1) if total else []
        if page.after is None:
            break
        page = asked(urlsplit(page.after).query, total, size)
    assert seen == list(range(1, total + 1))


def test_the_addresses_keep_the_filters_and_nothing_that_was_done() -> None:
    page = asked("state=failed&text=a%26b&page=2&done=resumed", 25)
    assert page.before is not None
    assert page.after is not None
    assert parse_qsl(urlsplit(page.before).query) == [("state", "failed"), ("text", "a&b"), ("page", "1")]
    assert parse_qsl(urlsplit(page.after).query) == [("state", "failed"), ("text", "a&b"), ("page", "3")]
