"""Scripts that can be named on the command line of `python -m tests.model_server`."""

from __future__ import annotations

from tests.model_server.replies import Reply, ServerRequest, Slow, TextReply


def echo(request: ServerRequest) -> Reply:
    """Answers with the prompt."""
    return TextReply(request.prompt)


def slow_echo(request: ServerRequest) -> Reply:
    """Answers with the prompt, half a second later."""
    return Slow(0.5, TextReply(request.prompt))
