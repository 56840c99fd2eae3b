"""Do the markers recover? Each patient's acute value beside the same patient's recovery value, arm by arm."""

from iren_core.analyses.recovery.card import card
from iren_core.analyses.recovery.limits import BEYOND_LIMIT_LABELS, BEYOND_LIMITS
from iren_core.analyses.recovery.pairs import (
    CHANGE_LABELS,
    CHANGES,
    DECEASED,
    DECEASED_LABELS,
    TEST_LABELS,
    TESTS,
    VIEWS,
    Result,
    Settings,
    analyse,
    markers_with_pairs,
)
from iren_core.analyses.recovery.reference import Range

__all__ = [
    "BEYOND_LIMITS", "BEYOND_LIMIT_LABELS", "CHANGES", "CHANGE_LABELS", "DECEASED", "DECEASED_LABELS", "TESTS",
    "TEST_LABELS", "VIEWS", "Range", "Result", "Settings", "analyse", "card", "markers_with_pairs",
]  # fmt: skip
