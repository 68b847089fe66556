"""`review` as a user starts and ends it: a process of its own, reached over its socket."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from store.store import Store
from tests.console.harness import Background, invoke, refused
from tests.review.server import A, B, announced


@pytest.fixture
def running(store: Store) -> Iterator[list[Background]]:
    """Processes that end with the test."""
    processes: list[Background] = []
    yield processes
    for process in processes:
        process.kill()


def start(running: list[Background], path: Path, *options: str) -> tuple[Background, dict[str, Any]]:
    """The app on a store, and what it says once it listens."""
    process = Background(path.parent, "review", "--store", path, "--json", *options)
    running.append(process)
    return process, announced(process)


def warned(process: Background) -> str:
    """All that the app said on stderr, once it was ended."""
    process.signal(signal.SIGINT)
    return process.wait(10).err


def link(said: dict[str, Any], name: str | None) -> str:
    found: str = next(one["link"] for one in said["reviewers"] if one["name"] == name)
    return found


@pytest.mark.slow
def test_links_and_cookies_outlive_the_server(running: list[Background], path: Path) -> None:
    process, said = start(running, path, "--reviewer", A, "--reviewer", B)
    assert [one["name"] for one in said["reviewers"]] == [A, B, None]
    with httpx2.Client() as client:
        entered = client.get(link(said, B))
        assert entered.status_code == 200
        assert "server" not in entered.headers
        assert B in client.get(said["url"] + "/help").text
        process.kill()
        process, again = start(running, path, "--reviewer", A, "--reviewer", B)
        assert again == said, "even without --port"
        assert B in client.get(said["url"] + "/help").text

        process.signal(signal.SIGINT)
        ended = process.wait(10)
        _, anew = start(running, path, "--reviewer", A, "--new-tokens")
        assert anew["url"] == said["url"]
        assert client.get(said["url"] + "/help").status_code == 403
        assert client.get(link(said, A)).status_code == 403
        assert client.get(link(anew, A)).status_code == 200
    assert ended.code == 0
    assert ended.err.splitlines() == [
        "Each link signs in whoever opens it, also after a restart. Press Ctrl-C to end."
    ], "no traceback, no log of requests"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_although_a_browser_keeps_its_connection(
    running: list[Background], path: Path, number: int
) -> None:
    process, said = start(running, path, "--reviewer", A)
    with httpx2.Client() as client, socket.create_connection(("127.0.0.1", _port(said))) as unfinished:
        client.get(link(said, A))
        unfinished.sendall(b"GET /help HTTP/1.1\r\nHost:")
        process.signal(number)
        ended = process.wait(10)  # which fails where the connection holds it up
    assert ended.code == 0
    assert "Traceback" not in ended.err


@pytest.mark.slow
def test_a_port_that_is_taken(running: list[Background], path: Path) -> None:
    _, first = start(running, path)
    port = str(_port(first))
    refused(invoke("review", "--store", path, "--port", port), f"port {port}", "in use", "--port 0")
    _, second = start(running, path, "--port", "0")
    assert _port(second) != _port(first), "that of the last start, but it is not free"


def test_without_reviewers_there_is_one_link_to_read(running: list[Background], path: Path) -> None:
    process, said = start(running, path)
    assert [one["name"] for one in said["reviewers"]] == [None]
    assert "--reviewer NAME" in warned(process)


def test_a_proxy_stands_before_it(running: list[Background], path: Path, tmp_path: Path) -> None:
    file = tmp_path / "who.json"
    options = ("--host", "0.0.0.0", "--tokens", str(file), "--origin", "https://Labels.example.org/")
    process, said = start(running, path, "--reviewer", A, *options)
    assert said["url"] == "https://labels.example.org"
    assert file.exists()
    token = link(said, A).partition("?token=")[2]
    with Store.open(path):  # the app holds no lock on it
        here = f"http://127.0.0.1:{json.loads(file.read_text())['port']}"
    headers = {"Host": "labels.example.org"}
    entered = httpx2.get(f"{here}/enter?token={token}", headers=headers)
    assert entered.status_code == 200
    assert "; Secure" in entered.headers["set-cookie"]
    assert httpx2.get(f"{here}/enter?token={token}").status_code == 421
    assert "unencrypted" not in warned(process)


def test_notes_in_the_clear_on_a_network_are_warned_of(running: list[Background], path: Path) -> None:
    options = ("--tokens", str(path.parent / "who.json"), "--origin", "http://labels.example.org")
    process, _ = start(running, path, "--host", "0.0.0.0", *options)
    assert "unencrypted" in warned(process)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
@pytest.mark.parametrize(
    "given", [(), ("--origin", "https://labels.example.org"), ("--tokens", "who.json")], ids=str
)
def test_other_machines_are_not_served_by_chance(
    store: Store, path: Path, host: str, given: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    result = invoke("review", "--store", path, "--host", host, "--reviewer", A, *given)
    refused(result, host, "--tokens FILE", "--origin URL")
    assert not list(path.parent.glob("*who.json"))
    assert not list(path.parent.glob("*tokens*"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--reviewer", ""), "empty"),
        (("--reviewer", A, "--reviewer", A), "twice"),
        (("--host", "no such host"), "--host"),
        (("--host", "192.0.2.1", "--origin", "http://192.0.2.1", "--tokens", "t.json"), "cannot listen"),
        (("--origin", "labels.example.org"), "https://host"),
        (("--port", "65536"), "65535"),
        (("--opinions", "0"), "opinions"),
    ],
    ids=str,
)
def test_what_cannot_be_served_is_told_in_a_line(
    store: Store, path: Path, options: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    refused(invoke("review", "--store", path, *options), said)


def test_no_store_is_told(tmp_path: Path) -> None:
    refused(invoke("review", "--store", tmp_path / "none.db"), "there is no store")


def _port(said: dict[str, Any]) -> int:
    return int(said["url"].rpartition(":")[2])
