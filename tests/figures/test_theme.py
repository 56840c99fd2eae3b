"""Colours tell groups apart on any screen and in print."""

from __future__ import annotations

import re
from itertools import combinations

import plotly.graph_objects as go
import pytest

from iren_core.figures import theme
from iren_core.figures.columns import Group, predicted_observed
from iren_core.figures.curves import Panel, step_curves
from iren_core.figures.forest import Block, Series, forest
from iren_core.figures.pairs import PairedPanel, paired_lines
from iren_core.figures.scatter import ScatterPanel, scatter
from iren_core.schema import CATEGORIES

STYLED = [(field, list(CATEGORIES[field])) for field in ("arm", "diagnosis", "outcome", "sex")]


def contrast_with_white(hex_colour: str) -> float:
    """Contrast ratio as WCAG 2.1 defines it (relative luminance of sRGB)."""
    shares = [int(hex_colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


@pytest.mark.parametrize(("field", "categories"), STYLED)
def test_categories_differ_in_colour_dash_and_symbol(field: str, categories: list[str]) -> None:
    for one, other in combinations(theme.styles(field, categories).values(), 2):
        assert all(a != b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(("field", "categories"), STYLED)
def test_every_colour_stands_out_from_white_paper(field: str, categories: list[str]) -> None:
    # WCAG 2.1, success criterion 1.4.11: graphics need a contrast of 3 to 1 with what lies beside them
    assert all(contrast_with_white(colour) >= 3 for colour in theme.colours(field, categories).values())


def test_the_arms_have_the_blue_and_the_vermilion_of_okabe_and_ito() -> None:
    # Okabe and Ito, Color Universal Design (2008): blue 0, 114, 178; vermilion 213, 94, 0
    assert theme.colour("arm", "combination") == f"#{0:02X}{114:02X}{178:02X}"
    assert theme.colour("arm", "corticosteroid") == f"#{213:02X}{94:02X}{0:02X}"


def test_an_arm_keeps_its_style_whatever_stands_beside_it() -> None:
    alone = theme.styles("arm", ["corticosteroid"])["corticosteroid"]
    beside = theme.styles("arm", ["IVIG", "corticosteroid", "combination"])["corticosteroid"]
    assert alone == beside
    assert (alone.colour, alone.dash, alone.symbol) == (
        theme.colour("arm", "corticosteroid"),
        theme.dash("arm", "corticosteroid"),
        theme.symbol("arm", "corticosteroid"),
    )


def test_unknown_arms_take_colours_that_no_known_one_has() -> None:
    colours = theme.colours("arm", ["combination", "IVIG", "corticosteroid", "ciclosporin", "plasmapheresis"])
    assert len(set(colours.values())) == 5
    assert theme.colours("arm", ["IVIG", "ciclosporin"])["IVIG"] == theme.colour("arm", "IVIG")


def test_many_unknown_categories_still_get_a_style() -> None:
    assert len(theme.styles("tnfi_drug", [f"drug {n}" for n in range(20)])) == 20


def test_the_footer_makes_its_own_room() -> None:
    drawings = [theme.Drawing({"margin": {"l": 80, "b": 10}}) for _ in range(2)]
    short = theme.footer(drawings[0], "cohort.csv", height=500)
    long = theme.footer(drawings[1], "cohort.csv, " * 40, height=500)
    assert short.layout.height < long.layout.height
    for figure in (short, long):
        assert figure.layout.height - 500 == pytest.approx(figure.layout.margin.b - 10)
        note = figure.layout.annotations[0]
        assert note.xshift == theme.EDGE - 80
        lines = note.text.count("<br>") + 1
        bottom = figure.layout.margin.b + note.yshift - lines * note.font.size * 1.3
        assert bottom >= 0


def test_paper_is_white_whatever_the_screen() -> None:
    figure = theme.footer(theme.Drawing({"margin": {"l": 80, "b": 10}}), "cohort.csv", height=500)
    assert (
        figure.layout.template.layout.paper_bgcolor == figure.layout.template.layout.plot_bgcolor == "#ffffff"
    )
    assert isinstance(figure, go.Figure)


def test_every_trace_says_what_it_stands_for(
    curve_panels: list[Panel],
    pair_panels: list[PairedPanel],
    death_groups: list[Group],
    scatter_panel: ScatterPanel,
    forest_block: Block,
) -> None:
    drawn = [
        step_curves(curve_panels, y_title="", x_title="", x_max=21, ticks=(0, 7, 14, 21), provenance=""),
        paired_lines(pair_panels, y_title="", log=True, provenance=""),
        predicted_observed(death_groups, mode="expected", provenance=""),
        scatter([scatter_panel], y_title="", strip="", provenance=""),
        forest([forest_block], [Series("A", "#0072B2", "circle")], provenance=""),
    ]
    assert {trace.meta["role"] for figure in drawn for trace in figure.data} == theme.ROLES


def test_no_colour_is_plain_red() -> None:
    every = {colour for field, categories in STYLED for colour in theme.colours(field, categories).values()}
    assert not any(re.fullmatch(r"#[ef][0-9a-f]0000", colour.lower()) for colour in every)
