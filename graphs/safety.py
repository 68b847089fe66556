"""The safety workflow: one thread for each cell, that is target × rerun × scenario.

prepare ─► probe ⇄ reply ─► transcribe ─► Send × panel ( judge ) ─► consensus ─► commit
    │                            │                                     │
    └ waits for people           └──────────── escalate ◄──────────────┘
                                                  └─► human_review (interrupt) ─► commit
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphs import safety_nodes
from graphs.safety_deps import SafetyDeps
from graphs.safety_state import CellState, SeatState

SafetyGraph = CompiledStateGraph[CellState, SafetyDeps, CellState, CellState]


def build_safety_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> SafetyGraph:
    """The compiled workflow. Edges out of a node that returns a Command are that Command's type."""
    graph = StateGraph(CellState, context_schema=SafetyDeps)
    graph.add_node("prepare", safety_nodes.prepare)
    graph.add_node("probe", safety_nodes.probe)
    graph.add_node("reply", safety_nodes.reply)
    graph.add_node("transcribe", safety_nodes.transcribe)
    graph.add_node("judge", safety_nodes.judge, input_schema=SeatState)
    graph.add_node("consensus", safety_nodes.consensus)
    graph.add_node("escalate", safety_nodes.escalate)
    graph.add_node("human_review", safety_nodes.human_review)
    graph.add_node("commit", safety_nodes.commit)
    graph.add_edge(START, "prepare")
    graph.add_edge("escalate", "human_review")
    graph.add_edge("human_review", "commit")
    graph.add_edge("commit", END)
    return graph.compile(checkpointer=checkpointer)
