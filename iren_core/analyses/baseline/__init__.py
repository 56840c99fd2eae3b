"""Who are the patients, and are the groups alike? The study's Table 1, for any field and any grouping."""

from iren_core.analyses.baseline.card import card
from iren_core.analyses.baseline.characteristics import (
    ADJUSTMENTS,
    TABLE_1,
    Result,
    Settings,
    analyse,
    describable_fields,
)
from iren_core.analyses.baseline.rule import RULES

__all__ = [
    "ADJUSTMENTS",
    "RULES",
    "TABLE_1",
    "Result",
    "Settings",
    "analyse",
    "card",
    "describable_fields",
]
