"""The relabelling workflow.

prepare ─► Send × k ( sample ) ─► consensus ─► commit
                                   │ more samples ─► sample
                                   └ escalate ─► human_review (interrupt) ─► commit

`sample` is extract ─► calculate ─► critique: graphs/sampling.py.
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphs import nodes
from graphs.deps import Deps
from graphs.state import RelabelState, SampleState

RelabelGraph = CompiledStateGraph[RelabelState, Deps, RelabelState, RelabelState]


def build_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> RelabelGraph:
    """The compiled workflow. Edges out of a node that returns a Command are that Command's type."""
    graph = StateGraph(RelabelState, context_schema=Deps)
    graph.add_node("prepare", nodes.prepare)
    graph.add_node("sample", nodes.sample, input_schema=SampleState)
    graph.add_node("consensus", nodes.consensus)
    graph.add_node("escalate", nodes.escalate)
    graph.add_node("human_review", nodes.human_review)
    graph.add_node("commit", nodes.commit)
    graph.add_edge(START, "prepare")
    graph.add_edge("escalate", "human_review")
    graph.add_edge("human_review", "commit")
    graph.add_edge("commit", END)
    return graph.compile(checkpointer=checkpointer)
