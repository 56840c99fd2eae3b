"""Which column numbers the patients, and when two numbers mean the same patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, plain


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
