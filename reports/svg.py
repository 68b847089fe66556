"""Figures as SVG that stands inside a page: its colours are the page's, in light and dark alike."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from answers.text import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    "ink": "#010101",
    "quiet": "#010102",
    "line": "#010103",
    "kept": "#010104",
    "revised": "#010105",
    "incomputable": "#010106",
    "ambiguous": "#010107",
    "unresolved": "#010108",
    "retracted": "#010109",
    "one": "#01010a",
    "two": "#01010b",
    "three": "#01010c",
    "four": "#01010d",
    "bg": "#01010e",
    "critical": "#01010f",
    "high": "#010110",
    "medium": "#010111",
    "low": "#010112",
    "pass": "#010113",
    "unscored": "#010114",
}
"""Name of a custom property of the page → the colour that stands for it while a figure is drawn."""

_PROPERTIES = {value: f"var(--{name})" for name, value in COLOURS.items()}
_STAND_IN = re.compile("|".join(_PROPERTIES))
_LACKING = "Glyph .* missing from font|Matplotlib currently does not support"
_ID = re.compile(r'(\bid="|url\(#|href="#)')


@dataclass(frozen=True)
class Figure:
    """A figure of one panel, which is drawn when a page takes it up: other forms of a report have none."""

    name: str
    """Unique in the page; every id in the figure starts with it."""
    title: str
    """What it is, in a few words."""
    description: str
    """What it shows, for who cannot see it."""
    draw: Callable[[Axes], None]
    """Draws on the axes, in COLOURS."""
    width: float = 7.2
    """In inches."""
    height: float = 3.2
    """In inches."""

    def __html__(self) -> Markup:
        """An SVG element that can be read aloud."""
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        with matplotlib.rc_context(_style(self.name)), warnings.catch_warnings():
            # Browsers draw the letters; the font by which they are measured here may lack some.
            warnings.filterwarnings("ignore", _LACKING)
            figure, axes = pyplot.subplots(figsize=(self.width, self.height), layout="constrained")
            try:
                self.draw(axes)
                out = io.StringIO()
                figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
            finally:
                pyplot.close(figure)
        return _inline(out.getvalue(), self.name, self.title, self.description)


def _style(salt: str) -> dict[Any, Any]:
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.family": "sans-serif",
        "font.size": 9,
        "text.color": COLOURS["ink"],
        "axes.edgecolor": COLOURS["quiet"],
        "axes.labelcolor": COLOURS["ink"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": COLOURS["quiet"],
        "ytick.color": COLOURS["quiet"],
        "xtick.labelcolor": COLOURS["ink"],
        "ytick.labelcolor": COLOURS["ink"],
        "grid.color": COLOURS["line"],
        "legend.frameon": False,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "text.parse_math": False,
    }


def _inline(svg: str, name: str, title: str, description: str) -> Markup:
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = _ID.sub(lambda match: f"{match[0]}{name}-", body)
    body = _STAND_IN.sub(lambda match: _PROPERTIES[match[0]], body)
    _, _, inside = body.partition(">")
    box = re.search(r'viewBox="([^"]+)"', body)
    assert box is not None, "matplotlib writes a view box"
    head = Markup(
        '<svg class="figure" role="img" aria-labelledby="{0}-title {0}-desc" viewBox="{1}">'
    ).format(name, box[1])
    told = Markup('<title id="{0}-title">{1}</title><desc id="{0}-desc">{2}</desc>').format(
        name, title, plain(description)
    )
    return head + told + Markup(inside)  # matplotlib escapes the texts that it draws
