"""From bytes to checked columns: read, match, convert, check. Checked here once, then trusted."""

from iren_core.intake.assemble import Assembled, assemble, assemble_table
from iren_core.intake.convert import Question
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.read import read_table, read_tables, sheet_names
from iren_core.intake.table import RawTable

__all__ = [
    "Assembled",
    "ColumnMatch",
    "Question",
    "RawTable",
    "assemble",
    "assemble_table",
    "match_columns",
    "read_table",
    "read_tables",
    "sheet_names",
]
