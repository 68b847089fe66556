"""How many wrong original labels people find who review in the order of triage, against other orders.

    python perf/triage_curve.py STORE REFERENCE.csv [--id uid] [--truth y_final] [--run RUN] [--waiting]
        [--part REMAINDER/MODULUS] [--out FILE.svg] [--json]

A replay: an original label is wrong where it does not agree with REFERENCE under the answer spec's rule, and
a review finds that. The instances are those of the run that have a reference, with --waiting those of them
that wait for people, with --part those whose id has this remainder. The orders are the triage score, each of
its components alone, the distance of the votes' answer from the label alone (as the label-stewardship study
did), and random order with a band that holds
95% of the random orders at each number of reviews.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from answers.agreement import agrees
from consensus.triage import COMPONENTS, ComponentName
from graphs.triage import WAITING, Triaged, of_run
from perf import command
from perf.label_quality import read_reference
from stats.curve import Curve, gain_curve, random_band, random_expectation, random_needed
from store.store import Store

LOOKS = (50, 100, 200)
SHARES = (0.5, 0.8)
TRIAGE, STUDY = "triage score", "distance alone"
_DAYS_PER_UNIT = 365.0
_NAMES: Mapping[ComponentName, str] = {
    "disagreement": "disagreement alone",
    "stored_inputs": "stored inputs alone",
    "vote_split": "vote split alone",
    "conventions": "open conventions alone",
    "audit": "audit alone",
}


@dataclass(frozen=True)
class Judged:
    """An instance in triage, and whether its original label is wrong."""

    triaged: Triaged
    wrong: bool


def judged(store: Store, run_id: str, references: Mapping[str, str]) -> Iterator[Judged]:
    """The instances of a run that have an original label and a reference that can be read."""
    for triaged in of_run(store, store.run(run_id), every=True):
        instance = triaged.instance
        text = references.get(instance.source_id)
        truth = None if text is None else read_reference(instance, text)
        if truth is not None and instance.label is not None:
            yield Judged(triaged, not agrees(instance.label, truth, instance.spec))


def distance(triaged: Triaged) -> float:
    """The order of the study: incomputable against a value first, then by |a − b| / max(|a|, |b|).

    It does not say where dates go, nor what has no answer: a year is taken for the distance 1, and what has
    no answer comes behind all that differs and before what agrees, which favours this order most.
    """
    found = triaged.evidence.disagreement
    if found is None:
        return 0.0
    match found.bucket:
        case "same":
            return -1.0
        case "days":
            return found.score / _DAYS_PER_UNIT
        case "relative":
            return found.score
        case _:
            return 3.0


def _component(name: ComponentName) -> Callable[[Triaged], float]:
    return lambda triaged: next((c.probability for c in triaged.components if c.name == name), 0.0)


ORDERS: Mapping[str, Callable[[Triaged], float]] = {
    TRIAGE: lambda triaged: triaged.score,
    STUDY: distance,
    **{_NAMES[name]: _component(name) for name in COMPONENTS},
}


def curves(instances: Sequence[Judged]) -> dict[str, Curve]:
    """Name of an order → what it finds; orders that put all instances in one place are left out."""
    found = {}
    for name, score in ORDERS.items():
        scores = [score(one.triaged) for one in instances]
        if len(set(scores)) > 1:
            found[name] = gain_curve(scores, [one.wrong for one in instances])
    return found


def facts(instances: Sequence[Judged], found: Mapping[str, Curve]) -> dict[str, object]:
    """The curves in figures, and random order beside them."""
    n, errors = len(instances), sum(one.wrong for one in instances)
    by_order: dict[str, object] = {
        name: {
            "gain": None if curve.gain is None else round(curve.gain, 4),
            "found": {str(looks): round(curve.after(looks), 2) for looks in LOOKS if looks <= n},
            "reviews": {f"{share:.0%}": curve.needed(share) for share in SHARES},
        }
        for name, curve in found.items()
    }
    by_order["random"] = {
        "gain": 0.0,
        "found": {str(k): round(random_expectation(n, errors, k), 2) for k in LOOKS if k <= n},
        "band": {str(k): list(random_band(n, errors, k)) for k in LOOKS if k <= n},
        "reviews": {f"{share:.0%}": _rounded(random_needed(n, errors, share)) for share in SHARES},
    }
    return {"instances": n, "wrong": errors, "orders": by_order}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def draw(found: Mapping[str, Curve], out: Path) -> None:
    """Errors found against reviews, as a picture in a file."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "steward"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    any_curve = next(iter(found.values()))
    n, errors = any_curve.n, round(any_curve.errors)
    looks = range(n + 1)
    band = [random_band(n, errors, k) for k in looks]
    axes.fill_between(looks, [b.low for b in band], [b.high for b in band], color="#dddddd", linewidth=0)
    axes.plot([0, n], [0, errors], color="#888888", linewidth=1, label="random order, and 95% of them")
    axes.plot(
        [0, errors, n], [0, errors, errors], color="#888888", linewidth=1, linestyle=":", label="perfect"
    )
    widths = {TRIAGE: 2.5, STUDY: 1.5}
    for name, curve in found.items():
        axes.plot(looks, curve.found, linewidth=widths.get(name, 1), label=name)
    axes.set_xlabel(f"reviews, of {n} instances")
    axes.set_ylabel(f"wrong original labels found, of {errors}")
    axes.set_xlim(0, n)
    axes.set_ylim(0, None)
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None, dpi=144)
    pyplot.close(figure)


def _table(found: dict[str, object]) -> Iterator[str]:
    yield f"{found['instances']} instances, {found['wrong']} wrong original labels"
    orders = found["orders"]
    assert isinstance(orders, dict), "as facts makes it"
    looks = list(orders["random"]["found"])
    heads = [*(f"first {k}" for k in looks), *(f"{share:.0%} found" for share in SHARES)]
    yield f"{'order':<24}{'gain':>7}  " + "  ".join(f"{head:>9}" for head in heads)
    for name, one in orders.items():
        cells = [*one["found"].values(), *one["reviews"].values()]
        yield f"{name:<24}{one['gain']:>7.3f}  " + "  ".join(f"{cell:>9g}" for cell in cells)
    band = "  ".join(f"{low:.0f}-{high:.0f}".rjust(9) for low, high in orders["random"]["band"].values())
    yield f"{'95% of random orders':<24}{'':>7}  {band}"


def main() -> None:
    """Read the store and the reference, print the table, draw the curves."""
    parser = command.label_parser(__doc__)
    parser.add_argument("--waiting", action="store_true", help="only instances that wait for people")
    parser.add_argument("--part", type=command.part, help="only ids with this remainder, as in 3/4")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with command.run_and_references(options) as (store, run_id, references):
        if options.part:
            references = {k: text for k, text in references.items() if command.in_part(k, options.part)}
        instances = list(judged(store, run_id, references))
    if options.waiting:
        instances = [one for one in instances if one.triaged.state == WAITING]
    found = curves(instances)
    if not found or not any(one.wrong for one in instances):
        sys.exit(f"{options.store}: no two instances of run {run_id} to tell apart in {options.reference}")
    if options.out:
        draw(found, options.out)
    figures = facts(instances, found)
    print(json.dumps(figures, indent=2) if options.json else "\n".join(_table(figures)))


if __name__ == "__main__":
    command.run(main)
