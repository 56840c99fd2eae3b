"""Colours of a deck come from its theme, and can be told from the paper."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from validity import faults

from iren_core.card import Card
from iren_core.export.looks import LOOKS
from iren_core.export.powerpoint import deck
from iren_core.figures import theme


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", LOOKS)
def test_every_colour_stands_out_from_white(name: str) -> None:
    # WCAG 2.2, 1.4.11: 3 to 1 for what is needed to understand a graphic.
    assert [c for c in LOOKS[name].accents if 1.05 / (luminance(c) + 0.05) < 3] == []


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_in_the_theme_and_nowhere_else(
    curve_card: Card, pair_card: Card, death_card: Card, name: str
) -> None:
    made = deck([curve_card, pair_card, death_card], look=name)
    assert faults(made) == []
    with ZipFile(BytesIO(made)) as package:
        written = package.read("ppt/theme/theme1.xml").decode()
        others = [
            part for part in package.namelist() if part.startswith(("ppt/slides/slide", "ppt/charts/chart"))
        ]
        fixed = [part for part in others if b"srgbClr" in package.read(part)]
    for place, colour in enumerate(LOOKS[name].accents, start=1):
        assert f'<a:accent{place}><a:srgbClr val="{colour[1:]}"/>' in written
    assert written.count(f'<a:latin typeface="{LOOKS[name].font}"/>') == 2
    assert fixed == []


def test_the_pictures_own_look_has_the_colours_of_the_pictures() -> None:
    known = [style.colour for style in theme.styles("arm", ["combination", "corticosteroid"]).values()]
    assert list(LOOKS["As the pictures"].accents[:2]) == known


def test_a_look_that_is_none_is_refused(curve_card: Card) -> None:
    with pytest.raises(KeyError):
        deck([curve_card], look="Plaid")
