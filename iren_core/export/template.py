"""A presentation of the reader's own as the ground for slides: its look is taken over, and nothing else of it.

Kept are size, theme, masters, layouts and their pictures. Left behind are slides, notes, comments, macros, embedded
and linked files, sounds, and whatever reaches outside. The file is measured before anything of it is unpacked.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

import pptx
from lxml.etree import XMLSyntaxError
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from iren_core.errors import UnreadableFile

if TYPE_CHECKING:
    from pptx.presentation import Presentation

MOST_BYTES = 25 * 1024**2
MOST_EXPANDED_BYTES = 200 * 1024**2
MOST_ENTRIES = 5_000

_TYPES = "[Content_Types].xml"
#: Templates, shows and files with macros differ from a presentation in this one word.
_MAIN_TYPE = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.presentationml\.(?:template|slideshow)"
    rb"|ms-powerpoint\.(?:presentation|template|slideshow)\.macroEnabled)\.main\+xml"
)
_PRESENTATION_TYPE = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_KEPT_OF_PRESENTATION = frozenset({RT.SLIDE_MASTER, RT.THEME, RT.PRES_PROPS, RT.VIEW_PROPS, RT.TABLE_STYLES})
_KEPT_OF_LAYOUT = frozenset({RT.SLIDE_MASTER, RT.SLIDE_LAYOUT, RT.THEME, RT.IMAGE})
_KEPT_IN_PRESENTATION = frozenset(
    f"{_P}{name}" for name in ("sldMasterIdLst", "sldSz", "notesSz", "defaultTextStyle")
)
#: What hangs on a shape and goes without it; any other element that names a lost part goes with its shape.
_LINKS = frozenset({f"{_A}hlinkClick", f"{_A}hlinkHover", f"{_A}hlinkMouseOver"})
_MOVES = ("timing", "transition", "custDataLst", "controls")
_SHAPES = frozenset(f"{_P}{name}" for name in ("sp", "pic", "graphicFrame", "cxnSp", "contentPart"))

_PLAIN_FILL = b'<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'

_ASKED = "A presentation was given as the template of the slides."
_SAVE = "Save it in PowerPoint as .pptx and try again."


def open_template(template: bytes) -> Presentation:
    """The template without its slides, ready to take others.

    Raises
    ------
    UnreadableFile
        when the bytes are no presentation, or one that is too large to be opened safely.
    """
    try:
        presentation = pptx.Presentation(BytesIO(_as_presentation(template)))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, XMLSyntaxError, NotImplementedError):
        raise _refusal("It cannot be read as one.", _SAVE) from None
    if not len(presentation.slide_masters) or not len(presentation.slide_layouts):
        raise _refusal("It has no layout to put a slide on.", _SAVE)
    _clean(presentation)
    return presentation


def _refusal(found: str, advice: str) -> UnreadableFile:
    return UnreadableFile(_ASKED, found, advice)


def _as_presentation(template: bytes) -> bytes:
    """The same package under the type of a presentation, once its size is known to be bearable."""
    smaller = "Delete slides and large pictures from a copy and try that."
    if len(template) > MOST_BYTES:
        raise _refusal(f"It is larger than {MOST_BYTES // 1024**2} MB.", smaller)
    with ZipFile(BytesIO(template)) as package:
        entries = package.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_EXPANDED_BYTES:
            raise _refusal("Unpacked it would be far larger than any template.", smaller)
        if any(entry.flag_bits & 1 for entry in entries):
            raise _refusal("It is protected by a password.", "Take the password away and try again.")
        written = BytesIO()
        with ZipFile(written, "w") as target:
            for entry in entries:
                content = _limited(package, entry, smaller)
                if entry.filename == _TYPES:
                    content = _MAIN_TYPE.sub(_PRESENTATION_TYPE, content)
                elif entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content:
                    raise _refusal("It declares entities, which no presentation needs.", _SAVE)
                target.writestr(entry.filename, content)
    return written.getvalue()


def _limited(package: ZipFile, entry: Any, advice: str) -> bytes:
    """The content of an entry, which may not be longer than it says."""
    with package.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise _refusal("It is damaged.", advice)
    return content


def _clean(presentation: Presentation) -> None:
    root = presentation.part._element
    for element in list(root):
        if element.tag not in _KEPT_IN_PRESENTATION:
            root.remove(element)
    _drop(presentation.part, _KEPT_OF_PRESENTATION)
    for master in presentation.slide_masters:
        for part in (master.part, *(layout.part for layout in master.slide_layouts)):
            _clean_layout(part)
        theme = master.part.part_related_by(RT.THEME)
        if _drop(theme, frozenset({RT.IMAGE})):
            theme._blob = re.sub(rb"<a:blipFill\b.*?</a:blipFill>", _PLAIN_FILL, theme.blob, flags=re.DOTALL)
    _drop(
        presentation.part.package, frozenset({RT.OFFICE_DOCUMENT})
    )  # names of authors go with the properties


def _drop(holder: Any, kept: frozenset[str]) -> list[str]:
    """Cut the relations of other kinds and those that lead outside; returns their ids."""
    lost = [name for name, one in holder._rels.items() if one.is_external or one.reltype not in kept]
    for name in lost:
        holder._rels.pop(name)
    return lost


def _clean_layout(part: Any) -> None:
    root = part._element
    for name in _MOVES:
        for element in list(root.iter(f"{_P}{name}")):
            element.getparent().remove(element)
    lost = set(_drop(part, _KEPT_OF_LAYOUT))
    for element in list(root.iter()):
        names = [name for name, value in element.attrib.items() if name.startswith(_R) and value in lost]
        if names and element.tag in _LINKS:
            element.getparent().remove(element)
        elif names:
            _remove_shape(element)


def _remove_shape(element: Any) -> None:
    """Take away the shape that holds the element, with its alternatives for other programs."""
    found = element
    while found is not None and found.tag not in _SHAPES:
        found = found.getparent()
    gone = found if found is not None else element
    alternatives = [one for one in gone.iterancestors() if one.tag.endswith("}AlternateContent")]
    gone = alternatives[-1] if alternatives else gone
    if gone.getparent() is not None:
        gone.getparent().remove(gone)
