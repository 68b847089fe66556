"""What several queries ask of a row, in SQL.

`d` is a decision, `e` an escalation, `i` an instance, `t` a triage score, which may be missing. `:me`,
`:reviewer` and `:now` are parameters: two reviewers, or NULL, and seconds since 1970.
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
LAST_SETTLING = f"""coalesce((SELECT max(d.id) FROM decisions d
    WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id AND {SETTLES_ESCALATION}), 0)"""
"""Id of the decision that an escalation rests on, 0 without one."""
DISPUTED = f"""EXISTS (SELECT 1 FROM decisions d WHERE d.run_id = e.run_id
    AND d.instance_id = e.instance_id AND d.standing = 'dispute' AND d.id > {LAST_SETTLING})"""
"""Whether an escalation waits for an adjudicator."""
WAITS = f"""NOT EXISTS (SELECT 1 FROM decisions d
    WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id
    AND (d.standing = 'dispute' OR {SETTLES_ESCALATION}))"""
"""Whether an escalation waits for reviewers."""
OPINIONS = f"""(SELECT count(DISTINCT d.reviewer) FROM decisions d WHERE d.run_id = e.run_id
    AND d.instance_id = e.instance_id AND {OPINION} AND d.choice IS NOT 'another_expert')"""
"""How many reviewers have given an opinion."""
_BY_ME = """EXISTS (SELECT 1 FROM decisions d WHERE d.run_id = e.run_id
    AND d.instance_id = e.instance_id AND d.reviewer = :me AND d.blind = {blind})"""
ANSWERED_BY_ME = _BY_ME.format(blind=1)
"""Whether the reviewer `:me` has given their blind answer."""
SAID_BY_ME = _BY_ME.format(blind=0)
"""Whether the reviewer `:me` has said something after the reveal."""
HELD = """(SELECT count(*) FROM reservations v WHERE v.run_id = e.run_id
    AND v.instance_id = e.instance_id AND v.reviewer IS NOT :me AND v.until > :now)"""
"""How many reviewers other than `:me` have it open at `:now`."""
RESERVED_BY = """(SELECT v.reviewer FROM reservations v WHERE v.run_id = e.run_id
    AND v.instance_id = e.instance_id AND v.reviewer IS NOT :me AND v.until > :now
    ORDER BY v.until DESC LIMIT 1)"""
"""The last of them."""
RESERVED_BY_ME = """EXISTS (SELECT 1 FROM reservations v WHERE v.run_id = e.run_id
    AND v.instance_id = e.instance_id AND v.reviewer = :me AND v.until > :now)"""
CONCERNS_REVIEWER = """(:reviewer IS NULL
        OR EXISTS (SELECT 1 FROM decisions d WHERE d.run_id = e.run_id
            AND d.instance_id = e.instance_id AND d.reviewer = :reviewer)
        OR EXISTS (SELECT 1 FROM reservations v WHERE v.run_id = e.run_id
            AND v.instance_id = e.instance_id AND v.reviewer = :reviewer AND v.until > :now))"""
"""Whether `:reviewer`, who may be NULL for anyone, has it open at `:now` or has said something about it."""
LISTED_AS = "coalesce(e.listed_as, e.reason)"
"""The reason that reviewers are told."""
BY_LOT = "lot(:seed, e.instance_id) / iif(e.reason = 'audit_sample', :weight, 1.0), e.instance_id"
"""The order by lot; for `:seed` and `:weight` see `store.queue.lots`."""
