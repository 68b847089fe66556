from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

import releases.write
from answers.model import NumberAnswer, TextAnswer
from benchmarks.read import read_benchmark
from releases.croissant import check_croissant
from releases.errors import ReleaseError
from releases.schema import COLUMNS, read_parquet
from releases.sums import read_manifest
from tests.releases.conftest import Publish
from tests.releases.desk import ROWS, Made, bmi_row, decide, make_store, row


def labels_csv(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {each["id"]: each for each in csv.DictReader(file)}


def test_a_release_is_complete(made: Made, publish: Publish, tmp_path: Path) -> None:
    out = tmp_path / "release"
    done = publish(made, out)
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert (
        files
        == set(done.files)
        == {
            "labels.parquet",
            "labels.csv",
            "README.md",
            "CHANGELOG.md",
            "croissant.json",
            "contract.json",
            "manifest.json",
            "SHA256SUMS",
            "loaders/scoring.py",
            "loaders/inspect_task.py",
            "loaders/lm_eval/steward_release.yaml",
            "loaders/lm_eval/utils.py",
        }
    )
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=out,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(": OK") == len(files) - 1
    manifest = read_manifest(out)
    assert manifest["by_status"] == {"confirmed": 3, "revised": 5, "incomputable": 1}
    assert list(json.loads((out / "contract.json").read_text())) == [made.run.contract_sha]
    check_croissant(out, len(ROWS))


def test_parquet_is_typed_and_holds_every_row(made: Made, publish: Publish, tmp_path: Path) -> None:
    publish(made, tmp_path / "release")
    table = pq.read_table(tmp_path / "release" / "labels.parquet")
    assert table.column_names == [column.name for column in COLUMNS]
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["label_number"], types["label_date"], types["label_days"]) == (
        "double",
        "date32[day]",
        "int64",
    )
    assert types["decided_at"] == "timestamp[us, tz=UTC]"
    by_id = {each["source_id"]: each for each in table.to_pylist()}
    assert by_id["due"]["label_date"].isoformat() == "2024-02-10"
    assert by_id["stay"]["label_days"] == 60
    assert by_id["negative"]["label_number"] == -4.0
    assert by_id["band"]["label_text"] == "above"
    assert (by_id["dose"]["label_kind"], json.loads(by_id["dose"]["missing_inputs"])) == (
        "incomputable",
        ["weight"],
    )
    assert json.loads(by_id["wrong"]["evidence"])[0]["quote"] == "120 kg"


def test_rows_come_back_as_they_went(made: Made, publish: Publish, tmp_path: Path) -> None:
    decide(made, "dose", NumberAnswer(value=1 / 3, unit="mL"))
    publish(made, tmp_path / "a")
    publish(made, tmp_path / "b", names=True)
    anonymous, named = read_parquet(tmp_path / "a"), read_parquet(tmp_path / "b")
    assert [each.source_id for each in anonymous] == [each["id"] for each in ROWS]
    differing = [a.source_id for a, b in zip(anonymous, named, strict=True) if a != b]
    assert differing == ["dose"]
    assert anonymous[7].answer == NumberAnswer(value=1 / 3, unit="mL")


def test_csv_has_the_benchmarks_columns_with_labels_and_limits_in_place(
    tmp_path: Path, publish: Publish
) -> None:
    made = make_store(tmp_path, waiting=("argued",))
    publish(made, tmp_path / "release")
    cells = labels_csv(tmp_path / "release")
    own = list(ROWS[0])
    added = [name for name in cells["kept"] if name not in own]
    assert list(cells["kept"])[: len(own)] == own
    assert added[:2] == ["original_label", "label_status"]
    assert [cells[key]["label"] for key in ("wrong", "dose", "argued")] == ["30", "N/A", ""]
    assert [cells["wrong"][name] for name in ("lower", "upper", "original_label")] == ["28.5", "31.5", "25"]
    assert [cells["negative"][name] for name in ("lower", "upper")] == ["-4.2", "-3.8"]
    assert [cells["argued"][name] for name in ("label_status", "open")] == [
        "unresolved",
        "awaiting review: failed",
    ]
    unchanged = set(own) - {"label", "lower", "upper"}
    assert all(cells[each["id"]][name] == each[name] for each in ROWS for name in unchanged)


def test_csv_reads_back_as_a_benchmark_with_the_released_labels(
    made: Made, publish: Publish, tmp_path: Path
) -> None:
    publish(made, tmp_path / "release")
    again = read_benchmark(str(tmp_path / "release" / "labels.csv"))
    assert again.rejections == ()
    before = read_benchmark(str(tmp_path / "vignettes.jsonl"))
    released = {each.source_id: each for each in read_parquet(tmp_path / "release")}
    for instance, old in zip(again.instances, before.instances, strict=True):
        assert instance.spec == old.spec
        assert instance.label_text == released[instance.source_id].label


def test_a_benchmark_without_labels_gets_a_column_for_them(tmp_path: Path, publish: Publish) -> None:
    unlabelled = {name: cell for name, cell in bmi_row("new", 80, "").items() if name != "label"}
    publish(make_store(tmp_path, (unlabelled,)), tmp_path / "release")
    cells = labels_csv(tmp_path / "release")["new"]
    assert (cells["label"], cells["original_label"], cells["label_status"]) == ("20", "", "revised")


def test_nothing_is_half_written(
    made: Made, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, rows: int) -> None:
        raise ReleaseError("not valid")

    monkeypatch.setattr(releases.write, "check_croissant", refuse)
    (tmp_path / "published").mkdir()
    with pytest.raises(ReleaseError, match="not valid"):
        publish(made, tmp_path / "published" / "release")
    assert list((tmp_path / "published").iterdir()) == []


def test_a_target_that_is_not_free_is_refused(made: Made, publish: Publish, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    publish(made, tmp_path / "empty")
    with pytest.raises(ReleaseError, match="is not empty, and a release is never changed"):
        publish(made, tmp_path / "empty")
    with pytest.raises(ReleaseError, match="belongs to the store"):
        publish(made, made.path)
    with pytest.raises(ReleaseError, match="is a file"):
        publish(made, tmp_path / "vignettes.jsonl")
    with pytest.raises(ReleaseError, match="there is no folder"):
        publish(made, tmp_path / "missing" / "release")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ReleaseError, match="is a link"):
        publish(made, tmp_path / "link")


def test_of_two_releases_into_one_folder_the_second_is_refused(
    made: Made, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "published" / "release"
    out.parent.mkdir()

    def meanwhile(folder: Path, rows: int) -> None:
        monkeypatch.undo()
        publish(made, out, "2.0.0")

    monkeypatch.setattr(releases.write, "check_croissant", meanwhile)
    with pytest.raises(OSError, match=r"^cannot write .*release: Directory not empty$"):
        publish(made, out)
    assert list(out.parent.iterdir()) == [out]
    assert read_manifest(out)["version"] == "2.0.0"


def test_what_a_killed_release_left_is_in_nobodys_way(made: Made, publish: Publish, tmp_path: Path) -> None:
    out = tmp_path / "release"
    left = tmp_path / f".release.{os.getpid()}.tmp"
    left.mkdir()
    publish(made, out)
    assert left.is_dir()
    assert out.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "../1.0.0"])
def test_a_version_is_three_numbers(made: Made, publish: Publish, tmp_path: Path, version: str) -> None:
    with pytest.raises(ReleaseError, match=r"is not MAJOR\.MINOR\.PATCH"):
        publish(made, tmp_path / "release", version)


def test_a_licence_is_carried_over_or_said_to_be_unknown(
    made: Made, publish: Publish, tmp_path: Path
) -> None:
    for asked, said in (
        ({"spdx": None, "attribution": None}, "give it with --licence SPDX"),
        ({"attribution": None}, "name them with --attribution"),
        ({"spdx": "No licence!"}, "no SPDX identifier"),
        ({"attribution": " "}, "--attribution is empty"),
    ):
        with pytest.raises(ReleaseError, match=said):
            publish(made, tmp_path / "release", **asked)
    publish(made, tmp_path / "release", spdx="Unknown", attribution=None)
    front = yaml.safe_load((tmp_path / "release" / "README.md").read_text().split("---")[1])
    assert front["license"] == "unknown"
    assert json.loads((tmp_path / "release" / "croissant.json").read_text())["license"] == "unknown"


HOSTILE = (
    "<script>alert(1)</script> | a | [x](javascript:alert(1)) ![i](http://x.example/i.png) `c`\n---\n# H\n"
    "license: evil\n=HYPERLINK(1) \x1b[31m \u202e https://x.example @someone"
)


def test_hostile_text_is_inert(publish: Publish, tmp_path: Path) -> None:
    rows = (row("=cmd|' /C calc'!A1", "text", HOSTILE), bmi_row("argued", 80, "22", category=HOSTILE))
    made = make_store(tmp_path, rows, answers={rows[0]["id"]: TextAnswer(value="=HYPERLINK(2)")})
    publish(made, tmp_path / "one")
    decide(made, "argued", NumberAnswer(value=21.5), note=HOSTILE, reviewer="<b>A. Reviewer</b>")
    asked = {"name": HOSTILE, "description": HOSTILE, "attribution": HOSTILE, "previous": tmp_path / "one"}
    publish(made, tmp_path / "two", "1.1.0", **asked)
    card, changes = ((tmp_path / "two" / name).read_text() for name in ("README.md", "CHANGELOG.md"))
    front, body = card.removeprefix("---\n").split("\n---\n", 1)
    loaded = yaml.safe_load(front)
    assert (loaded["license"], len(loaded["configs"])) == ("mit", 1)
    for text in (body, changes):
        marks = ("<script", "\x1b", "\u202e", "](", "https://x.example", "@someone")
        assert [mark for mark in marks if mark in text] == []
        assert not [line for line in text.splitlines() if line.startswith("# H")]
    cells = [cell for each in labels_csv(tmp_path / "two").values() for cell in each.values()]
    assert "'=HYPERLINK(2)" in cells
    assert not any("\x1b" in cell for cell in (labels_csv(tmp_path / "two")["argued"]["reason"],))
    check_croissant(tmp_path / "two", 2)


REPRODUCE = """
import os, sys, time
os.environ["TZ"] = sys.argv[3]; time.tzset()
from pathlib import Path
from releases.rows import source_of
from releases.write import Asked, write_release
from store.store import Store
with Store.open(sys.argv[1], read_only=True) as store:
    asked = Asked("1.0.0", spdx="MIT", attribution="Nobody et al. 2026")
    write_release(source_of(store, store.runs()), Path(sys.argv[2]), asked)
"""


@pytest.mark.slow
def test_the_same_store_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    decide(made, "dose", NumberAnswer(value=8.0), note="ü")
    (tmp_path / "elsewhere").mkdir()
    copied = shutil.copy(made.path, tmp_path / "elsewhere" / "copy.db")
    root = str(Path(__file__).parents[2])
    for store, out, zone, seed, lang in (
        (made.path, "one", "Pacific/Auckland", "1", "C"),
        (copied, "elsewhere/two", "America/Los_Angeles", "2", "C.UTF-8"),
    ):
        subprocess.run(
            [sys.executable, "-c", REPRODUCE, store, tmp_path / out, zone],
            env={"PYTHONHASHSEED": seed, "LC_ALL": lang, "PYTHONPATH": root, "PATH": "/usr/bin:/bin"},
            cwd=tmp_path,
            check=True,
        )
    one, two = (
        {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for folder in (tmp_path / "one", tmp_path / "elsewhere" / "two")
    )
    assert one == two
