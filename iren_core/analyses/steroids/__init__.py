"""How much corticosteroid did the patients need? Duration and dose between groups, as in the study's Figure 2."""

from iren_core.analyses.steroids.card import card
from iren_core.analyses.steroids.equivalents import PREDNISONE_5_MG, prednisone_equivalent
from iren_core.analyses.steroids.exposure import (
    MEASURES,
    TESTS,
    Measure,
    MeasureKey,
    Result,
    Settings,
    analyse,
    measures_with_values,
)

__all__ = [
    "MEASURES",
    "PREDNISONE_5_MG",
    "TESTS",
    "Measure",
    "MeasureKey",
    "Result",
    "Settings",
    "analyse",
    "card",
    "measures_with_values",
    "prednisone_equivalent",
]
