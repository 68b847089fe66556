"""What the nodes of an audit's thread work with."""

from __future__ import annotations

from dataclasses import dataclass

from agents.auditing import Auditor
from agents.auditor import AuditTask
from consensus.model import Policy
from graphs.briefs import AuditBrief
from store.writer import Writer


@dataclass(frozen=True)
class AuditDeps:
    """One thread's tools: its run's writer, auditor and policy, its own brief, and the auditor's task."""

    writer: Writer
    auditor: Auditor
    policy: Policy
    brief: AuditBrief
    audit: AuditTask
