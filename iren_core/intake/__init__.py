"""From bytes to checked columns: read, match, convert, check. Everything is checked here once, then trusted."""

from iren_core.intake.assemble import Assembled, assemble
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.read import RawTable, read_table, sheet_names

__all__ = ["Assembled", "ColumnMatch", "RawTable", "assemble", "match_columns", "read_table", "sheet_names"]
