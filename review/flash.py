"""What was done, said on the next page: a code in the address that stands for one of these sentences."""

from __future__ import annotations

import re
from typing import NamedTuple

from starlette.requests import Request

PARAMETER = "done"
ABOUT = "about"
_ID = re.compile(r"[0-9a-f]{8,64}")
MESSAGES = {
    "blind": "Your blind answer is recorded. Here is what the models and the benchmark said.",
    "judged": "Your blind answer is recorded. Here is whose conversation it is, and what the judges said.",
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


class Flash(NamedTuple):
    """What was done, and the instance about which it was decided, so that it can be decided anew."""

    message: str
    about: str | None = None


def read(request: Request) -> Flash | None:
    """What the address says was done; None where it says nothing that is known."""
    message = MESSAGES.get(request.query_params.get(PARAMETER, ""))
    about = request.query_params.get(ABOUT, "")
    return Flash(message, about if _ID.fullmatch(about) else None) if message else None


def marked(path: str, code: str, about: str | None = None) -> str:
    """The address with the code and the instance. Raises KeyError for a code without a sentence."""
    if code not in MESSAGES:
        raise KeyError(f"there is no message {code!r}")
    bare, hash_, fragment = path.partition("#")
    instance = f"&{ABOUT}={about}" if about else ""
    return f"{bare}{'&' if '?' in bare else '?'}{PARAMETER}={code}{instance}{hash_}{fragment}"
