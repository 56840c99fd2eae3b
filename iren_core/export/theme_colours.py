"""Colours and fonts of a deck: they live in its theme, and everything on a slide only points at the theme.

So a hospital's template, a journal's look, or a theme chosen later in PowerPoint recolours charts and words alike.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from iren_core.export.looks import LOOKS
from iren_core.figures import theme

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: Widths of fonts against Arial's, by the mean of their letters; what is not known is taken for a little wider.
_WIDER = {
    "Arial": 1.0, "Helvetica": 1.0, "Calibri": 1.0, "Calibri Light": 1.0, "Aptos": 1.0, "Aptos Display": 1.0,
    "Times New Roman": 1.0, "Cambria": 1.0, "Garamond": 1.0, "Arial Narrow": 1.0, "Trebuchet MS": 1.02,
    "Segoe UI": 1.03, "Georgia": 1.05, "Open Sans": 1.07, "Lucida Sans": 1.1, "Century Gothic": 1.12, "Poppins": 1.13,
    "Courier New": 1.15, "Montserrat": 1.17, "Verdana": 1.18,
}  # fmt: skip
_UNKNOWN = 1.08
_WHITE = "#FFFFFF"
#: The part that each colour of the pictures plays in the theme; the two arms of the study come first.
_PARTS: dict[str, str] = {
    "#0072B2": "accent1",
    "#D55E00": "accent2",
    "#009E73": "accent3",
    "#8A3F78": "accent4",
    "#B8860B": "accent5",
    "#2F7FA8": "accent6",
    "#4A4A4A": "tx1",
    theme.INK.upper(): "tx1",
    theme.MUTED.upper(): "tx2",
    theme.GRID.upper(): "bg2",
    _WHITE: "bg1",
}


def set_look(presentation: Presentation, name: str) -> None:
    """Write the look into the theme of the presentation's first master.

    Raises
    ------
    KeyError
        when no look has this name.
    """
    look = LOOKS[name]
    part = presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    colours = {"dk1": theme.INK, "lt1": _WHITE, "dk2": theme.MUTED, "lt2": theme.GRID}
    colours |= {f"accent{place}": colour for place, colour in enumerate(look.accents, start=1)}
    scheme = root.find(f".//{_A}clrScheme")
    scheme.set("name", name)
    for part_name, colour in colours.items():
        holder = scheme.find(f"{_A}{part_name}")
        for old in list(holder):
            holder.remove(old)
        etree.SubElement(holder, f"{_A}srgbClr", val=colour[1:].upper())
    root.find(f".//{_A}fontScheme").set("name", name)
    for kind in ("majorFont", "minorFont"):
        root.find(f".//{_A}{kind}/{_A}latin").set("typeface", look.font)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def letters_wider_than_arial(presentation: Presentation) -> float:
    """By how much the fonts of the theme run wider than Arial, in which everything is measured; 1 where they do not."""
    root = etree.fromstring(presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    fonts = [root.find(f".//{_A}{kind}/{_A}latin").get("typeface", "") for kind in ("majorFont", "minorFont")]
    return max(_WIDER.get(font, _UNKNOWN) for font in fonts)


def shrink_letters(element: Any, times: float) -> None:
    """Divide the size of all letters in this XML, so that a wide font takes no more room than was measured."""
    for part in element.iter(f"{_A}rPr", f"{_A}defRPr", f"{_A}endParaRPr"):
        if part.get("sz"):
            part.set("sz", str(round(int(part.get("sz")) / times)))


def follow_theme(element: Any) -> None:
    """Turn every colour in this XML into the theme's colour of the same part, tints too."""
    for colour in list(element.iter(f"{_A}srgbClr")):
        found = _part(f"#{colour.get('val').upper()}")
        if found is not None:
            name, share = found
            tint = f'<a:alpha val="{share}"/>' if share < 100_000 else ""
            colour.getparent().replace(
                colour, parse_xml(f'<a:schemeClr {nsdecls("a")} val="{name}">{tint}</a:schemeClr>')
            )


@cache
def _part(colour: str) -> tuple[str, int] | None:
    """The part in the theme and the share of ink in 100 000; ``None`` for a colour that no picture has."""
    if colour in _PARTS:
        return _PARTS[colour], 100_000
    fits = [
        (fault, part, share) for base, part in _PARTS.items() for fault, share in [_as_tint(colour, base)]
    ]
    fault, part, share = min(fits)
    return (part, round(share * 100_000)) if fault <= 1.5 else None


def _as_tint(colour: str, base: str) -> tuple[float, float]:
    """How far the colour is from a tint of ``base`` on white, in steps of 255, and the share of ink of that tint."""
    wanted, ink = ([255 - int(hex_[start : start + 2], 16) for start in (1, 3, 5)] for hex_ in (colour, base))
    strongest = max(range(3), key=lambda channel: ink[channel])
    if not ink[strongest]:
        return 255.0, 1.0
    share = wanted[strongest] / ink[strongest]
    if not 0 < share <= 1:
        return 255.0, 1.0
    return max(abs(w - share * i) for w, i in zip(wanted, ink, strict=True)), share
