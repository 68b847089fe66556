"""What another agreement threshold would have committed, and how much of it agrees with a reference.

    python perf/coverage_curve.py STORE REFERENCE.csv [--id uid] [--truth y_final] [--run RUN]
        [--out FILE.svg] [--json]

For each share of votes that the run's instances reach, the votes on record are routed again with that share
as the threshold, and no further votes. The table gives coverage (committed of all instances with a reference)
and precision (agreeing of committed); --out draws them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from consensus.coverage import CoveragePoint, Voted, coverage_curve
from perf import command
from perf.label_quality import read_reference
from store.store import Store

AIM = 0.95
"""The precision below which labels are not worth committing."""


def facts(point: CoveragePoint) -> dict[str, float | int | None]:
    """Everything about a point as JSON values."""
    precision = None if point.precision is None else round(point.precision, 4)
    return {**asdict(point), "coverage": round(point.coverage, 4), "precision": precision}


def voted(store: Store, run_id: str, references: Mapping[str, str]) -> Iterator[Voted]:
    """The instances of a run that have a reference (source id → the true answer as spelled)."""
    run = store.run(run_id)
    selected = set(store.work(run.id))
    for instance in store.instances(run.benchmark_id):
        truth = references.get(instance.source_id)
        if truth is not None and instance.id in selected:
            votes = tuple(record.vote() for record in store.votes(run.id, instance.id))
            yield Voted(votes, read_reference(instance, truth), instance.spec)


def draw(points: Sequence[CoveragePoint], out: Path) -> None:
    """Precision against coverage, each point named by its threshold, as a picture in a file."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "steward"
    from matplotlib import pyplot, ticker

    drawn = [(point.coverage, point.precision, point.threshold) for point in points if point.precision]
    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    axes.plot([x for x, _, _ in drawn], [y for _, y, _ in drawn], marker="o", color="#1f5fa8")
    for coverage, precision, threshold in drawn:
        axes.annotate(
            f"≥ {threshold:.0%} agree", (coverage, precision), textcoords="offset points", xytext=(6, 6)
        )
    axes.axhline(AIM, color="#888888", linestyle="--", linewidth=1)
    axes.annotate(
        "95%", (1, 0.95), xycoords=("axes fraction", "data"), xytext=(3, -3), textcoords="offset points"
    )
    axes.set_xlabel(f"coverage: labels committed, of {points[0].instances} instances with a reference")
    axes.set_ylabel("precision: committed labels that agree")
    axes.xaxis.set_major_formatter(ticker.PercentFormatter(xmax=1))
    axes.yaxis.set_major_formatter(ticker.PercentFormatter(xmax=1))
    axes.margins(x=0.15, y=0.2)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None, dpi=144)
    pyplot.close(figure)


def main() -> None:
    """Read the store and the reference, print the table, draw the curve."""
    parser = command.label_parser(__doc__)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with command.run_and_references(options) as (store, run_id, references):
        points = coverage_curve(list(voted(store, run_id, references)))
    if not points:
        sys.exit(
            f"{options.store}: no instance of run {run_id} has votes and a reference in {options.reference}"
        )
    if options.out:
        draw(points, options.out)
    if options.json:
        print(json.dumps([facts(point) for point in points], indent=2))
        return
    print("threshold  committed  coverage  agree  precision")
    for point in points:
        precision = f"{point.precision:.1%}" if point.precision is not None else "-"
        counts = f"{point.committed:>9}  {point.coverage:>8.1%}  {point.agree:>5}"
        print(f"{point.threshold:>9.0%}  {counts}  {precision:>9}")


if __name__ == "__main__":
    command.run(main)
