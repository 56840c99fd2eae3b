"""Whether a number can be right, by the limits of its field."""

from __future__ import annotations

from typing import Any

import numpy as np

from iren_core import schema
from iren_core.intake.units import fitting_units, unit_words

#: Numbers by which many files say that there is no value.
_MISSING_CODES = frozenset({999.0, 9999.0, 99999.0, -9.0, -99.0, -999.0})

_CODE = " If it stands for a missing value, leave the cell empty."


def impossible(field: schema.Field, values: np.ndarray) -> np.ndarray:
    """Which values cannot be right, lying beyond the field's limits."""
    low, high = (np.nan if bound is None else bound for bound in (field.hard_min, field.hard_max))
    return (values < low) | (values > high)


def beyond_limits(field: schema.Field, value: float) -> str:
    """ "impossible", "unusual" or "": where a value lies against the field's limits."""
    for low, high, word in (
        (field.hard_min, field.hard_max, "impossible"),
        (field.warn_min, field.warn_max, "unusual"),
    ):
        if (low is not None and value < low) or (high is not None and value > high):
            return word
    return ""


def keep(known: schema.Field, value: float, say: Any) -> bool:
    """Whether a value can be right; says what is wrong with it or unusual about it."""
    if known.kind == "integer" and not value.is_integer():
        say(f"{known.label} is a whole number. The value was left out.", "Correct it.")
        return False
    word = beyond_limits(known, value)
    if word == "impossible":
        bounds = f"{known.hard_min:g} to {known.hard_max:g} {known.unit}".strip()
        fitting = [unit_words(unit) for unit in fitting_units(known, value)]
        hint = (
            f" If the column is in {' or '.join(fitting)}, name that unit in its header." if fitting else ""
        )
        say(
            f"{known.label} lies outside {bounds}. The value was left out.",
            f"Look it up and correct it.{hint}{_CODE if value in _MISSING_CODES else ''}",
        )
        return False
    if word != "unusual" and value in _MISSING_CODES:
        say(
            f"{value:g} is often written for a missing value. It was kept.",
            "Leave the cell empty if it is one.",
            "note",
        )
    if word == "unusual":
        low, high = known.warn_min, known.warn_max
        say(
            f"{known.label} of {value:g} {known.unit}".rstrip()
            + f" is unusual (mostly {low:g} to {high:g}). It was kept.",
            "Look it up.",
            "warning",
        )
    return True
