"""Who comes in, and what the entrance says."""

from __future__ import annotations

from store.store import Store
from tests.review.web import browse


def test_a_link_signs_in_once_and_for_all_pages(store: Store) -> None:
    client = browse(store)
    page = client.get("/help")
    assert page.status_code == 200
    assert "A. Reviewer" in page.text
