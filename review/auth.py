"""Who is there: a token per person, a cookie that carries it, and nothing for anyone else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from answers.text import CONTROL
from review.errors import ReviewError

NAME_LENGTH = 80
COOKIE_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Person:
    """Someone who is signed in; without a name a viewer, who may read and not decide."""

    name: str | None = None

    @property
    def decides(self) -> bool:
        """Whether this is a reviewer."""
        return self.name is not None


@dataclass(frozen=True)
class People:
    """Who may come in: each person's token."""

    tokens: Mapping[str, Person] = field(repr=False)
    """Token → person."""

    def of(self, token: str) -> Person | None:
        """Whose token it is. The time that this takes says nothing about any token."""
        given = _digest(token)
        found = None
        for known, person in self.tokens.items():
            if hmac.compare_digest(given, _digest(known)):
                found = person
        return found

    def token(self, person: Person) -> str:
        """The token of a person who may come in."""
        return next(token for token, known in self.tokens.items() if known == person)

    @property
    def names(self) -> tuple[str, ...]:
        """The reviewers, as they were named at the start."""
        return tuple(person.name for person in self.tokens.values() if person.name is not None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def check_names(names: tuple[str, ...]) -> None:
    """Raises ReviewError where a reviewer's name could not be told from another or would not be readable."""
    for name in names:
        if not name.strip() or name != name.strip():
            raise ReviewError(f"--reviewer {name!r}: a name is not empty and has no blanks at its ends")
        if CONTROL.search(name) or "\n" in name or "\t" in name:
            raise ReviewError(f"--reviewer {name!r}: a name has no control characters")
        if len(name) > NAME_LENGTH:
            raise ReviewError(f"--reviewer {name[:20]!r}…: a name has at most {NAME_LENGTH} characters")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ReviewError(f"--reviewer {twice[0]!r} is given twice; each reviewer has a name of their own")


def cookie_name(origin: str) -> str:
    """The cookie of this site. Cookies do not know ports, so that the name must."""
    parts = urlsplit(origin)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    # A browser takes a cookie with this prefix only over TLS and from this very host.
    return f"{'__Host-' if secure else ''}steward-{port}"


def sign_in(response: Response, token: str, origin: str) -> None:
    """Have the browser keep the token for this site alone, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(origin),
        token,
        max_age=COOKIE_SECONDS,
        path="/",
        secure=origin.startswith("https:"),
        httponly=True,
        samesite="strict",
    )


def current(request: Request) -> Person:
    """Who asks. Every page but the entrance is reached by people who are signed in."""
    person: Person = request.state.person
    return person


def is_open(path: str) -> bool:
    """Whether a path is served to anyone, without a cookie."""
    return path == "/enter" or path.startswith("/static/")


def someone(request: Request) -> Person | None:
    """Who asks, or None where nobody is signed in."""
    person: Person | None = getattr(request.state, "person", None)
    return person
