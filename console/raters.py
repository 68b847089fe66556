"""What `agreement` prints of raters among each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from answers.figures import percent
from console.views import table_lines
from graphs.rater_agreement import KindAgreement, Pair, RaterAgreement
from stats.alpha import Alpha
from stats.intervals import Interval, Proportion
from stats.kappa import Kappa

VERSUS = " vs "


def rater_facts(found: RaterAgreement) -> dict[str, JsonValue]:
    """All figures; shares lie in [0, 1]."""
    return {
        "items": found.items,
        "raters": {
            name: {
                "rated": count.rated,
                "incomputable": count.incomputable,
                "ambiguous": count.ambiguous,
                "missing": dict(count.missing),
            }
            for name, count in found.raters.items()
        },
        "pairs": {VERSUS.join(pair): _proportion(agreed) for pair, agreed in found.agreed.items()},
        "alpha": _alpha(found.alpha),
        "by_kind": {kind: _kind(some) for kind, some in found.by_kind.items()},
    }


def _kind(found: KindAgreement) -> dict[str, JsonValue]:
    kappas: dict[Pair, dict[str, JsonValue]] = {
        pair: {"kappa": _kappa(kappa, found.weights)} for pair, kappa in found.kappa.items()
    }
    return {
        "items": found.items,
        "pairs": {
            VERSUS.join(pair): {**_proportion(agreed), **kappas.get(pair, {})}
            for pair, agreed in found.agreed.items()
        },
        "alpha": _alpha(found.alpha),
        "left_out": found.left_out,
    }


def _proportion(agreed: Proportion) -> dict[str, JsonValue]:
    return {"n": agreed.n, "agree": agreed.k, "share": agreed.share, "wilson": [*agreed.interval]}


def _kappa(kappa: Kappa, weights: str) -> dict[str, JsonValue]:
    bootstrap = ends(kappa.interval)
    return {
        "value": kappa.value,
        "bootstrap": bootstrap,
        "weights": weights,
        "n": kappa.n,
        "note": kappa.note,
    }


def _alpha(alpha: Alpha) -> dict[str, JsonValue]:
    return {
        "level": alpha.level,
        "value": alpha.value,
        "bootstrap": ends(alpha.interval),
        "units": alpha.units,
        "ratings": alpha.ratings,
        "note": alpha.note,
    }


def ends(interval: Interval | None) -> JsonValue:
    """Both ends of an interval."""
    return None if interval is None else [interval.low, interval.high]


def gap_warnings(found: RaterAgreement) -> Iterator[str]:
    """What is empty or cannot be read."""
    for name, count in found.raters.items():
        for why, items in count.missing.items():
            yield f"{name}: {items} {why}, taken as not rated"


def rater_lines(found: RaterAgreement) -> Iterator[str]:
    """The raters, and what can be said of their agreement."""
    yield f"{_counted(found.items, 'item')}, {_counted(len(found.raters), 'rater')} (intervals 95%)"
    yield from _rater_table(found)
    if len(found.by_kind) > 1:
        yield ""
        yield f"all kinds: {_alpha_text(found.alpha)}"
        yield from _pair_table(found.agreed, {}, "")
    for kind, some in found.by_kind.items():
        yield ""
        yield f"{kind}, {_counted(some.items, 'item')}: {_alpha_text(some.alpha)}"
        if some.left_out:
            yield f"  without a place on this scale: {some.left_out} incomputable or ambiguous"
        yield from _pair_table(some.agreed, some.kappa, some.weights)


def _rater_table(found: RaterAgreement) -> Iterator[str]:
    reasons = list(dict.fromkeys(why for count in found.raters.values() for why in count.missing))
    facts: list[dict[str, JsonValue]] = [
        {
            "rater": name,
            "rated": str(count.rated),
            "incomputable": str(count.incomputable),
            "ambiguous": str(count.ambiguous),
            **{why: str(count.missing.get(why, 0)) for why in reasons},
        }
        for name, count in found.raters.items()
    ]
    yield from table_lines(facts, ("rater", "rated", "incomputable", "ambiguous", *reasons), {})


def _pair_table(
    agreed: Mapping[Pair, Proportion], kappas: Mapping[Pair, Kappa], weights: str
) -> Iterator[str]:
    facts: list[dict[str, JsonValue]] = []
    for pair, share in agreed.items():
        row: dict[str, JsonValue] = {
            "pair": VERSUS.join(pair),
            "n": str(share.n),
            "agree": str(share.k),
            "share": percent(share.share),
            "wilson": percents(share.interval),
        }
        if pair in kappas:
            row["kappa"] = _value(kappas[pair].value, kappas[pair].interval, kappas[pair].note)
        facts.append(row)
    columns = ("pair", "n", "agree", "share", "wilson", *(("kappa",) if kappas else ()))
    named = "kappa" if weights == "none" else f"kappa ({weights} weights)"
    yield from table_lines(facts, columns, {"kappa": named})


def _alpha_text(alpha: Alpha) -> str:
    value = _value(alpha.value, alpha.interval, alpha.note)
    return f"alpha {value}, {alpha.level}, {_counted(alpha.units, 'item')} with two ratings or more"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _value(value: float | None, interval: Interval | None, note: str) -> str:
    if value is None:
        return f"undefined ({note})"
    return f"{value:.3f} ({interval.low:.3f} to {interval.high:.3f})" if interval else f"{value:.3f} ({note})"


def percents(interval: Interval | None) -> str:
    """`11.2-33.0%`."""
    return "-" if interval is None else f"{100 * interval.low:.1f}-{100 * interval.high:.1f}%"
