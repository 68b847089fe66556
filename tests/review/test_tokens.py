"""The file of tokens: secret, kept over restarts, made anew when asked."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from review import tokens
from review.auth import Person
from review.errors import ReviewError

NAMES = ("A. Reviewer", "B. Reviewer")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def test_it_lies_hidden_beside_the_store(tmp_path: Path) -> None:
    assert tokens.beside(tmp_path / "labels.db") == tmp_path.resolve() / ".labels.db.tokens.json"
    (tmp_path / "link.db").symlink_to(tmp_path / "labels.db")
    assert tokens.beside(tmp_path / "link.db") == tokens.beside(tmp_path / "labels.db")


def test_a_token_cannot_be_guessed(file: Path) -> None:
    made = tokens.load(file, NAMES)
    secrets = [made.viewer, *made.reviewers.values()]
    assert len(set(secrets)) == 3
    assert all(len(secret) >= 43 for secret in secrets), "32 bytes in base64"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_is_for_its_owner_alone(file: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        tokens.load(file, NAMES)
        tokens.remember_port(file, 8000)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in file.parent.iterdir()) == [".tokens.json.lock", "tokens.json"]


def test_it_stays_the_same_over_restarts(file: Path) -> None:
    first = tokens.load(file, NAMES)
    written = file.stat().st_mtime_ns
    assert tokens.load(file, NAMES) == first
    assert file.stat().st_mtime_ns == written


def test_who_is_not_named_does_not_come_in_but_keeps_the_token(file: Path) -> None:
    first = tokens.load(file, NAMES)
    alone = tokens.load(file, NAMES[:1])
    people = alone.people(NAMES[:1])
    assert people.of(first.reviewers[NAMES[1]]) is None
    assert people.of(first.reviewers[NAMES[0]]) == Person(NAMES[0])
    assert people.of(first.viewer) == Person()
    again = tokens.load(file, (*NAMES, "C. Reviewer"))
    assert again.reviewers.items() >= first.reviewers.items()
    assert again.people(NAMES).names == NAMES


def test_new_tokens_end_the_old_ones(file: Path) -> None:
    first = tokens.load(file, NAMES)
    tokens.remember_port(file, 8000)
    second = tokens.load(file, NAMES[:1], new=True)
    assert second.viewer != first.viewer
    assert list(second.reviewers) == [NAMES[0]]
    assert second.reviewers[NAMES[0]] != first.reviewers[NAMES[0]]
    assert second.port == 8000
    assert tokens.load(file, NAMES[:1]) == second


def test_the_last_port_is_remembered(file: Path) -> None:
    assert tokens.load(file, ()).port is None
    tokens.remember_port(file, 8000)
    tokens.remember_port(file, 8001)
    assert tokens.load(file, ()).port == 8001


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    first = tokens.load(file, NAMES)
    file.chmod(mode)
    with pytest.raises(ReviewError, match=r"--new-tokens.*chmod 600"):
        tokens.load(file, NAMES)
    second = tokens.load(file, NAMES, new=True)
    assert second.viewer != first.viewer
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        '{"viewer": "short", "reviewers": {}}',
        json.dumps({"viewer": "v" * 43, "reviewers": {"A": "v" * 43}}),
        json.dumps({"viewer": "é" * 43, "reviewers": {}}),
        json.dumps({"viewer": "v" * 43, "reviewers": {}, "more": 1}),
    ],
)
@pytest.mark.parametrize("new", [False, True])
def test_a_file_of_something_else_is_neither_read_nor_overwritten(
    file: Path, content: str, new: bool
) -> None:
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(ReviewError, match="not a file of tokens"):
        tokens.load(file, NAMES, new=new)
    assert file.read_text() == content


def test_no_directory_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"there is no directory .*; make it"):
        tokens.load(tmp_path / "no" / "tokens.json", NAMES)


def test_servers_that_start_at_once_give_out_the_same_tokens(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: tokens.load(file, NAMES), range(8)))
    assert made == [made[0]] * 8
