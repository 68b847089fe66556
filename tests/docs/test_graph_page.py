"""docs/graph.md shows the workflows that run."""

from __future__ import annotations

import re
from typing import Any

import pytest
from langgraph.graph.state import CompiledStateGraph

from graphs.audit_labels import build_audit_graph
from graphs.diagram import page
from graphs.relabel import build_graph
from graphs.safety import build_safety_graph
from tests.docs.pages import text


def test_the_page_is_the_generated_one() -> None:
    assert text("docs/graph.md") == page(), "run python -m graphs.diagram > docs/graph.md"


@pytest.mark.parametrize(
    ("heading", "graph"),
    [
        ("# The relabelling workflow", build_graph()),
        ("# The audit workflow", build_audit_graph()),
        ("# The safety workflow", build_safety_graph()),
    ],
)
def test_every_node_is_walked_through(heading: str, graph: CompiledStateGraph[Any, Any, Any, Any]) -> None:
    nodes = {name for name in graph.get_graph().nodes if not name.startswith("__")}
    section = page().partition(heading)[2]
    walk, _, diagram = section.partition("```mermaid")
    assert nodes == {word for word in re.findall(r"`(\w+)`", walk) if word in nodes}
    assert all(f"{name}({name})" in diagram for name in nodes)
