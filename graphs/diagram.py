"""The diagram of the workflow in docs/graph.md, drawn from the graph itself.

`python -m graphs.diagram` prints the page; `python -m graphs.diagram > docs/graph.md` brings it up to date.
"""

from __future__ import annotations

from graphs.relabel import build_graph

PAGE = """\
# The relabelling workflow

One instance is one thread of this graph. `prepare` starts as many samples as the policy asks for at \
first, or escalates an instance on which this run's annotator cannot vote. Each sample goes on its own: \
`extract` reads the inputs with their quotes, `calculate` runs the formula, and `critique` accepts the \
derivation or sends it back once with its objection; what fails on the way is a failed vote. `consensus` \
groups the votes by the answer's agreement rule and then commits, starts more samples, or escalates. \
`escalate` records why and how urgently; `human_review` parks the thread until somebody decides. `commit` \
writes the label. Dotted edges are chosen at run time.

```mermaid
{diagram}
```

This page is generated: `python -m graphs.diagram > docs/graph.md`.
"""


def page() -> str:
    """The Markdown page: a walk through the nodes, and the diagram as LangGraph draws it."""
    return PAGE.format(diagram=build_graph().get_graph().draw_mermaid().strip())


if __name__ == "__main__":
    print(page(), end="")
