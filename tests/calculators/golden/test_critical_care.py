"""Critical care: formulas against published examples, tables or anchors worked out by hand."""

from tests.calculators.golden.ask import score


class TestSirs:
    """Bone 1992."""

    def test_all_criteria(self) -> None:
        assert score("sirs", temperature=39, heart_rate=110, respiratory_rate=24, white_cells=15) == 4

    def test_no_threshold_counts_by_itself(self) -> None:
        assert (
            score(
                "sirs",
                temperature=(100.4, "°F"),
                heart_rate=90,
                respiratory_rate=20,
                white_cells=12,
                paco2=32,
            )
            == 0
        )
        assert score("sirs", temperature=36, heart_rate=60, respiratory_rate=12, white_cells=4, bands=10) == 0

    def test_low_values_and_alternatives_count(self) -> None:
        assert score("sirs", temperature=35.9, heart_rate=60, respiratory_rate=12, white_cells=3.9) == 2
        assert (
            score(
                "sirs",
                temperature=37,
                heart_rate=60,
                respiratory_rate=12,
                white_cells=(8000, "/mm3"),
                paco2=31,
                bands=11,
            )
            == 2
        )

    def test_just_above_each_threshold(self) -> None:
        assert score("sirs", temperature=38.1, heart_rate=91, respiratory_rate=21, white_cells=12.1) == 4
