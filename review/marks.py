"""What the votes quoted, as highlights in the note: one for each input and place that any of them quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculators.model import Evidence
from review.context import Highlight
from review.reveal import TINTS
from store.records import VoteRecord

Place = tuple[str, int, int]
"""An input's name, and the first code point and the one past the last of a quote for it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Highlights in the order of the votes, and where to jump for each quote."""

    highlights: tuple[Highlight, ...]
    anchors: Mapping[Place, str]

    def anchor(self, name: str, evidence: Evidence) -> str | None:
        """The id of the highlight that shows a quote, None where it is not in the note."""
        return self.anchors.get((name, evidence.start, evidence.end)) if evidence.where == "context" else None


def mark(note: str, votes: Sequence[VoteRecord]) -> Marks:
    """The highlights of all votes. Each input has its own tint; a quote that is not there has no mark."""
    quoting: dict[Place, list[int]] = {}
    for vote in votes:
        for value in vote.derivation.inputs if vote.derivation else ():
            found = value.evidence
            if found and _stands_there(found, note):
                quoting.setdefault((value.name, found.start, found.end), []).append(vote.sample)
    names = list(dict.fromkeys(name for name, _, _ in quoting))
    anchors = {place: f"evidence-{number}" for number, place in enumerate(quoting)}
    highlights = tuple(
        Highlight(
            start=start,
            end=end,
            tint=f"tint-{names.index(name) % TINTS}",
            title=f"{name}: {'sample' if len(samples) == 1 else 'samples'} {', '.join(map(str, samples))}",
            anchor=anchors[name, start, end],
            sign=name,
        )
        for (name, start, end), samples in quoting.items()
    )
    return Marks(highlights, anchors)


def _stands_there(evidence: Evidence, note: str) -> bool:
    quote = evidence.quote
    return evidence.where == "context" and quote != "" and note[evidence.start : evidence.end] == quote
