"""The audit workflow: does the original label stand? The label is in sight, and nobody is asked.

prepare ─► Send × k ( judge ) ─► consensus ─► record
                                  └ more samples ─► judge
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphs import audit_nodes
from graphs.audit_deps import AuditDeps
from graphs.audit_nodes import AuditSample, AuditState

AuditGraph = CompiledStateGraph[AuditState, AuditDeps, AuditState, AuditState]


def build_audit_graph(checkpointer: BaseCheckpointSaver[str] | None = None) -> AuditGraph:
    """The compiled workflow. Edges out of a node that returns a Command are that Command's type."""
    graph = StateGraph(AuditState, context_schema=AuditDeps)
    graph.add_node("prepare", audit_nodes.prepare)
    graph.add_node("judge", audit_nodes.judge, input_schema=AuditSample)
    graph.add_node("consensus", audit_nodes.consensus)
    graph.add_node("record", audit_nodes.record)
    graph.add_edge(START, "prepare")
    graph.add_edge("record", END)
    return graph.compile(checkpointer=checkpointer)
