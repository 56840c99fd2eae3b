"""What goes with slow healing? Numbers of each patient against the days to re-epithelization, or any other pair."""

from iren_core.analyses.correlates.associations import (
    METHOD_LABELS,
    METHODS,
    MOST_VARIABLES,
    OUTCOME_FIRST,
    Result,
    Settings,
    analyse,
)
from iren_core.analyses.correlates.card import card

__all__ = [
    "METHODS",
    "METHOD_LABELS",
    "MOST_VARIABLES",
    "OUTCOME_FIRST",
    "Result",
    "Settings",
    "analyse",
    "card",
]
