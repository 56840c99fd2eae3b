"""What a newer file of the same patients changes: rows, cells, and the headline answer."""

from iren_core.analyses.changes.comparison import Changes, compare_cohorts
from iren_core.analyses.changes.words import summary

__all__ = ["Changes", "compare_cohorts", "summary"]
