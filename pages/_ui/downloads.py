"""The files that a card leaves as. Each is made when it is asked for, not on every redraw."""

from __future__ import annotations

import re
from collections.abc import Callable

from iren_core.card import Card
from pages._ui import session

LONGEST_FILTERS = 80
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def file_name(card: Card) -> str:
    """The name of a card's files, without an ending: the question and the filters."""
    filters = re.sub(r"[^\w.]+", "-", session.selected().selection.as_text()).strip("-")
    return "_".join(part for part in ("iren", card.key, filters[:LONGEST_FILTERS]) if part)


def _slide(card: Card) -> bytes:
    from iren_core.export.powerpoint import deck  # noqa: PLC0415 - slow to import and rarely asked for

    return deck([card])


def _workbook(card: Card) -> bytes:
    from iren_core.export.workbook import workbook  # noqa: PLC0415 - as above

    return workbook([card])


def _csv(card: Card) -> bytes:
    from iren_core.export.workbook import csv  # noqa: PLC0415 - as above

    return csv(card.tables[0], card.provenance)


FILES: tuple[tuple[str, str, str, Callable[[Card], bytes]], ...] = (
    ("Slide (PowerPoint)", "pptx", PPTX, _slide),
    ("Numbers (Excel)", "xlsx", XLSX, _workbook),
    ("Numbers (CSV)", "csv", "text/csv", _csv),
)
