"""When votes suffice, and how many more are worth a call: in a fixed scheme, or sequentially.

The full round is `policy.max_votes` votes; an answer is committed by it if at least `needed` of them give it.
Sequential sampling asks after every vote what the full round would say, and stops

- for people, as soon as no answer can be given `needed` times any more, whatever the votes still to come;
- with a label, as soon as the share of the votes so far suffices and the probability that the full round
  would not reach `needed` for this answer is at most `policy.stated_error`.

The probability is that of Hoppe's urn (Hoppe, 1984; Ewens' sampling formula; Ferguson's Dirichlet process,
1973): the next vote repeats an answer with a chance in proportion to how often it was given, and says
something new, or fails, with a chance in proportion to `NEW_ANSWER`. The votes are exchangeable, the number
of possible answers need not be known, and of m further votes those for an answer that a of n votes gave are
beta-binomial with parameters a and n - a + NEW_ANSWER. `docs/sampling.md` says where the constant comes from
and what is not guaranteed.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from functools import lru_cache

from consensus.model import Policy

NEW_ANSWER = 0.5
"""Weight of an answer that nobody has given yet: two votes on an instance agree with probability 2/3."""
DEFAULT_ERROR = 0.25
"""The stated error of a new run where votes cost something."""
_SLACK = 1e-9


def sufficient(leading: int, votes: int, policy: Policy) -> bool:
    """Whether an answer that `leading` of `votes` votes give may be committed, as far as votes go."""
    if not votes or leading / votes + _SLACK < policy.agreement:
        return False
    return policy.stated_error is None or risk(leading, votes, policy) <= policy.stated_error


def further(leading: int, votes: int, policy: Policy) -> int:
    """The smallest number of further votes that could settle the matter; 0 where none could.

    In the fixed scheme they could only make the largest group, of `leading` votes, sufficient. Sequentially
    they could as well leave no answer that can be committed, and 0 says that there is none already.
    """
    left = policy.max_votes - votes
    enough = (k for k in range(1, left + 1) if sufficient(leading + k, votes + k, policy))
    if policy.stated_error is None:
        return next(enough, 0)
    spare = leading + left - needed(policy.max_votes, policy)
    return min(next(enough), spare + 1) if spare >= 0 < left else 0


def opening(policy: Policy) -> int:
    """The smallest first round after which a label could be committed."""
    return next(k for k in range(1, policy.max_votes + 1) if sufficient(k, k, policy))


def needed(total: int, policy: Policy) -> int:
    """How many of `total` votes have to agree."""
    return max(1, math.ceil(total * (policy.agreement - _SLACK)))


def risk(leading: int, votes: int, policy: Policy) -> float:
    """The probability that the full round would not give an answer often enough, which leads so far."""
    total = max(votes, policy.max_votes)
    return _fewer_than(needed(total, policy) - leading, total - votes, leading, votes - leading)


def expected_votes(policy: Policy, instances: int = 2000) -> float:
    """Votes an instance on average where the prior holds: the mean of so many from the urn."""
    rng = random.Random(0)
    return sum(_drawn(policy, rng) for _ in range(instances)) / instances


def _drawn(policy: Policy, rng: random.Random) -> int:
    votes: list[int] = []
    groups: Counter[int] = Counter()
    more = policy.votes
    while more:
        for _ in range(more):
            new = rng.random() * (len(votes) + NEW_ANSWER) < NEW_ANSWER
            votes.append(len(votes) if new else rng.choice(votes))
            groups[votes[-1]] += 1
        leading = max(groups.values())
        enough = sufficient(leading, len(votes), policy)
        more = 0 if enough else further(leading, len(votes), policy)
    return len(votes)


@lru_cache(maxsize=4096)
def _fewer_than(wanted: int, left: int, given: int, others: int) -> float:
    """P(fewer than `wanted` of `left` further votes join an answer with `given` against `others`)."""
    if wanted <= 0:
        return 0.0
    if wanted > left or not given:
        return 1.0
    return min(1.0, math.fsum(_beta_binomial(k, left, given, others + NEW_ANSWER) for k in range(wanted)))


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    return math.comb(n, k) * math.exp(_log_beta(a + k, b + n - k) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
