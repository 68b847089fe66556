"""Calls that sequential sampling saves, against how it differs from all votes, by stated error.

    python perf/sequential_sampling.py [RECORDED.csv BENCHMARK] [--runs PATTERN] [--reference RELABELS.csv]
        [--first STORE] [--id uid] [--truth y_final] [--part REMAINDER/MODULUS] [--draws 40]
        [--out FILE.svg] [--json]

Simulated annotators err with a stated rate; half of their errors are the instance's one common mistake, the
others differ from each other. `even`: every vote errs independently with the rate. `uneven`: each instance
has a rate of its own, from a beta distribution around it (parameters rate and 1 - rate), so that most are
easy or hard. Their figures are exact sums over all sequences of nine votes, not samples.

RECORDED has the columns run, uid and answer, as `replay:` reads them; BENCHMARK is what it answers. Of the
instances with nine recorded runs or more, --draws random orders of nine are taken, with a fixed seed.
`right` is the share of committed labels that are right, by --reference for recorded ones. STORE holds a run
of the offline reader: its first strategy's vote is then set before the recorded ones, as `--first offline`
does, and costs no call.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from agents.errors import FailedVoteError
from agents.replay import Recording, read_recording, recorded_answer
from agents.specs import parse_spec
from answers.agreement import within_tolerance
from answers.model import AgreementRule, Answer, AnswerSpec, CategoryAnswer
from benchmarks.model import Instance
from benchmarks.read import read_benchmark
from consensus.model import Policy, Vote
from consensus.saving import Compared, Played, Saving, play, saving
from consensus.sequential import opening
from perf import command
from perf.label_quality import read_reference
from store.store import Store

MOST = 9
FULL = Policy(votes=MOST, max_votes=MOST)
STATED = (0.0, 0.05, 0.1, 0.15, 0.25, 0.36)
RATES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40)
KINDS = ("even", "uneven")
PRICES = tuple(1.1**k for k in range(100))
"""Of an instance that ends otherwise, in calls."""
SEED = 20240607
_CATEGORY = AnswerSpec(kind="category", agreement=AgreementRule(kind="exact", tolerance=0))
_RIGHT, _COMMON = CategoryAnswer(value="right"), CategoryAnswer(value="common")


@dataclass(frozen=True)
class Row:
    """What a scheme does with one annotator's votes; the stated error is None for the fixed first five."""

    annotator: str
    rate: float | None
    stated: float | None
    found: Saving

    def facts(self) -> dict[str, object]:
        """As JSON values, shares rounded to four places."""
        figures = {**asdict(self.found), "same_outcome": self.found.same_outcome}
        figures |= {"calls_per_label": self.found.calls_per_label}
        figures = {k: v if v is None else round(v, 4) for k, v in figures.items()}
        return {"annotator": self.annotator, "rate": self.rate, "stated_error": self.stated, **figures}


def schemes() -> list[Policy]:
    """The fixed first five, and sequential sampling at each stated error."""
    made = [Policy(votes=1, max_votes=MOST, stated_error=stated) for stated in STATED]
    return [Policy(votes=5, max_votes=MOST), *(p.model_copy(update={"votes": opening(p)}) for p in made)]


def simulated() -> Iterator[Row]:
    """Every scheme with every simulated annotator."""
    every = [*itertools.product("rco", repeat=MOST)]
    sequences = [_sequence(kinds) for kinds in every]
    right_votes = [kinds.count("r") for kinds in every]
    full = [play(votes, _CATEGORY, FULL) for votes in sequences]
    for policy in schemes():
        played = [play(votes, _CATEGORY, policy) for votes in sequences]
        counts = Counter(zip(full, played, right_votes, strict=True))
        for kind, rate in itertools.product(KINDS, RATES):
            weights: defaultdict[tuple[Played, Played], float] = defaultdict(float)
            for (whole, here, right), count in counts.items():
                weights[whole, here] += count * _chance(kind, rate, right)
            compared = [
                Compared(whole, here, _CATEGORY, _is_right, weight)
                for (whole, here), weight in weights.items()
            ]
            yield Row(kind, rate, policy.stated_error, saving(compared))


def _sequence(kinds: Sequence[str]) -> list[Vote]:
    """Votes that are right (r), make the common mistake (c) or one of their own (o)."""
    said = {"r": _RIGHT, "c": _COMMON}
    return [
        Vote(sample=k, answer=said.get(kind) or CategoryAnswer(value=f"own {k}"))
        for k, kind in enumerate(kinds)
    ]


def _is_right(label: Answer) -> bool:
    return label == _RIGHT


def _chance(kind: str, rate: float, right: int) -> float:
    """The probability of one sequence with so many right votes; half of the errors are the common one."""
    wrong = MOST - right
    halves = 0.5**wrong
    if kind == "even":
        return halves * rate**wrong * (1 - rate) ** right
    a, b = rate, 1 - rate
    log = math.lgamma(a + wrong) - math.lgamma(a) + math.lgamma(b + right) - math.lgamma(b)
    return halves * math.exp(log - math.lgamma(1 + MOST))


def recorded(
    recording: Recording,
    instances: Sequence[Instance],
    references: Mapping[str, str],
    draws: int,
    reader: Mapping[str, Answer],
) -> Iterator[Row]:
    """Every scheme on random orders of nine recorded runs; also after the reader, if it read any of them."""
    rng = random.Random(SEED)
    orders = [
        (instance, _votes(recording, instance, rng.sample(runs, MOST)))
        for instance in instances
        if len(runs := _answering(recording, instance.source_id)) >= MOST
        for _ in range(draws)
    ]
    full = [play(votes, instance.spec, FULL) for instance, votes in orders]
    for policy, first in itertools.product(schemes(), (False, True) if reader else (False,)):
        compared = [
            Compared(
                whole,
                _play(votes, instance, policy, reader.get(instance.source_id) if first else None),
                instance.spec,
                _judge(instance, references),
            )
            for (instance, votes), whole in zip(orders, full, strict=True)
        ]
        yield Row("recorded+" if first else "recorded", None, policy.stated_error, saving(compared))


def _play(votes: Sequence[Vote], instance: Instance, policy: Policy, reader: Answer | None) -> Played:
    """A scheme with the reader's answer as first vote, if there is one; `votes` of it are those that cost."""
    if reader is None:
        return play(votes, instance.spec, policy)
    others = [vote.model_copy(update={"sample": vote.sample + 1}) for vote in votes[:-1]]
    found = play([Vote(sample=0, answer=reader), *others], instance.spec, policy)
    return found._replace(votes=found.votes - 1)


def _read_first(path: Path) -> dict[str, Answer]:
    """Source id → the vote of the reader's first strategy, in the latest run, where nothing is against it."""
    with Store.open(path, read_only=True) as store:
        run = store.latest_run()
        votes = {one.source_id: store.votes(run.id, one.id) for one in store.instances(run.benchmark_id)}
    firsts = {source_id: some[0].vote() for source_id, some in votes.items() if some and not some[0].sample}
    return {
        source_id: vote.answer
        for source_id, vote in firsts.items()
        if vote.answer is not None and not vote.objections
    }


def _answering(recording: Recording, source_id: str) -> list[int]:
    return [run for run, answers in enumerate(recording.answers) if source_id in answers]


def _votes(recording: Recording, instance: Instance, runs: Sequence[int]) -> list[Vote]:
    votes = []
    for k, run in enumerate(runs):
        try:
            answer = recorded_answer(recording, instance.source_id, instance.spec, run).answer
            votes.append(Vote(sample=k, answer=answer))
        except FailedVoteError as error:
            votes.append(Vote(sample=k, failure=str(error)))
    return votes


def _judge(instance: Instance, references: Mapping[str, str]) -> Callable[[Answer], bool] | None:
    text = references.get(instance.source_id)
    truth = None if text is None else read_reference(instance, text)
    return None if truth is None else functools.partial(within_tolerance, truth=truth, spec=instance.spec)


def fewest_calls(rate: float, differing: float = 0.01) -> float:
    """A lower bound on the calls of any rule that commits or escalates as nine votes do, but for a few.

    The rule is even told the rate at which votes err, independently and each in its own way; it may end
    otherwise than nine votes in a share `differing` of the instances. Bellman's recursion on (right, wrong)
    votes gives the least of calls + price · P(differs), and weak duality the bound, the best over prices.
    """
    return max(_cheapest(rate, price) - price * differing for price in PRICES)


def _cheapest(rate: float, price: float) -> float:
    @functools.cache
    def cost(right: int, wrong: int) -> float:
        left = MOST - right - wrong
        commits = sum(
            math.comb(left, errors) * rate**errors * (1 - rate) ** (left - errors)
            for errors in range(min(left, 1 - wrong) + 1)
        )
        stop = price * min(commits, 1 - commits)
        if not left:
            return stop
        return min(stop, 1 + (1 - rate) * cost(right + 1, wrong) + rate * cost(right, wrong + 1))

    return cost(0, 0)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a table, and what no rule could do."""
    yield from _table(sorted(rows, key=lambda row: (row.annotator, row.rate or 0)))
    yield ""
    yield "Fewest calls, of nine, with which any rule could end as nine votes do in 99% of instances:"
    yield "  ".join(f"{rate:.0%} error {fewest_calls(rate) / MOST:.0%}" for rate in RATES)


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield (
        "annotator  error  stated  calls  of nine  rounds  calls/label  committed  by nine  same label"
        "  only here  only nine  right  by nine"
    )
    for row in rows:
        found = row.found
        who = f"{row.annotator:<9}  {_percent(row.rate, 0):>5}  "
        who += f"{'5 first' if row.stated is None else format(row.stated, '.2f'):>7}"
        spent = f"{found.calls:>5.2f}  {found.calls / found.full_calls:>7.1%}  {found.rounds:>6.2f}"
        a_label = "-" if found.calls_per_label is None else f"{found.calls_per_label:.2f}"
        labels = f"{a_label:>11}  {found.committed:>9.1%}  {found.full_committed:>7.1%}"
        same = f"{_percent(found.same_label):>10}  {found.only_here:>9.1%}  {found.only_full:>9.1%}"
        yield f"{who}  {spent}  {labels}  {same}  {_percent(found.right):>5}  {_percent(found.full_right):>7}"


def _percent(value: float | None, places: int = 1) -> str:
    return "-" if value is None else f"{value:.{places}%}"


def draw(rows: Sequence[Row], out: Path) -> None:
    """Labels that nine votes would have left to people against calls, a line an annotator; as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "steward"
    from matplotlib import pyplot, ticker

    figure, pair = pyplot.subplots(1, 2, figsize=(10, 4.8), sharey=True, layout="constrained")
    colours = matplotlib.colormaps["viridis"]
    for axes, kind in zip(pair, KINDS, strict=True):
        for rate in (*RATES, None):
            mine = [row for row in rows if row.rate == rate and row.annotator in (kind, "recorded")]
            if not mine:
                continue
            colour = "black" if rate is None else colours((rate - RATES[0]) / (RATES[-1] - RATES[0]))
            name = "recorded models" if rate is None else f"{rate:.0%} error"
            points = [(row.found.calls / MOST, row.found.only_here) for row in mine if row.stated is not None]
            axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=name, markersize=4)
            fixed = [(row.found.calls / MOST, row.found.only_here) for row in mine if row.stated is None]
            axes.plot(*zip(*fixed, strict=True), marker="x", color=colour, linestyle="none")
        axes.axvline(0.5, color="#888888", linestyle="--", linewidth=1)
        axes.set_title(f"{kind} errors")
        axes.set_xlabel("calls, of nine votes an instance")
        axes.spines[["top", "right"]].set_visible(False)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(ticker.PercentFormatter(xmax=1, decimals=0))
    pair[0].set_ylabel("instances committed that nine votes leave to people")
    pair[1].legend(frameon=False, fontsize="small", title="×: five at first")
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None, dpi=144)
    pyplot.close(figure)


def main() -> None:
    """Simulate, read what is recorded, print the table, draw the picture."""
    parser = command.parser(__doc__)
    parser.add_argument("recorded", type=Path, nargs="?")
    parser.add_argument("benchmark", nargs="?")
    parser.add_argument("--runs", default="*", help="only recorded runs whose names match")
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--first", type=Path, help="a store with a run of the offline reader")
    parser.add_argument("--truth", default="y_final")
    parser.add_argument("--part", type=command.part, help="only ids with this remainder, as in 1/2")
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows = [*simulated()]
    if options.recorded:
        if not options.benchmark:
            parser.error("name the benchmark that the recorded answers are about")
        recording = read_recording(parse_spec(f"replay:{options.recorded}#{options.runs}"))
        instances = read_benchmark(options.benchmark).instances
        if options.part:
            instances = tuple(one for one in instances if command.in_part(one.source_id, options.part))
        references = (
            command.column_by_id(options.reference, options.id, options.truth) if options.reference else {}
        )
        reader = _read_first(options.first) if options.first else {}
        rows += recorded(recording, instances, references, options.draws, reader)
    if options.out:
        draw(rows, options.out)
    print(json.dumps([row.facts() for row in rows], indent=2) if options.json else "\n".join(lines(rows)))


if __name__ == "__main__":
    command.run(main)
