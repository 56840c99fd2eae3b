"""One look for every picture: white paper, quiet greys; each category has its colour, dash and symbol.

The colours follow those of Okabe and Ito (Color Universal Design, 2008), made for readers who do not tell
red from green. Printed in grey they come close to one another, so a dash and a symbol always differ as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from iren_core.figures.text import paragraph

PAPER = "#ffffff"
INK = "#1f2933"
MUTED = "#52606d"
GRID = "#e4e7eb"
FONT = "Inter, Segoe UI, Helvetica, Arial, sans-serif"

#: Sizes in pixels. Pictures are drawn for 1100 x 560 and stay whole down to a width of 570.
WIDTH = 1100
HEIGHT = 560
NARROWEST = 570
FONT_SIZE = 13
SMALL = 12
FOOTER_SIZE = 10.5
EDGE = 14

#: What a trace may stand for: ``trace.meta["role"]``. ``key`` is a swatch of the legend and holds no data.
ROLES = frozenset(
    {
        "estimate",
        "band",
        "limit",
        "censored",
        "at_risk",
        "pair",
        "point",
        "summary",
        "predicted",
        "observed",
        "effect",
        "reference",
        "key",
    }
)


class Style(NamedTuple):
    """How one category is drawn: hex colour, Plotly line dash, Plotly marker symbol."""

    colour: str
    dash: str
    symbol: str


_KNOWN: dict[tuple[str, str], Style] = {
    ("arm", "combination"): Style("#0072B2", "solid", "circle"),
    ("arm", "corticosteroid"): Style("#D55E00", "dash", "diamond"),
    ("diagnosis", "SJS"): Style("#009E73", "solid", "circle"),
    ("diagnosis", "overlap"): Style("#B8860B", "dot", "square"),
    ("diagnosis", "TEN"): Style("#8A3F78", "dash", "diamond"),
    ("outcome", "healed"): Style("#0072B2", "solid", "circle"),
    ("outcome", "not healed"): Style("#B8860B", "dot", "square"),
    ("outcome", "died"): Style("#4A4A4A", "dash", "x"),
    ("sex", "female"): Style("#8A3F78", "solid", "circle"),
    ("sex", "male"): Style("#009E73", "dash", "diamond"),
}

_SPARE: tuple[Style, ...] = (
    Style("#009E73", "dot", "square"),
    Style("#8A3F78", "dashdot", "triangle-up"),
    Style("#B8860B", "longdash", "cross"),
    Style("#2F7FA8", "longdashdot", "triangle-down"),
    Style("#4A4A4A", "dot", "x"),
    Style("#0072B2", "dash", "circle"),
    Style("#D55E00", "solid", "diamond"),
)


def styles(field: str, categories: Sequence[str]) -> dict[str, Style]:
    """Each category with its style.

    A category of the study keeps its style in every picture. Any other takes a spare style by its place among
    the unknown ones, passing over the colours that categories of the study in this list have.
    """
    known = {name: _KNOWN[field, name] for name in categories if (field, name) in _KNOWN}
    taken = {style.colour for style in known.values()}
    spare = [style for style in _SPARE if style.colour not in taken]
    unknown = [name for name in categories if name not in known]
    fresh = {name: spare[place % len(spare)] for place, name in enumerate(unknown)}
    return {name: known.get(name) or fresh[name] for name in categories}


def colours(field: str, categories: Sequence[str]) -> dict[str, str]:
    """Each category with its colour as hex.

    >>> colours("arm", ["combination", "corticosteroid", "ciclosporin"])
    {'combination': '#0072B2', 'corticosteroid': '#D55E00', 'ciclosporin': '#009E73'}
    """
    return {name: style.colour for name, style in styles(field, categories).items()}


def colour(field: str, category: str) -> str:
    """The colour of one category; unknown ones share the first spare colour: take ``colours`` for several."""
    return styles(field, [category])[category].colour


def dash(field: str, category: str) -> str:
    """The line dash of one category, so that curves differ without colour too."""
    return styles(field, [category])[category].dash


def symbol(field: str, category: str) -> str:
    """The marker symbol of one category, so that points differ without colour too."""
    return styles(field, [category])[category].symbol


def faded(hex_colour: str, opacity: float) -> str:
    """The colour at an opacity of 0 to 1.

    >>> faded("#0072B2", 0.15)
    'rgba(0,114,178,0.15)'
    """
    red, green, blue = (int(hex_colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def mix(hex_colour: str, share: float) -> str:
    """The colour on white paper at that share of ink, as hex: a tint, not transparent.

    >>> mix("#000000", 0.2)
    '#cccccc'
    """
    parts = (int(hex_colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)


class Drawing:
    """A picture in the making.

    Plotly checks a figure anew with each thing added to it, so everything is gathered here and handed over at once.

    data : traces, in the order in which they are drawn
    layout : its settings; ``annotations`` are kept apart
    """

    def __init__(self, layout: Mapping[str, object]) -> None:
        """Begin with the axes and margins, and nothing drawn."""
        self.data: list[Any] = []
        self.layout: dict[str, Any] = dict(layout)
        self.annotations: list[dict[str, object]] = []

    def add_traces(self, traces: Iterable[Any]) -> None:
        """Draw these after what is there."""
        self.data.extend(traces)

    def add_annotation(self, **annotation: object) -> None:
        """Write words somewhere."""
        self.annotations.append(annotation)


def footer(drawing: Drawing, provenance: str, *, height: float) -> go.Figure:
    """The finished picture, ``height`` pixels high, with the provenance line below it.

    The line is wrapped for the narrowest width. Picture and bottom margin grow by its lines.
    """
    text, lines = paragraph(provenance, NARROWEST - 2 * EDGE, FOOTER_SIZE)
    line_height = lines * FOOTER_SIZE * 1.3
    room = line_height + EDGE
    margin = drawing.layout["margin"]
    bottom = margin["b"] + room
    drawing.add_annotation(
        name="provenance",
        text=text,
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xshift=EDGE - margin["l"],
        yshift=line_height + EDGE / 2 - bottom,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        borderpad=0,
        font={"size": FOOTER_SIZE, "color": MUTED},
    )
    layout = {
        "template": TEMPLATE,
        **drawing.layout,
        "margin": {**margin, "b": bottom},
        "height": height + room,
        "annotations": drawing.annotations,
    }
    return go.Figure(drawing.data, layout)


def _axis(**settings: object) -> dict[str, object]:
    return {
        "showline": True,
        "linecolor": MUTED,
        "linewidth": 1,
        "ticks": "outside",
        "tickcolor": MUTED,
        "ticklen": 5,
        "tickfont": {"size": SMALL},
        "title": {"font": {"size": FONT_SIZE}, "standoff": 8},
        "gridcolor": GRID,
        "zeroline": False,
        "automargin": False,
        **settings,
    }


TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": FONT, "size": FONT_SIZE, "color": INK},
        "colorway": [style.colour for style in _SPARE],
        "xaxis": _axis(showgrid=False),
        "yaxis": _axis(showgrid=True),
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "x": 0,
            "xanchor": "left",
            "font": {"size": FONT_SIZE},
            "itemsizing": "trace",
        },
        "hoverlabel": {
            "bgcolor": PAPER,
            "bordercolor": MUTED,
            "font": {"family": FONT, "size": SMALL, "color": INK},
            "namelength": -1,
            "align": "left",
        },
        "hovermode": "closest",
        "dragmode": "zoom",
        "separators": ". ",
        "bargap": 0.2,
    }
)
