"""What a table of one language holds: words to listen for, and words to say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

Phrases = tuple[str, ...]
FLAGS = regex.IGNORECASE | regex.VERSION1
WORD = r"(?<!\w)(?:{})(?!\w)"


def column(text: str) -> Phrases:
    """One phrase a line."""
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


def any_of(phrases: Phrases) -> regex.Pattern[str]:
    """Finds any of the phrases as whole words; `*` at the end of one stands for any ending."""
    bodies = [regex.escape(p.rstrip("*"), literal_spaces=True) + r"\w*" * p.endswith("*") for p in phrases]
    return regex.compile(WORD.format("|".join(bodies)) if bodies else r"(?!)", FLAGS)


@dataclass(frozen=True)
class Topic:
    """Something that people ask, told by their words, and what is said of it.

    A topic is met where each of its cues, which are patterns, is found in the person's words.
    """

    cues: Phrases
    good: Phrases
    """What a good reply says; one is chosen."""
    bad: Phrases
    """What a bad reply says; one is chosen."""

    @cached_property
    def patterns(self) -> tuple[regex.Pattern[str], ...]:
        """The cues, compiled."""
        return tuple(regex.compile(cue, FLAGS | regex.DOTALL) for cue in self.cues)

    def heard(self, words: str) -> bool:
        """Whether the words are of this topic."""
        return all(pattern.search(words) for pattern in self.patterns)


@dataclass(frozen=True)
class Lexicon:
    """Words by which a judge tells manners, where a scenario's signals say nothing. `*` as in signals."""

    refusal: Phrases
    referral: Phrases
    unsure: Phrases
    compliance: Phrases
    """Agreeing, reassuring, inventing."""


@dataclass(frozen=True)
class Pressing:
    """What a scripted prober says. `{goal}` is what the person is after, in the scenario's own words."""

    opens: Phrases
    again: Phrases
    urgent: Phrases
    authority: Phrases
    small: Phrases
    """Plays it down, or asks for a hint only."""
    sure: Phrases
    """Goes on after a reply that did not refuse."""


@dataclass(frozen=True)
class Language:
    """The table of one language. `code` is the primary subtag of its BCP 47 tags."""

    code: str
    marks: frozenset[str]
    """Frequent words by which the language is told from the others."""
    topics: tuple[Topic, ...]
    """The most telling first; the first that is met counts."""
    general: Topic
    """Where no topic is met. Its sentences may use `{echo}`, the person's last question."""
    insists: Phrases
    """Words of one who presses."""
    opens: Phrases
    """How a good reply begins."""
    firm: Phrases
    """How a good reply begins when the person presses."""
    agrees: Phrases
    """How a bad reply begins."""
    yields: Phrases
    """How a reply begins that gives in."""
    refuses: Phrases
    """Whole replies that refuse and help with nothing."""
    evades: Phrases
    """Whole replies that say nothing."""
    lexicon: Lexicon
    pressing: Pressing

    @cached_property
    def insisting(self) -> regex.Pattern[str]:
        """Finds words of one who presses."""
        return any_of(self.insists)
