"""Every command: as JSON and as text, its exit codes, and what it says to a mistake."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graphs.audit_sample import draw
from store.store import Store
from tests.console.harness import ONE_VOTE, Desk, invoke, refused, table
from tests.graphs import scripts
from tests.graphs.scripts import ANSWERS, ROWS, objects
from tests.model_server.replies import HttpError, JsonReply, RefusalReply, Reply, ServerRequest

FACTS = {
    "run",
    "contract",
    "instances",
    "committed",
    "awaiting_review",
    "failed",
    "confirmed",
    "revised",
    "incomputable",
    "calls",
    "cost",
}
KEY = "sk-test-0123456789abcdefghij"


def test_relabel_says_what_came_of_it(desk: Desk) -> None:
    result = desk.relabel(*ONE_VOTE, rows=ROWS[:4])
    assert result.code == 0
    assert result.json.keys() >= FACTS
    assert result.json["instances"] == 4
    text = desk("resume")
    assert text.code == 0
    assert "committed             4   confirmed 3, revised 1" in text.out


def test_every_command_speaks_json(done: Desk) -> None:
    run = done("status", "--json").json["run"]
    assert done("status", run[:6], "--json").json.keys() >= FACTS | {"state", "escalated"}
    trace = done("trace", "map-3", "--json").json
    assert trace["instance"]["source_id"] == "map-3"
    assert {call["role"] for call in trace["calls"]} == {"extractor", "critic"}
    (waiting,) = done("queue", "--json").json
    assert (waiting["source_id"], waiting["reason"]) == ("map-3", "critic_objects")
    out = done.folder / "labels.csv"
    facts = done("export", "--out", out, "--json").json
    assert facts == {"run": run, "out": str(out), "rows": 3, "rejected": 0}
    assert done("verify", "--json").json["problems"] == []
    label = done("decide", "map-3", "--answer", "110", "--reviewer", "Ana", "--json").json
    assert (label["decided_by"], label["status"]) == ("reviewer", "revised")
    plan = invoke("plan", done.benchmark(), "--json").json
    assert plan["instances"] == 14


def test_every_command_speaks_text(done: Desk) -> None:
    assert "awaiting review       1   critic_objects 1" in done("status").out
    trace = done("trace", "map-3").out
    for words in ("Sample 0", "extractor", "critic", "blood pressure 150/90 mmHg", "110", "too small"):
        assert words in trace
    assert "150/90 mmHg" in done("trace", "map-3", "--full").out
    assert "map-3" in done("queue").out
    assert "3 rows written" in done("export", "--out", done.folder / "labels.csv").out
    assert "verifies" in done("verify").out
    assert done("decide", "map-3", "--answer", "110", "--reviewer", "Ana").out == "map-3: revised\n"
    assert done("queue").out == "Nothing waits for review.\n"


def test_help_and_version() -> None:
    assert "relabel" in invoke("--help").out
    assert "steward" in invoke("--version").out
    assert "STEWARD_ATTEMPTS" in invoke("relabel", "--help").out
    assert invoke().code == 2


def test_resume_of_a_run_in_which_nothing_is_left(done: Desk) -> None:
    before = done("status", "--json").json
    result = done.resume()
    assert result.code == 3
    assert done.roles() == {}
    same = FACTS | {"state", "escalated"}
    assert {k: result.json[k] for k in same} == {k: before[k] for k in same}


def test_the_same_run_is_not_started_twice_by_mistake(desk: Desk) -> None:
    first = desk.relabel(*ONE_VOTE, rows=ROWS[:2], script=lambda _: HttpError(500)).json["run"]
    again = desk.relabel(*ONE_VOTE, rows=ROWS[:2])
    refused(again, first, "resume", "--new-run")
    desk.server.script = scripts.agents
    assert desk.relabel(*ONE_VOTE, rows=ROWS[:1]).code == 0, "another selection is another run"
    assert desk.relabel(*ONE_VOTE, "--seed", "1", rows=ROWS[:2]).code == 0, "so is another contract"
    assert desk.relabel(*ONE_VOTE, "--new-run", rows=ROWS[:2]).json["run"] != first
    assert desk.resume(first).json["committed"] == 2
    assert desk.relabel(*ONE_VOTE, rows=ROWS[:2]).code == 0, "a finished one stands in nobody's way"


def test_a_run_can_be_named_by_a_prefix(done: Desk) -> None:
    run = done("status", "--json").json["run"]
    for reference in (run, run[:5]):
        assert done("status", reference, "--json").json["run"] == run
    refused(done("status", "zzzz"), "zzzz")


def test_an_instance_can_be_named_by_its_source_id_its_id_or_a_prefix(done: Desk) -> None:
    identity = done("trace", "map-3", "--json").json["instance"]["id"]
    for reference in (identity, identity[:8]):
        assert done("trace", reference, "--json").json["instance"]["source_id"] == "map-3"
    refused(done("trace", "no-such"), "no-such")
    refused(done("trace", "map-3", "--run", "zzzz"), "zzzz")


@pytest.mark.parametrize(
    "command",
    [
        "resume",
        "status",
        "queue",
        "verify",
        "trace x",
        "export --out y.csv",
        "decide x --original --reviewer A",
    ],
)
def test_a_store_that_is_not_there(tmp_path: Path, command: str) -> None:
    refused(invoke(*command.split(), "--store", tmp_path / "none.db"), "none.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["status", "verify", "resume"])
def test_a_file_that_is_no_store(tmp_path: Path, command: str) -> None:
    other = tmp_path / "other.db"
    other.write_text("not a database at all, but long enough to look like one" * 20)
    refused(invoke(command, "--store", other), "other.db")
    assert other.read_text().startswith("not a database")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--ids", "bmi-1,nobody"), "nobody"),
        (("--ids", "@none.txt"), "none.txt"),
        (("--limit", "0"), "--limit"),
        (("--votes", "5", "--max-votes", "3"), "--max-votes 3"),
        (("--agreement", "1.5"), "--agreement"),
        (("--agreement", "nan"), "--agreement"),
        (("--temperature", "nan"), "--temperature"),
        (("--model", "gpt"), "provider"),
        (("--model", "nobody:x"), "nobody"),
        (("--model", "openai:x@ftp://here"), "ftp://here"),
        (("--model", "openai:x@http://192.0.2.1/v1"), "OPENAI_API_KEY"),
        (("--critic", "replay:x.csv"), "three roles"),
        (("--model", "replay:none.csv"), "none.csv"),
        (("--convention", "delta_gap"), "NAME=OPTION"),
        (("--convention", "nothing=x"), "nothing"),
        (("--convention", "delta_gap=x"), "ag_minus_12"),
        (("--prices", "none.yaml"), "none.yaml"),
        (("--map", "id=none,context=context,question=question,answer_kind=number"), "'none'"),
        (("--output-mode", "xml"), "native"),
        (("--timeout", "0"), "--timeout"),
        (("--attempts", "0"), "--attempts"),
    ],
)
def test_a_mistake_is_told_before_anything_is_recorded(
    desk: Desk, args: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    refused(desk("relabel", desk.benchmark(), "--model", desk.spec(), *args), said)
    assert desk.roles() == {}
    assert not desk.store.exists()


def test_an_input_that_is_not_there(desk: Desk) -> None:
    refused(desk("relabel", desk.folder / "none.csv"), "none.csv")
    refused(desk("relabel"), "INPUT")


@pytest.mark.parametrize(
    ("args", "instances"),
    [
        (("--ids", "bmi-2,map-1"), ["bmi-2", "map-1"]),
        (("--ids", "map-1, bmi-2,"), ["bmi-2", "map-1"]),
        (("--limit", "3"), ["bmi-1", "bmi-2", "bmi-3"]),
        (("--ids", "ca-1,bmi-2,map-1", "--limit", "2"), ["bmi-2", "map-1"]),
        (("--ids", "@IDS"), ["bmi-4", "ca-2"]),
    ],
)
def test_a_selection_keeps_the_order_of_the_benchmark(
    desk: Desk, args: tuple[str, ...], instances: list[str]
) -> None:
    listed = desk.folder / "ids.txt"
    listed.write_text("ca-2\n\n  bmi-4 \n", encoding="utf-8")
    given = [arg.replace("IDS", str(listed)) for arg in args]
    result = desk("relabel", desk.benchmark(), "--model", "offline", *given, "--json")
    assert result.json["instances"] == len(instances)
    out = desk.folder / "out.csv"
    desk("export", "--out", out)
    rows = table(out)
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS], "an export holds the whole benchmark"
    assert [row["id"] for row in rows if row["reason"] != "not selected for this run"] == instances


def test_an_export_has_the_benchmark_s_columns_first(done: Desk) -> None:
    out = done.folder / "labels.csv"
    done("export", "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    own = list(ROWS[0])
    added = ["steward_label", "label_status", "decided_by", "agreement", "n_votes", "reason"]
    assert header == own + added
    by_id = {line[0]: line for line in lines}
    for row in (ROWS[0], ROWS[2], ROWS[6]):
        assert by_id[row["id"]][: len(own)] == list(row.values())
    assert by_id["bmi-1"][len(own) :] == ["25", "confirmed", "consensus", "1", "1", "1 of 1 votes agree"]
    assert by_id["bmi-3"][len(own) : len(own) + 2] == ["25", "revised"]
    assert by_id["map-3"][len(own) :] == ["", "", "", "", "0", "awaiting review: critic_objects"]
    done("decide", "map-3", "--answer", "110", "--reviewer", "Ana", "--note", "measured, anew")
    done("export", "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        line = list(csv.reader(file))[3]
    assert line[len(own) :] == [
        "110",
        "revised",
        "reviewer",
        "1",
        "1",
        "by a reviewer after critic_objects: measured, anew",
    ]


def test_an_export_to_a_place_that_is_not_there(done: Desk) -> None:
    refused(done("export", "--out", done.folder / "none" / "labels.csv"), "none")
    refused(done("export"), "--out")


def test_rejected_rows_are_told_and_listed(desk: Desk) -> None:
    rows = (ROWS[0], {**ROWS[1], "label": "a lot"}, {**ROWS[2], "id": "bmi-1"})
    result = desk.relabel(*ONE_VOTE, rows=rows)
    assert result.err.count("rejected: ") == 2
    assert "'a lot'" in result.err
    assert (result.json["instances"], result.json["rejected"]) == (1, 2)
    listed = desk("status", "--rejections", "--json").json["rejections"]
    assert [rejection["row"] for rejection in listed] == [2, 3]
    assert "'a lot'" in desk("status", "--rejections").out


def test_settings_come_from_the_environment_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_STORE", str(desk.store))
    monkeypatch.setenv("STEWARD_ATTEMPTS", "2")
    monkeypatch.setenv("STEWARD_RETRY_WAIT", "0.01")
    monkeypatch.setenv("STEWARD_TIMEOUT", "5")
    desk.server.script = lambda _: HttpError(500)
    assert invoke("relabel", desk.benchmark(ROWS[0]), "--model", desk.spec(), *ONE_VOTE).code == 1
    assert desk.roles() == {"Extraction": 2}
    assert invoke("status", "--json").json["failed"] == 1


ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\r\x00"
STEERING = ("\x1b", "\x07", "\x9b", "\u202e", "\r", "\x00")


def test_nothing_that_a_model_or_a_note_says_steers_the_terminal(desk: Desk) -> None:
    """Notes, ids, questions, units, programs, objections, refusals, reviewers: all of it is data."""

    def script(request: ServerRequest) -> Reply:
        role, text = scripts.role_of(request), scripts.task_text(request)
        if role == "Critique":
            return JsonReply(objects(f"no {ESCAPES}"))
        if role == "Program":
            code = f"# {ESCAPES[:-2]}\ndose / tablet"
            return JsonReply({**scripts.program(text), "code": code, "formula": f"f {ESCAPES}"})
        if "height" in text:
            return RefusalReply(f"never {ESCAPES}")
        found = scripts.extraction(text)
        for entry in found["inputs"]:
            entry["time"] = f"now {ESCAPES}"
            entry["unit"] = f"mg {ESCAPES}"
        return JsonReply(found)

    hostile = {"context": f"{ROWS[12]['context']} {ESCAPES[:-1]}", "question": f"How many? {ESCAPES[:-1]}"}
    rows = ({**ROWS[12], **hostile, "id": f"tab-1 {ESCAPES[:-2]}"}, ROWS[0])
    desk.relabel(*ONE_VOTE, rows=rows, script=script)
    (first,) = (row for row in desk("queue", "--json").json if row["source_id"] != "bmi-1")
    said = ("--reviewer", f"Ana {ESCAPES[:-1]}", "--note", f"why {ESCAPES[:-1]}")
    outputs = [
        desk("trace", first["instance"]),
        desk("trace", first["instance"], "--full"),
        desk("trace", first["instance"], "--json"),
        desk("trace", "bmi-1"),
        desk("queue"),
        desk("queue", "--json"),
        desk("status"),
        desk("decide", first["instance"], "--answer", f"5 {ESCAPES[:-1]}", "--reviewer", "Ana"),
        desk("decide", first["instance"], "--answer", "3", *said),
        desk("trace", first["instance"], "--full"),
    ]
    assert "owned" in outputs[0].out
    assert "never" in outputs[3].out
    assert outputs[7].code == 2
    for result in outputs:
        found = [character for character in STEERING if character in result.out + result.err]
        assert found == [], (result.out + result.err)[:300]


def test_the_api_key_is_nowhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the store, its log, the checkpoints or any output, even where the server sends it back."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    seen: list[str] = []

    def script(request: ServerRequest) -> Reply:
        seen.append(request.headers["authorization"])
        if scripts.role_of(request) == "Critique":
            return JsonReply(objects(f"your key is {KEY}"))
        if "height 160" in scripts.task_text(request):
            return HttpError(400, f"Incorrect API key provided: {KEY}")
        return scripts.agents(request)

    result = desk.relabel(*ONE_VOTE, rows=ROWS[:2], script=script)
    assert set(seen) == {f"Bearer {KEY}"}
    stopped = desk.relabel(
        *ONE_VOTE, rows=ROWS[4:5], script=lambda _: HttpError(401, f"Incorrect API key provided: {KEY}")
    )
    assert "Incorrect API key" in stopped.err
    shown = [
        result,
        stopped,
        desk("trace", "map-1"),
        desk("trace", "bmi-1", "--full"),
        desk("trace", "bmi-2", "--json"),
        desk("queue"),
    ]
    for output in shown:
        assert KEY not in output.out + output.err
    files = [path for path in desk.folder.iterdir() if path.is_file()]
    assert len(files) >= 3
    for path in files:
        assert KEY.encode() not in path.read_bytes(), path


def test_what_a_run_changed_is_listed(done: Desk) -> None:
    (changed,) = done("status", "--changes", "--json").json["changes"]
    assert changed["source_id"] == "bmi-3"
    text = done("status", "--changes").out
    assert "bmi-3" in text
    assert "40" in text


def test_labels_are_right_in_the_text_that_people_read(desk: Desk) -> None:
    desk.relabel(*ONE_VOTE)
    out = desk.folder / "labels.csv"
    desk("export", "--out", out)
    for row in table(out):
        right = ANSWERS[row["id"]]
        if right is None:
            assert row["steward_label"] == "N/A"
        else:
            assert float(row["steward_label"]) == pytest.approx(right, abs=0.005)


def test_what_is_audited_blind_is_counted_and_not_named(done: Desk) -> None:
    """Two labels are by consensus; both are drawn, and one of them is found to be wrong."""
    assert done("status", "--json").json["audit_sample"] is None
    assert "audit sample" not in done("status").out
    before = done("queue").out
    with Store.open(done.store) as store:
        draw(store, store.latest_run(), 1.0)
    (waiting,) = done("queue", "--json").json
    assert waiting["source_id"] == "map-3"
    text = done("queue").out
    last = "and 2 labels of the blind audit sample, which `review` mixes in"
    assert text.splitlines() == [*before.splitlines(), last]
    status = done("status").out
    assert "audit sample          2   reviewed 0\n" in status
    assert "awaiting review       1   critic_objects 1\n" in status
    said = ("--answer", "30", "--reviewer", "Ana", "--reason", "misread")
    assert done("supersede", "bmi-1", *said).code == 0
    found = done("status", "--json").json
    assert found["escalated"] == {"critic_objects": 1}
    audited = found["audit_sample"]
    low, high = audited.pop("ci95")
    assert audited == {"drawn": 2, "reviewed": 1, "differ": 1, "share": 1.0}
    assert (low, high) == pytest.approx((0.2065, 1.0), abs=1e-4)
    contradicts = "reviewed 1, of which 1 contradicts the label: 100.0% (95% CI 20.7% to 100.0%)"
    assert contradicts in done("status").out
    assert done("decide", "map-3", "--answer", "110", "--reviewer", "Ana").code == 0
    assert done("queue").out == "1 label of the blind audit sample, which `review` mixes in\n"
