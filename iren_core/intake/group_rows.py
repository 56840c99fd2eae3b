"""Rows between the patients that name the group of those below them: "Steroid group (n = 18)"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iren_core.errors import first_few
from iren_core.intake.codings import named_category
from iren_core.intake.values import plain

#: A row between the patients that names those below it, and how many it says that these are.
_GROUP = re.compile(r"\b(?:group|arm|cohort)\b|组$")
_PATIENTS_OF_GROUP = re.compile(r"\(?n ?[=:] ?\d+\)?|\d+ ?(?:patients|例)")
#: The column that is made of such rows.
HEADING = "{} (heading above the patients)"


def named_group(text: str) -> tuple[str, str] | None:
    """The field of which a text names a group, and the text; ``None`` where it names none, or a patient.

    >>> named_group("Steroid group (n=18)"), named_group("SJS"), named_group("SJS-1")
    (('arm', 'Steroid group (n=18)'), ('diagnosis', 'SJS'), None)
    """
    if re.search(r"\d", _PATIENTS_OF_GROUP.sub("", plain(text))):
        return None  # "SJS-1" is a patient's number
    known = next((field for field in ("arm", "diagnosis") if named_category(field, text)), "")
    field = known or ("arm" if _GROUP.search(plain(text)) else "")
    return (field, text) if field else None


def headings_said(headings: Mapping[int, str]) -> str:
    """The sentence on such rows: the number of each, and what it says."""
    shown = first_few([f"{number} (“{text}”)" for number, text in headings.items()])
    return (
        f"The patients below row {shown} stand under a heading, which was not counted as a patient; a column of its "
        "own repeats what it says."
    )
