"""What was done, said on the next page: a code in the address that stands for one of these sentences."""

from __future__ import annotations

from starlette.requests import Request

PARAMETER = "done"
MESSAGES = {
    "blind": "Your blind answer is recorded. Here is what the models and the benchmark said.",
    "decided": "Your decision is recorded.",
    "undelivered": "Your decision is recorded. Another process is at work on the store: the label follows as "
    "soon as the run is resumed or the next decision is made.",
    "released": "The instance is free for others again.",
    "resumed": "The run goes on.",
    "draining": "The run finishes what is in flight, and then stops.",
    "propagated": "The decision was carried over to the instances that you chose.",
    "convention": "The decision on the convention is recorded.",
    "adjudicated": "The adjudication is recorded.",
    "empty": "Nothing with these filters waits for you.",
}
"""Code → sentence. An address never carries the text itself, which anyone could write."""


def message(request: Request) -> str | None:
    """What the address says was done; None where it says nothing that is known."""
    return MESSAGES.get(request.query_params.get(PARAMETER, ""))


def marked(path: str, code: str) -> str:
    """The address with the code. Raises KeyError for a code without a sentence."""
    if code not in MESSAGES:
        raise KeyError(f"there is no message {code!r}")
    bare, hash_, fragment = path.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{PARAMETER}={code}{hash_}{fragment}"
