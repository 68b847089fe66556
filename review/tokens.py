"""The file of tokens beside a store: links and cookies outlive the server that gave them out."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Self

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from review.auth import People, Person
from review.errors import ReviewError

TOKEN_BYTES = 32
LOCK_WAIT_S = 10.0
Token = Annotated[str, Field(min_length=32, pattern=r"^[A-Za-z0-9_-]+$")]


class Tokens(BaseModel):
    """What the file holds: a token per reviewer who was ever named, one for viewers, and the last port."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    viewer: Token
    reviewers: dict[str, Token]
    port: int | None = None
    """A server that may take any port takes this one where it is free, so that links go on working."""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        tokens = [self.viewer, *self.reviewers.values()]
        if len(set(tokens)) < len(tokens):
            raise ValueError("two people have the same token")
        return self

    def people(self, names: tuple[str, ...]) -> People:
        """Those who may come in: the reviewers that are named now, and viewers."""
        named = {self.reviewers[name]: Person(name) for name in names}
        return People({**named, self.viewer: Person()})


def beside(store: Path) -> Path:
    """Where the tokens of a store lie."""
    file = store.resolve()
    return file.with_name(f".{file.name}.tokens.json")


def load(path: Path, names: tuple[str, ...], *, new: bool = False) -> Tokens:
    """The tokens, with one for each of the names; what is missing is made and kept.

    `new` makes all of them anew, which ends every link and cookie that was given out.

    Raises:
        ReviewError: others can read the file, it is no file of tokens, or another process holds it.
    """
    with _locked(path):
        before = _read(path, new)
        known = before.reviewers if before and not new else {}
        missing = {name: secrets.token_urlsafe(TOKEN_BYTES) for name in names if name not in known}
        after = Tokens(
            viewer=before.viewer if before and not new else secrets.token_urlsafe(TOKEN_BYTES),
            reviewers={**known, **missing},
            port=before.port if before else None,
        )
        if after != before:
            _write(path, after)
    return after


def remember_port(path: Path, port: int) -> None:
    """Keep the port for the next start."""
    with _locked(path):
        kept = _read(path, new=False)
        if kept and kept.port != port:
            _write(path, kept.model_copy(update={"port": port}))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two servers that start at once must not make two tokens for one person."""
    if not path.parent.is_dir():
        raise ReviewError(
            f"there is no directory {path.parent} for the tokens; make it or name another --tokens"
        )
    try:
        with FileLock(path.with_name(f".{path.name.lstrip('.')}.lock"), timeout=LOCK_WAIT_S):
            yield
    except Timeout:
        raise ReviewError(f"another process holds {path}; end it and try again") from None


def _read(path: Path, new: bool) -> Tokens | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with open(descriptor, encoding="utf-8") as file:
        facts = os.fstat(descriptor)
        if not new and stat.S_IMODE(facts.st_mode) & 0o077:
            raise ReviewError(
                f"others can read {path}, and with it sign in as anyone: start with --new-tokens, which ends "
                "every link that was given out, or `chmod 600` it if nobody has read it"
            )
        try:
            return Tokens.model_validate_json(file.read())
        except (ValidationError, UnicodeDecodeError):
            raise ReviewError(
                f"{path} is not a file of tokens; remove it, or name another with --tokens"
            ) from None


def _write(path: Path, tokens: Tokens) -> None:
    """Whole or not at all, and for nobody else's eyes from the first byte on."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name.lstrip('.')}.", dir=path.parent)  # mode 0600
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(tokens.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
