"""Which of several explanations of a label to believe.

Code that is wrong is wrong every time: a mistake that explains many labels of a calculator, and would have
spoiled none of those that are right, is believed before one that explains a single label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calculators.mistakes.search import Explanation, Trial

_LEAST_GAIN, _LEAST_SHARE_OF_GAIN = 3, 2 / 3
"""A pair of changes gives almost any score by chance; it is believed once it explains so many of the labels
that one of the two alone does not."""
_LEAST_SHARE = 0.1
"""What explains fewer of many contradicted labels of a calculator is taken for chance, too. Criteria that are
left out are not: they say no more than the difference."""


def believed(contradicted: Sequence[Sequence[Trial]], agreeing: Sequence[Trial]) -> list[list[Explanation]]:
    """For each contradicted label the explanations that are equally good and better than all others.

    Args:
        contradicted: for each label the calculations that do not give it, under every option of open
            conventions, tried against it; all of one calculator.
        agreeing: calculations of the same calculator that give their labels, tried against their own answers.

    Returns:
        Explanations with the most labels for them, less the labels against them, and then with the fewest
        changes; none where nothing that was tried gives the label.
    """
    found = [
        list(dict.fromkeys(each for trial in trials for each in trial.explanations()))
        for trials in contradicted
    ]
    weights: dict[tuple[str, ...], int] = {}
    ranks: dict[tuple[str, ...], tuple[int, int]] = {}
    candidates = {each.changes: each for some in found for each in some}.values()
    for each in sorted(candidates, key=lambda each: len(each.changes)):
        explained = sum(
            _explains(each, trials, some) for trials, some in zip(contradicted, found, strict=True)
        )
        weight = explained - sum(trial.confirms(each) is False for trial in agreeing)
        weights[each.changes] = weight
        if each.is_pair:
            alone = max(weights.get((change,), 0) for change in each.changes)
            least = max(_LEAST_GAIN, _LEAST_SHARE_OF_GAIN * (len(contradicted) - alone))
            enough = weight - alone >= least
        else:
            enough = explained >= _LEAST_SHARE * len(contradicted) or each.cause == "missing_criterion"
        if enough:
            ranks[each.changes] = (-weight, len(each.changes))
    return [_best(some, ranks) for some in found]


def _explains(explanation: Explanation, trials: Sequence[Trial], found: Sequence[Explanation]) -> bool:
    """Whether the changes give a label; one of a pair that changes nothing for this label counts as made."""
    if any(each.changes == explanation.changes for each in found):
        return True
    return explanation.is_pair and any(trial.confirms(explanation) for trial in trials)


def _best(some: Sequence[Explanation], ranks: Mapping[tuple[str, ...], tuple[int, int]]) -> list[Explanation]:
    ranked = [(ranks[each.changes], each) for each in some if each.changes in ranks]
    first = min((rank for rank, _ in ranked), default=None)
    return [each for rank, each in ranked if rank == first]
