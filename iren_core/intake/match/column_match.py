"""How one column was understood, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["exact", "synonym", "similar", "chosen", "none"]
#: The note of a column that a reader left out.
LEFT_OUT = "Left out by the reader."
#: Likeness of a field's own name or label.
EXACT = 100.0
#: Likeness where both halves of a header lead to a field, and where one does.
BOTH_HALVES, HALF_KNOWN = 92.0, 84.5
#: Likeness of a name that is understood by its words.
BY_TERMS = 84.8
#: Likeness of a name beside which a remark in brackets may make something else of it.
REMARKED = 82.0
#: Likeness of a column that only says whether a drug was given, for the field that says which.
ONLY_WHETHER = 81.0


@dataclass(frozen=True)
class ColumnMatch:
    """How one column of the file was understood.

    field : the field of the data dictionary, ``None`` when the column is not used
    how : "exact" (its own name), "synonym", "similar" (a suggestion that a reader must confirm),
        "chosen" (by a reader, with no field where it was left out) or "none"
    score : likeness of the names, 0 to 100
    unit : the unit that the header names, in one spelling; "" without one, or where it is part of the name
    note : why the column is not used, or what is doubtful, as a sentence
    """

    column: str
    field: str | None
    how: How
    score: float = 0.0
    unit: str = ""
    note: str = ""

    @property
    def used(self) -> bool:
        """Whether the column's values enter the cohort: a suggestion does not before a reader confirms it."""
        return self.field is not None and self.how != "similar"
