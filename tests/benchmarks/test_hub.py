from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from answers.model import IncomputableAnswer, NumberAnswer
from benchmarks.errors import BenchmarkError
from benchmarks.hub import HubSource, parse_hub_source
from benchmarks.read import read_benchmark
from tests.benchmarks.conftest import FINDER

HEADER = "id,context,question,label,answer_kind\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the library's cache and the network out of the tests."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("hf:owner/name", HubSource("owner/name", None, None, local=False)),
        ("hf:owner/na.me-1@v1.2:test", HubSource("owner/na.me-1", "v1.2", "test", local=False)),
        (
            "hf:owner/name@refs/convert/parquet",
            HubSource("owner/name", "refs/convert/parquet", None, local=False),
        ),
        ("hf:/data/set:dev", HubSource("/data/set", None, "dev", local=True)),
        ("hf:./set", HubSource("set", None, None, local=True)),
    ],
)
def test_sources(source: str, expected: HubSource) -> None:
    assert parse_hub_source(source) == expected


@pytest.mark.parametrize("source", ["hf:", "hf:name", "hf:owner/name:", "hf:a/b/c", "hf:owner/name@"])
def test_bad_sources(source: str) -> None:
    with pytest.raises(BenchmarkError, match="OWNER/NAME"):
        parse_hub_source(source)


@pytest.mark.usefixtures("cache")
def test_a_folder_of_csv_files(tmp_path: Path) -> None:
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "test.csv").write_text(HEADER + "a,note,q,2.5,number\nb,note,q,N/A,number\nc,note,q,,number\n")
    (folder / "train.csv").write_text(HEADER + "x,note,q,1.5,number\n")
    benchmark = read_benchmark(f"hf:{folder}", calculators=FINDER)
    assert benchmark.name == "bench"
    assert [i.label for i in benchmark.instances] == [NumberAnswer(value=2.5), IncomputableAnswer()]
    assert [(r.row, r.column) for r in benchmark.rejections] == [(3, "label")]
    train = read_benchmark(f"hf:{folder}:train", calculators=FINDER)
    assert [i.source_id for i in train.instances] == ["x"]
    with pytest.raises(BenchmarkError, match=r"no split 'dev'.*:test"):
        read_benchmark(f"hf:{folder}:dev", calculators=FINDER)


@pytest.mark.usefixtures("cache")
def test_a_saved_dataset_and_its_hash(tmp_path: Path) -> None:
    import datasets

    rows = [{"id": "a", "context": "note", "question": "q", "label": 2.5, "answer_kind": "number"}]
    for name in ("one", "two"):
        datasets.Dataset.from_list(rows).save_to_disk(tmp_path / name)
    one, two = (read_benchmark(f"hf:{tmp_path / name}", calculators=FINDER) for name in ("one", "two"))
    assert one.instances[0].label == NumberAnswer(value=2.5)
    assert one.sha256 == two.sha256
    datasets.Dataset.from_list([rows[0] | {"label": 2.6}]).save_to_disk(tmp_path / "three")
    assert read_benchmark(f"hf:{tmp_path / 'three'}", calculators=FINDER).sha256 != one.sha256


@pytest.mark.usefixtures("cache")
def test_files_of_one_split_are_joined(tmp_path: Path) -> None:
    for number, row in enumerate(("a,note,q,2.50,number\n", "b,note,q,x,number\n", "b,note,q,3,number\n")):
        (tmp_path / f"test-0000{number}-of-00003.csv").write_text(HEADER + row)
    benchmark = read_benchmark(f"hf:{tmp_path}:test", calculators=FINDER)
    assert [(i.source_id, i.label_text) for i in benchmark.instances] == [("a", "2.50"), ("b", "3")]
    (rejection,) = benchmark.rejections
    assert (rejection.row, rejection.column) == (2, "label")
    (tmp_path / "test-00002-of-00003.csv").write_text("id,other\nb,3\n")
    with pytest.raises(BenchmarkError, match=r"test-00002-of-00003.csv: its columns are not those of"):
        read_benchmark(f"hf:{tmp_path}:test", calculators=FINDER)


@pytest.mark.usefixtures("cache")
def test_files_that_only_the_library_reads(tmp_path: Path) -> None:
    rows = [{"id": "a", "context": "note", "question": "q", "label": 2.5, "answer_kind": "number"}]
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "rows.json").write_text(json.dumps(rows))
    (instance,) = read_benchmark(f"hf:{folder}", calculators=FINDER).instances
    assert instance.label == NumberAnswer(value=2.5)


@pytest.mark.usefixtures("cache")
def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="no folder"):
        read_benchmark(f"hf:{tmp_path / 'none'}", calculators=FINDER)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BenchmarkError, match="cannot be loaded"):
        read_benchmark(f"hf:{tmp_path / 'empty'}", calculators=FINDER)


def test_the_slow_library_is_imported_only_when_needed() -> None:
    check = "import sys, benchmarks.read; sys.exit('datasets' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
