"""Ready-made scripts: answers by role, replies in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.model_server.replies import HttpError, JsonReply, Reply, Script, ServerRequest
from tests.model_server.server import ModelServer

Answer = Callable[[str], Mapping[str, Any] | Reply]
"""Gets the prompt (the first user message, and after a rejected output the feedback to it); gives the
object to answer with, or any reply."""


def scripted_agents(markers: Mapping[str, str] | None = None, /, **answers: Answer) -> Script:
    """A script that finds the role of a request and asks that role's callable.

    A role fits when its name is the name or title of the output schema or of a tool (without regard to case),
    or when its marker stands in the system text. A request that no role fits gets status 422, so that the
    test fails and says why.

    Args:
        markers: role → text of the system prompt that only this role has; decides before names do.
        answers: role → callable.
    """
    unknown = set(markers or {}) - set(answers)
    if unknown:
        raise ValueError(f"markers for roles without an answer: {sorted(unknown)}")

    def script(request: ServerRequest) -> Reply:
        role = _role(request, markers or {}, answers)
        if role is None:
            return HttpError(
                422, f"no scripted agent fits {request.output_names}; there are {sorted(answers)}"
            )
        prompt = request.prompt if request.feedback is None else f"{request.prompt}\n\n{request.feedback}"
        return _as_reply(answers[role](prompt))

    return script


def _role(request: ServerRequest, markers: Mapping[str, str], answers: Mapping[str, Answer]) -> str | None:
    for role, marker in markers.items():
        if marker in request.system:
            return role
    names = {name.lower() for name in request.output_names}
    return next((role for role in answers if role.lower() in names), None)


def _as_reply(answer: Mapping[str, Any] | Reply) -> Reply:
    return JsonReply(dict(answer)) if isinstance(answer, Mapping) else answer


def in_turn(*steps: Reply | Script) -> Script:
    """Each request gets the next step; the last one stays."""
    left = list(steps)

    def script(request: ServerRequest) -> Reply:
        step = left.pop(0) if len(left) > 1 else left[0]
        return step(request) if callable(step) else step

    return script


def always(reply: Reply) -> Script:
    """The same reply to every request."""
    return lambda request: reply


class AtMost:
    """A script's replies to so many requests at once; those above get status 429."""

    def __init__(self, server: ModelServer, at_once: int, script: Script) -> None:
        self._server = server
        self._at_once = at_once
        self._script = script
        self.most = 0
        """Requests that were there at the same time, the rejected ones too."""

    def __call__(self, request: ServerRequest) -> Reply:
        now = sum(record.finished is None for record in self._server.records)
        self.most = max(self.most, now)
        return self._script(request) if now <= self._at_once else HttpError(429, "too many at once")
