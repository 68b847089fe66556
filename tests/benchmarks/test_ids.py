"""Tables and lists of ids, matched to the source ids of a benchmark."""

from pathlib import Path

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.ids import read_ids


@pytest.mark.parametrize(
    ("name", "text"), [("ids.csv", "what,key\nsome,x\nmore,q\n"), ("ids.txt", "x\n\n q \n")]
)
def test_ids_are_those_of_the_id_column_or_one_a_line(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert read_ids(path, {"x", "y"}) == {"x", "q"}
    with pytest.raises(BenchmarkError, match=r"no column holds ids|none of its lines is an id"):
        read_ids(path, {"nothing"})


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BenchmarkError, match="not UTF-8"):
        read_ids(path, {"x"})
