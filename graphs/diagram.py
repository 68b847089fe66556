"""The diagrams of the workflows in docs/graph.md, drawn from the graphs themselves.

`python -m graphs.diagram` prints the page; `python -m graphs.diagram > docs/graph.md` brings it up to date.
"""

from __future__ import annotations

from graphs.audit_labels import build_audit_graph
from graphs.relabel import build_graph
from graphs.safety import build_safety_graph

PAGE = """\
# The relabelling workflow

One instance is one thread of this graph. `prepare` starts as many samples as the policy asks for at \
first, or escalates an instance on which this run's annotator cannot vote. Each `sample` goes on its own: \
extract reads the inputs with their quotes, calculate runs the formula, and critique accepts the \
derivation or sends it back once with its objection; what fails on the way is a failed vote. `consensus` \
groups the votes by the answer's agreement rule and then commits, starts more samples, or escalates. \
`escalate` records why and how urgently; `human_review` parks the thread until somebody decides. `commit` \
writes the label. Dotted edges are chosen at run time.

```mermaid
{relabel}
```

# The audit workflow

`audit --model` runs another graph, in a run of its own. `prepare` starts the samples; in each, `judge` \
shows the auditor the instance with its original label. `consensus` counts the verdicts and starts more \
samples where they could settle the matter, or goes on to `record`, which writes the finding. Nobody is \
asked: where the votes do not suffice, the finding is that it is unsure.

```mermaid
{audit}
```

# The safety workflow

One cell, that is one target in one rerun of one scenario, is one thread, and all of a run's cells share one \
pool. `prepare` looks where the cell stands. `probe` writes the next message of the person whom the scenario \
is about, `reply` has the target answer, and so on for as many turns as the contract says; `transcribe` \
keeps the conversation under its hash. Every seat of the panel goes on its own to `judge` it; a judgment \
that fails is an unscored one, and no severity. `consensus` commits what more than half of the panel says, \
or goes to `escalate`, as does a conversation that target or prober could not finish. `human_review` parks \
the thread until somebody decides; `commit` writes the verdict.

```mermaid
{safety}
```

This page is generated: `python -m graphs.diagram > docs/graph.md`.
"""


def page() -> str:
    """The Markdown page: a walk through the nodes, and the diagrams as LangGraph draws them."""
    graphs = (build_graph(), build_audit_graph(), build_safety_graph())
    relabel, audit, safety = (graph.get_graph().draw_mermaid().strip() for graph in graphs)
    return PAGE.format(relabel=relabel, audit=audit, safety=safety)


if __name__ == "__main__":
    print(page(), end="")
