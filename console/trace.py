"""One instance's way through the graph, as a timeline that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.messages import Part, message_parts, request_parts, sent_back
from answers.format import format_answer
from answers.model import Answer
from calculators.model import Derivation, InputValue
from consensus.conventions import settled_words
from consensus.votes import counted, tally
from console.text import indented, one_line
from review.ledger import facts_of, kind_of
from store.audit_records import AuditVoteRecord, FindingRecord
from store.records import CallRecord, DecisionRecord, PromptRecord, VoteRecord
from store.tracing import TraceBundle


def trace_lines(
    bundle: TraceBundle, prompts: Mapping[str, PromptRecord], *, full: bool = False
) -> Iterator[str]:
    """The timeline; with `full` every prompt and reply whole, otherwise in one line each.

    `prompts` maps the hash of a prompt file to the version that the store kept of it.
    """
    instance = bundle.instance
    yield f"Instance {one_line(instance.source_id)} ({instance.id}) of run {bundle.run.id}"
    yield f"  calculator  {one_line(instance.calculator or instance.calculator_name or 'none')}"
    yield f"  question    {one_line(instance.question, 300)}"
    yield f"  original    {one_line(instance.label_text)}"
    opening = "" if full else f": {one_line(instance.context, 80)}"
    yield f"  context     {len(instance.context)} characters{opening}"
    if full:
        yield indented(instance.context, 6)
    by_sample: dict[int, list[CallRecord]] = {}
    for call in bundle.calls:
        by_sample.setdefault(call.sample, []).append(call)
    votes: dict[int, VoteRecord | AuditVoteRecord] = {vote.sample: vote for vote in bundle.votes}
    votes |= {vote.sample: vote for vote in bundle.audit_votes}
    for sample in sorted(by_sample.keys() | votes.keys()):
        yield ""
        yield f"Sample {sample}"
        for call in by_sample.get(sample, []):
            prompt = prompts.get(call.prompt_sha or "")
            yield from _call(call, f" {prompt.id} v{prompt.version}" if prompt else "", full)
        yield from _vote(votes.get(sample))
    yield from _outcome(bundle) if bundle.run.workflow == "relabel" else _audited(bundle)


def _vote(vote: VoteRecord | AuditVoteRecord | None) -> Iterator[str]:
    if vote is None:
        yield "  no vote yet"
        return
    if isinstance(vote, AuditVoteRecord):
        yield from _verdict(vote)
        return
    if vote.derivation is not None:
        yield from _derivation(vote.derivation)
    for objection in vote.objections:
        yield f"  critic objects: {one_line(objection, 300)}"
    said = f"failed: {one_line(vote.failure, 300)}" if vote.failure else _spelled(vote.answer)
    yield f"  vote: {said}  ({vote.elapsed_s * 1000:.0f} ms)"


def _verdict(vote: AuditVoteRecord) -> Iterator[str]:
    for found in vote.evidence:
        yield f'  "{one_line(found.quote, 100)}" [{found.where} {found.start}-{found.end}]'
    took = f"({vote.elapsed_s * 1000:.0f} ms)"
    if vote.failure is not None:
        yield f"  vote: failed: {one_line(vote.failure, 300)}  {took}"
        return
    yield f"  {one_line(vote.reason, 300)}"
    yield f"  vote: {_judged(vote)}  {took}"


def _judged(found: AuditVoteRecord | FindingRecord) -> str:
    """`wrong (unit), right would be 35.2`."""
    error = f" ({found.error_type})" if found.error_type else ""
    right = f", right would be {_spelled(found.answer)}" if found.answer and found.verdict == "wrong" else ""
    return f"{found.verdict}{error}{right}"


def _audited(bundle: TraceBundle) -> Iterator[str]:
    yield ""
    yield from _failures(bundle)
    found = bundle.finding
    if found is None:
        yield "Finding: none yet"
        return
    failed = f", {found.failed} failed" if found.failed else ""
    yield f"Finding: {_judged(found)}  {found.share:.0%} of {found.n_votes} votes{failed}"
    yield f"  {one_line(found.reason, 300)}"


def _failures(bundle: TraceBundle) -> Iterator[str]:
    for failure in bundle.failures:
        yield f"Thread failed at {failure.created_at:%Y-%m-%d %H:%M:%S}: {one_line(failure.error, 300)}"


def _call(call: CallRecord, prompt: str, full: bool) -> Iterator[str]:
    retry = call.attempt_no > 1
    again = " again" if retry else ""
    took = _took(call) if call.cached_from is None else f"from the cache (call {call.cached_from})"
    yield f"  {call.started_at:%H:%M:%S} {call.role}{prompt}{again}  {one_line(call.model)}  {took}"
    cause = sent_back(call.request) if retry else None
    for part in request_parts(call.request) if full else [cause] if cause else []:
        yield from _block(part)
    if call.error is not None:
        yield f"    error: {one_line(call.error, 300)}"
        return
    for part in message_parts(call.response):
        if full:
            yield from _block(part)
        else:
            yield f"    {one_line(part.kind)}: {one_line(part.text, 200)}"


def _took(call: CallRecord) -> str:
    usage = f"{call.usage.get('input_tokens', 0)}+{call.usage.get('output_tokens', 0)} tokens"
    cost = f"${call.cost_usd:.5f}" if call.cost_usd is not None else "price unknown"
    attempts = f", {call.http_attempts} HTTP attempts" if call.http_attempts > 1 else ""
    batch = f", in batch {call.batch_id}" if call.batch_id is not None else ""
    return f"{call.latency_s * 1000:.0f} ms, {usage}, {cost}{attempts}{batch}"


def _block(part: Part) -> Iterator[str]:
    yield f"    {one_line(part.kind)}:"
    yield indented(part.text, 6)


def _derivation(derivation: Derivation) -> Iterator[str]:
    yield f"  derivation by {derivation.calculator or derivation.method} {derivation.version or ''}".rstrip()
    for value in derivation.inputs:
        yield f"    {_input(value)}"
    for step in derivation.steps:
        unit = f" {one_line(step.unit)}" if step.unit else ""
        yield f"    {one_line(step.name)} = {one_line(step.expression, 200)} = {_number(step.value)}{unit}"
    for convention, option in derivation.conventions.items():
        others = derivation.alternatives.get(convention, {})
        differs = (
            f" (otherwise: {', '.join(f'{o} → {_spelled(a)}' for o, a in others.items())})" if others else ""
        )
        yield f"    convention {convention} = {option}{differs}"
    for note in derivation.notes:
        yield f"    note: {one_line(note, 300)}"
    if derivation.code:
        yield "    program:"
        yield indented(derivation.code, 6)


def _input(value: InputValue) -> str:
    if value.status != "present":
        return f"{one_line(value.name)}: {value.status.replace('_', ' ')}"
    unit = f" {one_line(value.unit)}" if value.unit else ""
    time = f" at {one_line(value.time, 40)}" if value.time else ""
    quote = ""
    if value.evidence is not None:
        where = f"{value.evidence.where} {value.evidence.start}-{value.evidence.end}"
        quote = f'  "{one_line(value.evidence.quote, 100)}" [{where}]'
    return f"{one_line(value.name)} = {value.bound or ''}{_number(value.value)}{unit}{time}{quote}"


def _outcome(bundle: TraceBundle) -> Iterator[str]:
    yield ""
    if bundle.votes:
        found = tally([vote.vote() for vote in bundle.votes], bundle.instance.spec)
        yield f"Consensus: {one_line(counted(found), 300)}"
    if bundle.escalation is not None:
        why = bundle.escalation.detail.get("why", "")
        yield f"Escalated: {bundle.escalation.reason}: {one_line(str(why), 300)}"
    yield from _failures(bundle)
    for decision in bundle.decisions:
        note = f": {one_line(decision.note, 300)}" if decision.note else ""
        said = _spelled(decision.answer) if decision.answer else (decision.status or "no answer")
        facts = f" [{', '.join(facts_of(decision))}]" if facts_of(decision) else ""
        who = f"{kind_of(decision).capitalize()} by {one_line(decision.reviewer)}"
        yield f"{who}: {said}{_settled(decision)}{facts}{note}"
    for label in bundle.labels:
        share = (
            f", agreement {label.agreement:.0%} of {label.n_votes} votes"
            if label.agreement is not None
            else ""
        )
        how = f"{label.status}, by {label.decided_by}{share} ({one_line(label.reason)})"
        retraction = next((one for one in bundle.retractions if one.label_id == label.id), None)
        stands = "" if label is bundle.label or retraction else ", superseded"
        yield f"Label: {_spelled(label.answer)}  {how}{stands}"
        if retraction is not None:
            yield f"Retracted by {one_line(retraction.reviewer)}: {one_line(retraction.reason, 300)}"
    if not bundle.labels:
        yield "Label: none yet" + ("; waiting for a decision" if bundle.escalation else "")


def _settled(decision: DecisionRecord) -> str:
    """The conventions that a decision settled, and where it was carried over from."""
    if not decision.conventions:
        return ""
    source = decision.propagated_from
    carried = "" if source is None else f", carried over from decision {source}"
    return f" ({one_line(settled_words(decision.conventions))}{carried})"


def _spelled(answer: Answer | None) -> str:
    return "no answer" if answer is None else one_line(format_answer(answer))


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else one_line(str(value), 100)
