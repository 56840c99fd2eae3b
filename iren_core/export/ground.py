"""The empty presentation that slides are put on, and the room that a slide offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pptx
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Inches

from iren_core.card import Table
from iren_core.export.looks import Shape
from iren_core.export.native_charts import Box
from iren_core.export.template import open_template
from iren_core.export.theme_colours import follow_theme, letters_wider_than_arial, set_look, shrink_letters

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_INCHES: dict[Shape, tuple[float, float]] = {"16:9": (13.333, 7.5), "4:3": (10.0, 7.5)}
_EDGE, _TOP, _BOTTOM = 0.45, 0.3, 0.15
#: A template's title that stands lower than this share of the slide is not one that words fit below.
_HIGHEST_TITLE = 0.25
_FOOTERS = ("dt", "ftr", "sldNum")
_PLAIN_LAYOUTS = ("titleOnly", "obj", "tx", "cust")


@dataclass(frozen=True)
class Ground:
    """A presentation with the layout for its slides, and where on them words and charts may stand.

    own_title : whether the template's title keeps its look
    wider : by how much its fonts are wider than those that words are measured in
    tables : title and words of the tables that have slides of their own
    """

    presentation: Presentation
    layout: Any
    room: Box
    own_title: bool
    wider: float = 1.0
    tables: set[tuple[str, str]] = field(default_factory=set)

    def dress(self, element: Any) -> None:
        """Let the colours and the letters of a finished slide or chart follow the theme."""
        follow_theme(element)
        if self.wider > 1:
            shrink_letters(element, self.wider)

    def add_slide(self) -> Slide:
        """A new last slide with nothing on it but an empty title."""
        slide = self.presentation.slides.add_slide(self.layout)
        for placeholder in list(slide.placeholders):
            if (
                placeholder.placeholder_format.idx != 0
            ):  # an empty one shows “Click to add text” in PowerPoint
                placeholder._element.getparent().remove(placeholder._element)
        return slide


def table_words(table: Table) -> tuple[str, str]:
    """Title and cells of a table, by which it is known again."""
    return table.title, table.shown.to_csv()


def blank(shape: Shape, look: str) -> Ground:
    """An empty presentation of this shape in this look.

    Raises
    ------
    KeyError
        when there is no such shape or look.
    """
    presentation = pptx.Presentation()
    width, height = _INCHES[shape]
    _widen(presentation, Inches(width) / (presentation.slide_width or 1))
    presentation.slide_width, presentation.slide_height = Inches(width), Inches(height)
    set_look(presentation, look)
    room = Box(_EDGE, _TOP, width - 2 * _EDGE, height - _TOP - _BOTTOM)
    return Ground(presentation, _layout(presentation), room, own_title=False)


def of_template(template: bytes) -> Ground:
    """The template without its slides; words keep to where its titles and above where its footers stand.

    Raises
    ------
    UnreadableFile
        when the bytes are no presentation, or one that is too large to be opened safely.
    """
    presentation = open_template(template)
    layout = _layout(presentation)
    width, height = (Emu(side or 0).inches for side in (presentation.slide_width, presentation.slide_height))
    left, top, across = _EDGE, _TOP, width - 2 * _EDGE
    title = _placed(layout, ("title", "ctrTitle"))
    if title is not None and title.top <= height * _HIGHEST_TITLE and title.width >= width / 2:
        left, top, across = title.left, max(title.top, _BOTTOM), min(title.width, width - title.left)
    footers = [found.top for kind in _FOOTERS if (found := _placed(layout, (kind,))) is not None]
    floor = min([top_ for top_ in footers if top_ > height * 0.75], default=height - _BOTTOM)
    wider = letters_wider_than_arial(presentation)
    return Ground(presentation, layout, Box(left, top, across, floor - top), own_title=True, wider=wider)


def finish(presentation: Presentation) -> None:
    """List the master of the notes, which python-pptx adds without a word in the presentation itself."""
    part = presentation.part
    root = part._element
    notes = next((one for one in part.rels.values() if one.reltype == RELATIONSHIP_TYPE.NOTES_MASTER), None)
    if notes is not None and root.find("{*}notesMasterIdLst") is None:
        listed = f'<p:notesMasterIdLst {nsdecls("p", "r")}><p:notesMasterId r:id="{notes.rId}"/></p:notesMasterIdLst>'
        root.find("{*}sldMasterIdLst").addnext(parse_xml(listed))


def _layout(presentation: Presentation) -> Any:
    """The layout made for a title alone; else the one with a title and as little else as possible."""
    layouts = [one for one in presentation.slide_layouts if one.placeholders.get(0) is not None]
    layouts = layouts or list(presentation.slide_layouts)
    kinds = {one._element.get("type"): one for one in reversed(layouts)}
    if "titleOnly" in kinds:
        return kinds["titleOnly"]
    plain = [one for one in layouts if one._element.get("type", "cust") in _PLAIN_LAYOUTS]
    return min(plain or layouts, key=lambda layout: len(layout.placeholders))


def _placed(layout: Any, kinds: tuple[str, ...]) -> Box | None:
    """Where the layout, or else its master, has a placeholder of these kinds; in inches."""
    for holder in (layout, layout.slide_master):
        for shape in holder.placeholders:
            if shape._element.ph.get("type", "obj") in kinds and shape._element.xfrm is not None:
                off, ext = shape._element.xfrm.off, shape._element.xfrm.ext
                if off is not None and ext is not None:
                    return Box(*(Emu(one).inches for one in (off.x, off.y, ext.cx, ext.cy)))
    return None


def _widen(presentation: Presentation, share: float) -> None:
    """Stretch the places on master and layouts to the width of the slide."""
    master = presentation.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in holder.shapes:
            if shape._element.xfrm is not None and shape._element.xfrm.off is not None:
                shape.left, shape.width = round(shape.left * share), round(shape.width * share)
