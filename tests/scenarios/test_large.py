"""The pack that tests of scale run on is what they take it for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scenarios.packs import read_pack, write_pack
from tests.scenarios.large import large_pack


def test_a_hundred_scenarios_in_ten_languages() -> None:
    pack = large_pack()
    assert len(pack.scenarios) == 100
    assert set(Counter(one.language for one in pack.scenarios).values()) == {10}
    assert len({one.language for one in pack.scenarios}) == 10
    assert len({one.id for one in pack.scenarios}) == 100
    assert len({one.test_prompt for one in pack.scenarios}) == 100


@pytest.mark.parametrize("name", ["large.yaml", "large.json"])
def test_it_survives_a_file_in_every_script(tmp_path: Path, name: str) -> None:
    pack = large_pack()
    write_pack(pack, tmp_path / name)
    assert read_pack(tmp_path / name) == pack
    text = (tmp_path / name).read_text("utf-8")
    assert "居留许可" in text, "a person can read the file"
    assert "جرعة الدواء" in text
