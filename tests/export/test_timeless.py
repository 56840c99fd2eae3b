"""Office files without the hour at which they were written."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from iren_core.card import Card
from iren_core.export.powerpoint import deck
from iren_core.export.workbook import workbook


def test_every_part_has_the_same_time_and_no_date_is_left(curve_card: Card) -> None:
    for data in (deck([curve_card]), workbook([curve_card])):
        archive = ZipFile(BytesIO(data))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
        assert b"T00:00:00Z" in archive.read("docProps/core.xml")


def test_workbooks_inside_a_deck_are_timeless_too(curve_card: Card) -> None:
    deck_parts = ZipFile(BytesIO(deck([curve_card])))
    embedded = [name for name in deck_parts.namelist() if name.endswith(".xlsx")]
    assert len(embedded) == 2
    for name in embedded:
        core = ZipFile(BytesIO(deck_parts.read(name))).read("docProps/core.xml")
        assert b"1980-01-01T00:00:00Z" in core
