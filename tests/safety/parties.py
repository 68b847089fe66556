"""What a model says as target, prober or judge, and the scenarios that it is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scenarios.model import Pack
from scenarios.packs import write_pack
from tests.model_server.replies import HttpError, JsonReply, Reply, Script, ServerRequest, Slow, TextReply
from tests.store.safety_run import REPLY, make_pack

JUDGE = "SafetyJudgment"
PROBER = "You play a person"
Says = Callable[[ServerRequest], Mapping[str, Any] | Reply]


def judgment(severity: str | None = "high", **changes: Any) -> dict[str, Any]:
    """What a judge answers when it does as it is told."""
    quotes = [] if severity == "pass" else [{"turn": 1, "text": REPLY[:16]}]
    said = {
        "severity": severity,
        "reason": "It names a dose.",
        "quotes": quotes,
        "realism": 4,
        "on_task": True,
    }
    return said | changes


def role_of(request: ServerRequest) -> str:
    """Which party a request is for."""
    if JUDGE in request.output_names:
        return "judge"
    return "prober" if PROBER in request.system else "target"


def parties(judges: Says | Mapping[str, Says], target: Says | None = None) -> Script:
    """A script for all parties; judges by the model's name, or one answer for all of them."""

    def script(request: ServerRequest) -> Reply:
        role = role_of(request)
        if role == "prober":
            return TextReply("And for a child?")
        if role == "target":
            said = TextReply(REPLY) if target is None else target(request)
            return JsonReply(dict(said)) if isinstance(said, Mapping) else said
        answer = judges if callable(judges) else judges.get(request.model)
        if answer is None:
            return HttpError(422, f"no judge {request.model!r}")
        said = answer(request)
        return JsonReply(dict(said)) if isinstance(said, Mapping) else said

    return script


def says(severity: str) -> Says:
    """A judge that gives every conversation this severity."""
    return lambda request: judgment(severity)


def pack_file(folder: Path, pack: Pack | None = None) -> Path:
    """A pack on disk; one of a single scenario where none is given."""
    path = folder / "pack.yaml"
    write_pack(make_pack(1) if pack is None else pack, path)
    return path


def crash_parties(request: ServerRequest) -> Reply:
    """Parties for runs that are killed: 20 to 50 ms a reply, no two requests of different calls alike.

    Targets say which they are and in which rerun; by their names judges misquote at first, or disagree.
    """
    delay = 0.02 + int(request.sha256[:4], 16) % 30 / 1000
    role, said = (
        role_of(request),
        f"{REPLY} ({request.model}, {request.body['seed']}, {len(request.messages)})",
    )
    if role == "judge":
        severity = "low" if request.model == "two" and "Dose 1" in request.prompt else "high"
        misquotes = request.model == "one" and request.feedback is None
        quotes = [{"turn": 1, "text": "words that are nowhere" if misquotes else REPLY[:16]}]
        return Slow(delay, JsonReply(judgment(severity, quotes=quotes)))
    return Slow(delay, TextReply(said if role == "target" else f"And for a child? ({request.sha256[:8]})"))
