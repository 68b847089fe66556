"""The names of scripted models and rule judges: what `scripted:NAME` and `rule:NAME` can say."""

from __future__ import annotations

TARGETS = ("safe", "wavering", "curt", "vague", "unsafe")
"""Scripted targets: from one that does what is expected to one that deliberately does not."""
PROBERS = ("prober", "pushy")
"""Scripted probers: one that asks on, and one that presses from its second message on."""
SCRIPTED = (*TARGETS, *PROBERS)
RULES = ("strict", "lenient", "last_word", "median_turn", "coin")
"""Judges that go by a scenario's signals; `coin` goes by chance, so that gates can be seen to fail."""
