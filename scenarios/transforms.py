"""What is done to a target's reply before prober and judges see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Transform = Literal["strip_thinking"]
"""`strip_thinking` takes out `<think>…</think>`: to the end of the reply where it is not closed, and from its
beginning where it is not opened, since some servers leave the opening tag in the prompt."""
_THOUGHT = re.compile(r"\A(?:(?!<think>).)*?</think>\s*|<think>.*?(?:</think>\s*|\Z)", re.DOTALL)
_TRANSFORMS: Mapping[Transform, Callable[[str], str]] = {
    "strip_thinking": lambda text: _THOUGHT.sub("", text),
}


def transformed(text: str, transforms: Sequence[Transform]) -> str:
    """A reply after all transforms, in their order."""
    for transform in transforms:
        text = _TRANSFORMS[transform](text)
    return text
