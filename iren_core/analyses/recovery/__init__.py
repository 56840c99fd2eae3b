"""Do the markers recover? Each patient's acute value beside the same patient's recovery value, arm by arm."""

from iren_core.analyses.recovery.card import card
from iren_core.analyses.recovery.pairs import (
    CHANGE_LABELS,
    CHANGES,
    TEST_LABELS,
    TESTS,
    VIEWS,
    Result,
    Settings,
    analyse,
    markers_with_pairs,
)

__all__ = [
    "CHANGES", "CHANGE_LABELS", "TESTS", "TEST_LABELS", "VIEWS", "Result", "Settings", "analyse", "card",
    "markers_with_pairs",
]  # fmt: skip
