"""Who are these patients? The line listing of the selection, and the sheet of any one of them.

There is no card here: a card is made to leave, and these rows are people.
"""

from iren_core.analyses.patients.course import Event, course
from iren_core.analyses.patients.listing import COLUMN_SETS, columns_of, listable, listing, search
from iren_core.analyses.patients.picture import draw
from iren_core.analyses.patients.sheet import Sheet, names_by_row, sheet

__all__ = [
    "COLUMN_SETS",
    "Event",
    "Sheet",
    "columns_of",
    "course",
    "draw",
    "listable",
    "listing",
    "names_by_row",
    "search",
    "sheet",
]
