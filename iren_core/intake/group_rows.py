"""Rows between the patients that name the group of those below them: "Steroid group (n = 18)"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iren_core.errors import first_few
from iren_core.intake.codings import means, named_category
from iren_core.intake.values import plain

#: A row between the patients that names those below it, and how many it says that these are.
_GROUP = re.compile(r"\b(?:group|arm|cohort)\b|组$")
_PATIENTS_OF_GROUP = re.compile(r"\(?n ?[=:] ?\d+\)?|\d+ ?(?:patients|例)")
#: The column that is made of such rows.
HEADING = "{} (heading above the patients)"


def is_numbered(text: str) -> bool:
    """Whether a text holds a number that is not one of patients: "SJS-1"."""
    return bool(re.search(r"\d", _bare(text)))


def _bare(text: str) -> str:
    return _PATIENTS_OF_GROUP.sub("", plain(text)).strip(" ()（）")


def says_number_of_patients(text: str) -> bool:
    """Whether a text says how many patients there are and nothing else: "n = 18", "18例"."""
    return bool(_PATIENTS_OF_GROUP.fullmatch(plain(text)))


def named_group(text: str) -> tuple[str, str] | None:
    """The field of which a text names a group, and the text; ``None`` where it names none, or a patient.

    >>> named_group("Steroid group (n=18)"), named_group("SJS"), named_group("SJS-1"), named_group("死亡组")
    (('arm', 'Steroid group (n=18)'), ('diagnosis', 'SJS'), None, ('outcome', '死亡组'))
    """
    bare = _bare(text)
    if is_numbered(text):
        return None  # "SJS-1" is a patient's number
    if means("outcome", _GROUP.sub("", bare).strip()):
        return "outcome", text
    known = next((field for field in ("arm", "diagnosis") if named_category(field, text)), "")
    field = known or ("arm" if _GROUP.search(bare) else "")
    return (field, text) if field else None


def headings_said(headings: Mapping[int, str]) -> str:
    """The sentence on such rows: the number of each, and what it says."""
    shown = first_few([f"{number} (“{text}”)" for number, text in headings.items()])
    return f"Rows that name a group are no patients; a column repeats what they say for the patients below: {shown}."
