"""docs/graph.md shows the workflow that runs."""

from __future__ import annotations

import re

from graphs.diagram import page
from graphs.relabel import build_graph
from tests.docs.pages import text


def test_the_page_is_the_generated_one() -> None:
    assert text("docs/graph.md") == page(), "run python -m graphs.diagram > docs/graph.md"


def test_every_node_is_walked_through() -> None:
    nodes = {name for name in build_graph().get_graph().nodes if not name.startswith("__")}
    walk, _, diagram = page().partition("```mermaid")
    assert nodes == {word for word in re.findall(r"`(\w+)`", walk) if word in nodes}
    assert all(f"{name}({name})" in diagram for name in nodes)
