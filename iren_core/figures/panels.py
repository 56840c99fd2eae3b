"""Pictures of several panels side by side: where each lies, its heading, the legend's room, what is empty.

Plotly places panels by shares of the picture; words need pixels. ``Grid`` holds both, for one fixed height,
and reckons with the narrowest width so that nothing collides there.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from iren_core.figures.text import headline, inert, paragraph, width_px
from iren_core.figures.theme import EDGE, FONT_SIZE, INK, MUTED, NARROWEST, PAPER, SMALL, Drawing

LINE = 17.0
_SWATCH = 52


@dataclass(frozen=True)
class Heading:
    """What stands above one panel, and the sentence that takes its place when it cannot be drawn."""

    title: str
    note: str = ""
    empty_message: str = ""


@dataclass(frozen=True)
class Grid:
    """Panels in one row.

    left, right, top, bottom : margins in px; ``below`` is the room in px between the panels' x axes and the
        bottom margin (for a table, say); ``height`` is that of the picture without its footer
    """

    n: int
    left: float
    right: float
    top: float
    bottom: float
    below: float
    height: float
    gap: float = 0.05

    @property
    def plot_height(self) -> float:
        """Pixels between the margins, which is what Plotly's shares of the height refer to."""
        return self.height - self.top - self.bottom

    @property
    def panel_width(self) -> float:
        """Pixels a panel has in the narrowest picture."""
        return panel_width(self.n, self.left, self.right, self.gap)

    def x_domain(self, place: int) -> tuple[float, float]:
        """Left and right end of a panel as shares of the width."""
        width = (1 - self.gap * (self.n - 1)) / self.n
        start = place * (width + self.gap)
        return start, min(start + width, 1.0)

    def y_domain(self, place: int = 0) -> tuple[float, float]:
        """Lower and upper end of a panel as shares of the height."""
        return self.below / self.plot_height, 1.0

    def margin(self) -> dict[str, float | bool]:
        """The margins as Plotly takes them."""
        return {"l": self.left, "r": self.right, "t": self.top, "b": self.bottom, "autoexpand": False}


@dataclass(frozen=True)
class Tiles(Grid):
    """Panels in several rows, each with a heading of its own above and its x axis below.

    across : panels in a row; ``row`` and ``heading`` are the pixels of a panel's plot and of its heading
    """

    across: int = 1
    row: float = 0.0
    heading: float = 0.0

    @property
    def panel_width(self) -> float:
        """Pixels a panel has in the narrowest picture."""
        return panel_width(self.across, self.left, self.right, self.gap)

    def x_domain(self, place: int) -> tuple[float, float]:
        """Left and right end of a panel as shares of the width."""
        width = (1 - self.gap * (self.across - 1)) / self.across
        start = place % self.across * (width + self.gap)
        return start, min(start + width, 1.0)

    def y_domain(self, place: int = 0) -> tuple[float, float]:
        """Lower and upper end of a panel as shares of the height."""
        down = place // self.across * (self.row + self.below + self.heading)
        return max(0.0, 1 - (down + self.row) / self.plot_height), 1 - down / self.plot_height


def panel_width(n: int, left: float, right: float, gap: float = 0.05) -> float:
    """Pixels that each of ``n`` panels has in the narrowest picture."""
    return (NARROWEST - left - right) * (1 - gap * (n - 1)) / n


def axis_id(letter: str, number: int) -> str:
    """``axis_id("x", 1)`` is ``"x"``, the second is ``"x2"``, as traces name their axes."""
    return letter if number == 1 else f"{letter}{number}"


def axis_key(letter: str, number: int) -> str:
    """``"xaxis"``, ``"xaxis2"``: the same as the layout names it."""
    return f"{letter}axis" if number == 1 else f"{letter}axis{number}"


def legend_height(labels: list[str], width: float) -> float:
    """Pixels that a legend across the top needs when it may be ``width`` pixels wide."""
    rows, used = 1, 0.0
    for label in labels:
        entry = _SWATCH + width_px(label, FONT_SIZE)
        if used and used + entry > width:
            rows, used = rows + 1, 0.0
        used += entry
    return rows * (LINE + 5) + 6 if labels else 0.0


def heading_height(headings: list[Heading], width: float) -> float:
    """Pixels that the highest of these headings needs above its panel."""
    return max(_lines(heading, width) for heading in headings) * LINE + 8


def blank(place: int) -> go.Scatter:
    """A trace with nothing in it, for Plotly draws no axes where there is no trace."""
    return go.Scatter(
        x=[None],
        y=[None],
        xaxis=axis_id("x", place + 1),
        yaxis=axis_id("y", place + 1),
        showlegend=False,
        hoverinfo="skip",
        meta={"role": "key", "group": ""},
    )


def add_headings(drawing: Drawing, grid: Grid, headings: list[Heading]) -> None:
    """Write title and note above each panel, and the sentence into those that are empty."""
    top = heading_height(headings, grid.panel_width) - 4
    for place, heading in enumerate(headings):
        start, end = grid.x_domain(place)
        floor, ceiling = grid.y_domain(place)
        words = _heading(heading, grid.panel_width)
        if words:
            drawing.add_annotation(
                text=words, xref="paper", yref="paper", x=start, y=ceiling, xanchor="left", yanchor="top",
                yshift=top, align="left", showarrow=False, borderpad=0,
                font={"size": FONT_SIZE, "color": INK},
            )  # fmt: skip
        if heading.empty_message:
            text, _ = paragraph(heading.empty_message, grid.panel_width - 2 * EDGE, SMALL)
            drawing.add_annotation(
                text=text, xref="paper", yref="paper", x=(start + end) / 2, y=(floor + ceiling) / 2,
                xanchor="center", yanchor="middle", align="center", showarrow=False, bgcolor=PAPER,
                font={"size": SMALL, "color": MUTED},
            )  # fmt: skip


def add_x_title(drawing: Drawing, grid: Grid, title: str, below_axis: float) -> None:
    """Write the title of the x axes once, centred under all panels, ``below_axis`` pixels under the axis.

    Written under each of several narrow panels it would run into its neighbour.
    """
    text, _ = paragraph(title, NARROWEST - grid.left - grid.right, FONT_SIZE)
    drawing.add_annotation(
        text=text, xref="paper", yref="paper", x=0.5, y=grid.y_domain()[0], yshift=-below_axis,
        xanchor="center", yanchor="top", showarrow=False, borderpad=0, font={"size": FONT_SIZE, "color": INK},
    )  # fmt: skip


def panel_meta(place: int, heading: Heading, *, x_title: str, y_title: str) -> dict[str, str]:
    """What an export needs to find a panel again: its axes and its words, not yet escaped for Plotly."""
    return {
        "title": heading.title,
        "note": heading.note,
        "empty_message": heading.empty_message,
        "xaxis": axis_id("x", place + 1),
        "yaxis": axis_id("y", place + 1),
        "x_title": x_title,
        "y_title": y_title,
    }


def axis_title(text: str) -> dict[str, object]:
    """An axis title with inert words."""
    return {"text": inert(text)}


def _heading(heading: Heading, width: float) -> str:
    (title, _), (note, _) = _words(heading, width)
    bold = f"<b>{title}</b>" if title else ""
    quiet = f'<span style="font-size:{SMALL}px;color:{MUTED}">{note}</span>' if note else ""
    return "<br>".join(part for part in (bold, quiet) if part)


def _lines(heading: Heading, width: float) -> int:
    return sum(lines for _, lines in _words(heading, width))


def _words(heading: Heading, width: float) -> tuple[tuple[str, int], tuple[str, int]]:
    """Title and note as Plotly takes them, each with its number of lines."""
    return headline(heading.title, width / 1.08, FONT_SIZE), headline(heading.note, width, SMALL)
