"""A reader's template gives its look and nothing else, and no file that is too large or no presentation is opened."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt
from validity import faults

from iren_core.card import Card
from iren_core.errors import UnreadableFile
from iren_core.export import template as templates
from iren_core.export.powerpoint import deck
from iren_core.export.workbook import workbook


def saved(presentation: object) -> bytes:
    written = BytesIO()
    presentation.save(written)
    return written.getvalue()


def repacked(data: bytes, change: dict[str, object]) -> bytes:
    """The package with some parts changed by a function of their bytes, or added."""
    written = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(written, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change[name](content) if callable(change.get(name)) else content)
        for name, content in change.items():
            if isinstance(content, bytes):
                target.writestr(name, content)
    return written.getvalue()


@pytest.fixture
def ward_template() -> bytes:
    """A hospital's deck: its fonts and colours, a slide with a name on it, links outside, macros, an author."""
    presentation = Presentation()
    presentation.slide_width = Inches(10)
    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    slide.shapes.title.text = "Mrs A, ward 4"
    presentation.core_properties.author = "A. Author"
    layout = presentation.slide_layouts.get_by_name("Title Only")
    link = layout.part.relate_to("https://hospital.example/pixel.png", RT.HYPERLINK, is_external=True)
    picture = layout.part.relate_to("https://hospital.example/logo.png", RT.IMAGE, is_external=True)
    footer = next(shape for shape in layout.placeholders if shape.placeholder_format.type is not None)
    run = footer.text_frame.paragraphs[0].add_run()
    run.text = "Hospital"
    run._r.get_or_add_rPr().add_hlinkClick(link)
    layout.shapes._spTree.append(_linked_picture(picture))
    macros = Part(
        PackURI("/ppt/vbaProject.bin"),
        "application/vnd.ms-office.vbaProject",
        presentation.part.package,
        b"Sub",
    )
    presentation.part.relate_to(macros, "http://schemas.microsoft.com/office/2006/relationships/vbaProject")
    theme = presentation.slide_master.part.part_related_by(RT.THEME)
    theme._blob = theme.blob.replace(b'typeface="Calibri"', b'typeface="Verdana"').replace(
        b"4F81BD", b"7A0019"
    )
    return saved(presentation)


def _linked_picture(relation: str) -> object:
    return parse_xml(
        f'<p:pic {nsdecls("p", "a", "r")}><p:nvPicPr><p:cNvPr id="77" name="Logo"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
        f'<p:blipFill><a:blip r:link="{relation}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        '<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr></p:pic>"
    )


def test_the_look_is_taken_over(curve_card: Card, ward_template: bytes) -> None:
    made = deck([curve_card], template=ward_template)
    presentation = Presentation(BytesIO(made))
    assert presentation.slide_width == Inches(10)
    with ZipFile(BytesIO(made)) as package:
        theme = package.read("ppt/theme/theme1.xml")
        chart = package.read(next(name for name in package.namelist() if name.startswith("ppt/charts/chart")))
        slide = package.read("ppt/slides/slide1.xml")
    assert b'typeface="Verdana"' in theme
    assert b"7A0019" in theme
    for part in (chart, slide):  # fonts and colours are the theme's: none is written down
        assert b"<a:latin" not in part
        assert b"srgbClr" not in part
    assert b'schemeClr val="accent1"' in chart


def test_wide_letters_are_made_smaller(curve_card: Card, ward_template: bytes) -> None:
    plain = Presentation(BytesIO(deck([curve_card], shape="4:3"))).slides[0]
    verdana = Presentation(BytesIO(deck([curve_card], template=ward_template))).slides[0]
    sizes = [
        {
            run.font.size.pt
            for shape in slide.shapes
            if shape.has_text_frame and shape.name == "Heading"
            for paragraph in shape.text_frame.paragraphs
            for run in paragraph.runs
        }
        for slide in (plain, verdana)
    ]
    assert sorted(sizes[1]) == [pytest.approx(size / 1.18, abs=0.01) for size in sorted(sizes[0])]


def test_the_title_keeps_the_colour_and_weight_of_the_template(
    curve_card: Card, ward_template: bytes
) -> None:
    title = Presentation(BytesIO(deck([curve_card], template=ward_template))).slides[0].shapes.title
    run = title.text_frame.paragraphs[0].runs[0]
    assert run.font.bold is None
    assert run.font.color.type is None
    assert run.font.size >= Pt(14)


def test_nothing_else_of_it_is_carried_over(curve_card: Card, ward_template: bytes) -> None:
    made = deck([curve_card], template=ward_template)
    assert faults(made) == []  # a link outside would be one
    with ZipFile(BytesIO(made)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
        names = package.namelist()
    for word in (b"Mrs A", b"A. Author", b"hospital.example", b"vbaProject"):
        assert word not in everything
    assert [name for name in names if "vba" in name.lower()] == []
    assert b"Hospital" in everything  # the words of the layout stay, only their link is gone


def test_slides_keep_clear_of_the_footer_of_the_template(curve_card: Card, ward_template: bytes) -> None:
    presentation = Presentation(BytesIO(deck([curve_card], template=ward_template)))
    footer = min(
        shape.top
        for shape in presentation.slide_layouts[0].placeholders
        if shape.top > presentation.slide_height * 0.75
    )
    for slide in presentation.slides:
        assert max(shape.top + shape.height for shape in slide.shapes) <= footer


@pytest.mark.parametrize(
    "kind",
    [
        "openxmlformats-officedocument.presentationml.template",
        "openxmlformats-officedocument.presentationml.slideshow",
        "ms-powerpoint.template.macroEnabled",
        "ms-powerpoint.presentation.macroEnabled",
    ],
)
def test_templates_and_files_with_macros_are_taken_too(
    curve_card: Card, ward_template: bytes, kind: str
) -> None:
    plain = b"openxmlformats-officedocument.presentationml.presentation.main+xml"
    types = {"[Content_Types].xml": lambda content: content.replace(plain, f"{kind}.main+xml".encode())}
    other = repacked(ward_template, types)
    assert kind.encode() in ZipFile(BytesIO(other)).read("[Content_Types].xml")
    assert faults(deck([curve_card], template=other)) == []


def test_a_bomb_is_not_unpacked(curve_card: Card, ward_template: bytes) -> None:
    bomb = repacked(ward_template, {"ppt/media/image1.png": b"\0" * (templates.MOST_EXPANDED_BYTES + 1)})
    assert len(bomb) < templates.MOST_BYTES
    with pytest.raises(UnreadableFile, match="Unpacked it would be far larger"):
        deck([curve_card], template=bomb)


def test_a_file_that_lies_about_its_size_is_not_unpacked(curve_card: Card, ward_template: bytes) -> None:
    name = "ppt/presentation.xml"
    with ZipFile(BytesIO(ward_template)) as package:
        size = package.getinfo(name).file_size
    lying = ward_template.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(UnreadableFile):
        deck([curve_card], template=lying)


def test_a_large_file_is_not_opened(curve_card: Card) -> None:
    with pytest.raises(UnreadableFile, match="larger than 25 MB"):
        deck([curve_card], template=b"P" * (templates.MOST_BYTES + 1))


def test_entities_are_not_read(curve_card: Card, ward_template: bytes) -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    hostile = repacked(
        ward_template, {"ppt/theme/theme1.xml": lambda content: entity + content.split(b"?>", 1)[1]}
    )
    with pytest.raises(UnreadableFile, match="declares entities"):
        deck([curve_card], template=hostile)


@pytest.mark.parametrize("data", [b"", b"PK no presentation", b"\xd0\xcf\x11\xe0" * 600])
def test_what_is_no_presentation_is_said_to_be_none(curve_card: Card, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="It cannot be read as one"):
        deck([curve_card], template=data)


def test_a_workbook_is_no_presentation(curve_card: Card) -> None:
    with pytest.raises(UnreadableFile, match="It cannot be read as one"):
        deck([curve_card], template=workbook([curve_card]))
