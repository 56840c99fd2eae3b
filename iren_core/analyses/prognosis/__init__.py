"""What went with death? One variable at a time: with few deaths nothing can be adjusted for anything else."""

from iren_core.analyses.prognosis.card import card
from iren_core.analyses.prognosis.factors import (
    FACTOR_SETS,
    TESTS,
    VIEWS,
    FactorSet,
    Result,
    Settings,
    Test,
    View,
    analyse,
)

__all__ = [
    "FACTOR_SETS",
    "TESTS",
    "VIEWS",
    "FactorSet",
    "Result",
    "Settings",
    "Test",
    "View",
    "analyse",
    "card",
]
