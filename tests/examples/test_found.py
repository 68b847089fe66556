"""The demo's list of what became of each planted error."""

from examples.clinic.found import TRUTH, report, rows

EXPORTED = [
    {"Unique ID": "a", "Ground Truth Answer": "1", "label": "2", "label_status": "revised"},
    {"Unique ID": "b", "Ground Truth Answer": "1", "label": "", "label_status": ""},
    {"Unique ID": "c", "Ground Truth Answer": "5", "label": "5", "label_status": "confirmed"},
]
TRUTHS = [
    {"Unique ID": "a", "error_kind": "unit", "true_answer": "2"},
    {"Unique ID": "b", "error_kind": "logic", "true_answer": "4"},
    {"Unique ID": "c", "error_kind": "none", "true_answer": "5"},
    {"Unique ID": "not in the run", "error_kind": "logic", "true_answer": "4"},
]


def test_planted_errors_are_listed_and_everything_is_counted() -> None:
    head, *lines = (line.split() for line in report(EXPORTED, TRUTHS))
    assert head[0] == "instance"
    assert lines == [
        ["a", "unit", "1", "2", "2"],
        ["b", "logic", "1", "waiting", "for", "people", "4"],
        [],
        "2 labels of the benchmark are wrong: 1 revised, 1 waiting for people".split(),
        "1 labels of the benchmark are right: 1 confirmed".split(),
    ]


def test_the_truth_file_has_the_columns() -> None:
    *_, wrong, right = report([], rows(TRUTH))
    assert wrong.startswith("0 labels")
    assert right.endswith("none")
