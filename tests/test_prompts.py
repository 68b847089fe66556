"""Prompt files, their lock, and what goes wrong in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import loader, lock
from prompts.loader import Prompt, PromptError

HEAD = "---\nid: greet\nversion: 1\nagent: extractor\noutput: text\nvariables: [name, place]\n---\n"
TEXT = HEAD + "Be brief.\n=== task ===\nGreet {{name}}.\n\nSay where: {{place}}\n"


def parse(text: str, name: str = "greet.md") -> Prompt:
    return loader.parse(text, name, "0" * 64)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of prompts of its own, locked."""
    (tmp_path / "greet.md").write_text(TEXT, "utf-8")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    monkeypatch.setattr(lock, "FOLDER", tmp_path)
    monkeypatch.setattr(lock, "LOCK_FILE", tmp_path / "lock.json")
    loader.load.cache_clear()
    assert lock.main() == 0
    yield tmp_path
    loader.load.cache_clear()


def rewrite(folder: Path, text: str) -> None:
    (folder / "greet.md").write_text(text, "utf-8")
    loader.load.cache_clear()


def test_the_committed_lock_is_up_to_date() -> None:
    assert lock.locked() == lock.current(), "run python -m prompts.lock"


def test_every_prompt_file_loads() -> None:
    assert {"extract", "critique", "execute"} <= set(loader.prompt_ids())
    for prompt_id in loader.prompt_ids():
        prompt = loader.load(prompt_id)
        assert prompt.instructions
        assert prompt.meta.variables


def test_a_changed_text_under_an_old_version_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "lock.json").read_text()
    rewrite(folder, TEXT.replace("brief", "polite"))
    assert lock.main() == 1
    assert lock.main(["--check"]) == 1
    assert "greet" in capsys.readouterr().err
    assert (folder / "lock.json").read_text() == before


def test_a_changed_text_with_a_new_version_is_locked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(folder, TEXT.replace("brief", "polite").replace("version: 1", "version: 2"))
    assert lock.main(["--check"]) == 1
    assert "python -m prompts.lock" in capsys.readouterr().err
    assert lock.main() == 0
    assert lock.main(["--check"]) == 0
    assert json.loads((folder / "lock.json").read_text())["greet"]["version"] == 2


def test_a_new_prompt_needs_a_lock_entry_but_no_higher_version(folder: Path) -> None:
    (folder / "part.md").write_text(TEXT.replace("id: greet", "id: part"), "utf-8")
    assert lock.main(["--check"]) == 1
    assert lock.main() == 0
    assert set(lock.locked()) == {"greet", "part"}


def test_rendering_puts_values_in_and_leaves_no_blank_lines() -> None:
    assert parse(TEXT).render(name="Ada", place="here") == "Greet Ada.\nSay where: here"
    only = HEAD + "Be brief.\n=== task ===\nGreet {{name}}.\n{{place}}\n"
    assert parse(only).render(name="Ada", place="") == "Greet Ada."


def test_rendering_without_a_variable_names_it() -> None:
    with pytest.raises(PromptError, match=r"'greet' needs .*'place'"):
        parse(TEXT).render(name="Ada")


def test_rendering_with_an_undeclared_variable_names_it() -> None:
    with pytest.raises(PromptError, match=r"'greet' does not declare .*'mood'"):
        parse(TEXT).render(name="Ada", place="here", mood="good")


@given(st.text(alphabet=st.sampled_from("{}name place\\1$%"), min_size=1).filter(str.strip))
def test_braces_and_escapes_in_a_value_stay_as_they_are(value: str) -> None:
    rendered = parse(TEXT).render(name=value, place="{{name}}")
    assert rendered == f"Greet {value}.\nSay where: {{{{name}}}}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Be brief.\n=== task ===\nHi\n", "front matter between two lines"),
        ("\n" + TEXT, "front matter between two lines"),
        (TEXT.replace("version: 1", "version: one"), "bad front matter"),
        (TEXT.replace("agent: extractor\n", ""), "bad front matter"),
        (TEXT.replace("agent: extractor", "agent: extractor\nmood: good"), "bad front matter"),
        (TEXT.replace("[name, place]", "[name, place"), "bad front matter"),
        (TEXT.replace("=== task ===\n", ""), "'=== task ==='"),
        (TEXT.replace("id: greet", "id: greeting"), "id and file name must be the same"),
        (TEXT.replace("{{place}}", "here"), "declares .*'place'.* but the task uses"),
        (TEXT.replace("[name, place]", "[name]"), "task uses .*'place'"),
    ],
    ids=[
        "no front matter",
        "a line before it",
        "version is no number",
        "missing key",
        "unknown key",
        "broken YAML",
        "no separator",
        "another id",
        "unused variable",
        "undeclared variable",
    ],
)
def test_a_malformed_prompt_names_its_file_and_the_fault(text: str, message: str) -> None:
    with pytest.raises(PromptError, match=rf"^greet\.md: (?s:.*){message}"):
        parse(text)


def test_an_unknown_prompt_lists_those_there_are() -> None:
    with pytest.raises(PromptError, match=r"no prompt 'nonesuch'; there are .*extract"):
        loader.load("nonesuch")
