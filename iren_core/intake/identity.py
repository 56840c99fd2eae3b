"""Which column numbers the patients, and when two numbers mean the same patient."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from iren_core.intake.match import ColumnMatch
from iren_core.intake.privacy import CARDS, HOSPITAL_NUMBERS, NAMES, told_by_header
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, is_missing, plain

#: What a column that tells patients apart may be called.
Identity = Literal["hospital", "study", "name", ""]

_STUDY = re.compile(
    r"(?:study|subject|record|participant|screening|enrol+ment|randomi[sz]ation|trial)[\s_.]*(?:id|no|number|code|nr)\.?|"
    r"(?:研究|受试者|入组|筛选|随机)(?:编号|号|序号)"
)
_HOSPITAL = re.compile(r"(?:patients?|pt)[\s_.]*mrn|(?:mrn|hospital)[\s_.]*(?:id|no|number|nr)?\.?")


def identity_of_header(column: str) -> Identity:
    """Whether a column holds the numbers of a hospital or a study, or names, by its header.

    >>> identity_of_header("MRN"), identity_of_header("Study ID"), identity_of_header("姓名"), identity_of_header("No.")
    ('hospital', 'study', 'name', '')
    """
    told, header = told_by_header(column), plain(column).strip()
    if told in (HOSPITAL_NUMBERS, CARDS) or _HOSPITAL.fullmatch(header):
        return "hospital"
    if told == NAMES:
        return "name"
    return "study" if _STUDY.fullmatch(header) else ""


def id_column(table: RawTable, matches: Sequence[ColumnMatch]) -> int | None:
    """Position of the column that holds the patients' numbers; ``None`` where no column is matched to it."""
    return next(
        (place for place, match in enumerate(matches) if match.used and match.field == "patient_id"), None
    )


def identity(cell: Any) -> str:
    """A patient's number without case, width, blanks and the decimals of a number.

    >>> identity("Ｐ 007"), identity(7.0)
    ('p007', '7')
    """
    return "".join(plain(as_text(cell)).split())


def identities(table: RawTable, place: int) -> list[str]:
    """The numbers in a column, as ``identity`` compares them; those of rows without one left out."""
    return [identity(cell) for cell in table.cells[place].tolist() if not is_missing(cell)]
