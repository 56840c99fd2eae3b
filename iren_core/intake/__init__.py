"""From bytes to checked columns: read, match, convert, check. Checked here once, then trusted."""

from iren_core.intake.assemble import Assembled, assemble, assemble_table
from iren_core.intake.convert import Question
from iren_core.intake.derive import CLASSES_OF_1993, Classes
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.read import read_table, read_tables, sheet_names
from iren_core.intake.several import put_together
from iren_core.intake.table import Piece, RawTable

__all__ = [
    "CLASSES_OF_1993",
    "Assembled",
    "Classes",
    "ColumnMatch",
    "Piece",
    "Question",
    "RawTable",
    "assemble",
    "assemble_table",
    "match_columns",
    "put_together",
    "read_table",
    "read_tables",
    "sheet_names",
]
