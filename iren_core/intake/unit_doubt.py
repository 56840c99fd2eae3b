"""Which unit a column may be in whose header names none: guessed from its values, for a reader to say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from iren_core import schema
from iren_core.intake.units import Conversion, convertible_units, unit_key

#: Fewer values do not make a range.
FEWEST_VALUES = 3
#: A column is doubted when fewer than this share of its values are usual in the field's own unit ...
USUAL_IN_OWN = 0.5
#: ... and at least this share would be in another one.
USUAL_IN_OTHER = 0.8
#: Where two units overlap, the median of a column tells them apart better than its range: (lowest, highest)
#: median to be expected in the field's own unit among patients with epidermal necrolysis (judgement; a wrong
#: guess costs the reader one answer, never a value).
_USUAL_MEDIAN = {
    "crp_mg_l_acute": (10.0, 400.0),
    "crp_mg_l_recovery": (0.5, 400.0),
    "urea_mmol_l": (1.5, 15.0),
    "glucose_mmol_l": (2.5, 20.0),
    "weight_kg": (30.0, 100.0),
}
_LARGEST_SHARE = 100.0


def doubted_units(
    field: schema.Field, values: Sequence[float] | np.ndarray, header_key: str = ""
) -> list[str]:
    """The units that a column may be in, the field's own first; empty where its values raise no doubt.

    Parameters
    ----------
    values : the column's numbers as they stand
    header_key : the column's name, which tells urea from urea nitrogen

    Examples
    --------
    >>> doubted_units(schema.field("albumin_g_l"), [3.9, 4.1, 2.8])
    ['g/l', 'g/dl']
    >>> doubted_units(schema.field("cd4_cells_ul_acute"), [35.2, 28.1, 41, 39])
    ['/ul', '%']
    >>> doubted_units(schema.field("albumin_g_l"), [39, 41, 28])
    []
    """
    numbers = np.asarray(values, dtype=float)
    own = unit_key(field.unit)
    if len(numbers) < FEWEST_VALUES or not own:
        return []
    units = [
        unit for unit, rule in convertible_units(field, header_key).items() if _fits(field, numbers, rule)
    ]
    if own == "/ul" and not units and numbers.max() <= _LARGEST_SHARE:
        units = ["%"]
    if own == "%" and 0 < numbers.max() <= 1 and (numbers % 1 != 0).any():
        units = ["fraction"]
    return [own, *units] if units else []


def _fits(field: schema.Field, numbers: np.ndarray, rule: Conversion) -> bool:
    """Whether the values are usual when converted, and are not as they stand."""
    if rule.scale == 1 and not rule.shift:
        return False
    converted = numbers * rule.scale + rule.shift
    if field.name in _USUAL_MEDIAN:
        low, high = _USUAL_MEDIAN[field.name]
        return bool(not low <= np.median(numbers) <= high and low <= np.median(converted) <= high)
    return _usual(field, numbers) < USUAL_IN_OWN and _usual(field, converted) >= USUAL_IN_OTHER


def _usual(field: schema.Field, numbers: np.ndarray) -> float:
    """The share of values within the field's usual limits."""
    if field.warn_min is None or field.warn_max is None:
        return 1.0
    return float(((numbers >= field.warn_min) & (numbers <= field.warn_max)).mean())
