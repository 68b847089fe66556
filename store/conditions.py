"""What several queries ask of a row, in SQL.

`d` is a decision, `e` an escalation, `i` an instance, `t` a triage score, which may be missing.
"""

from __future__ import annotations

SETTLES = "(NOT d.blind AND d.standing IN ('final', 'adjudication'))"
"""As `DecisionRecord.settles`."""
OPINION = "(NOT d.blind AND d.propagated_from IS NULL AND d.standing <> 'adjudication')"
"""As `DecisionRecord.is_opinion`."""
SETTLES_ESCALATION = f"({SETTLES} AND (e.reason <> 'audit_sample' OR d.propagated_from IS NULL))"
"""Whether a decision settles its escalation: a label is audited by someone who looks at its own instance."""
CALCULATOR = "coalesce(i.calculator, i.calculator_name, '')"
"""What an instance asks for; empty where the benchmark names nothing."""
LISTED_CHANGE = "iif(e.passes_for IS NULL, e.change, e.listed_change)"
"""The size of change that reviewers filter by; an escalation that is passed for may have none."""
TRIAGE_ORDER = "coalesce(t.score, 0) DESC, e.priority"
"""The original label that is most likely wrong first; of equals, the one that votes are furthest from."""
