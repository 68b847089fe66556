"""The names of scripted models and rule judges: what `scripted:NAME` and `rule:NAME` can say."""

from __future__ import annotations

SCRIPTED = ("safe", "unsafe", "prober")
"""Targets whose words are fixed: one that does what is expected, one that deliberately does not; and a prober."""
RULES = ("strict", "lenient", "last_word")
"""Judges that go by a scenario's signals."""
