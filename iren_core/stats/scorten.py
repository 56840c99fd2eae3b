"""SCORTEN: the score from its seven items, and the mortality that the original paper observed at each score.

ABCD-10 is left out: its points and risks could not be confirmed against the original paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from iren_core.errors import NotEstimable
from iren_core.stats.proportions import Interval
from iren_core.stats.samples import Floats, numbers

CUT_OFFS = {
    "age_years": 40,
    "heart_rate_bpm": 120,
    "detachment_percent": 10,
    "urea_mmol_l": 10,
    "glucose_mmol_l": 14,
    "bicarbonate_mmol_l": 20,
}
EDGE_ITEMS = ("age_years", "heart_rate_bpm", "detachment_percent")
"""Items whose cut-off itself scores in some sources (at least 40 years) and not in others (above 40 years)."""

OBSERVED_MORTALITY = (
    ("0 to 1", 0.032, Interval(0.001, 0.167)),
    ("2", 0.121, Interval(0.054, 0.225)),
    ("3", 0.353, Interval(0.198, 0.535)),
    ("4", 0.583, Interval(0.366, 0.779)),
    ("5 or more", 0.900, Interval(0.555, 0.998)),
)
"""Points, mortality observed in the original paper, and its 95% interval."""


@dataclass(frozen=True, eq=False)
class Scorten:
    """The score of each patient, as far as the items are known.

    score : points, NaN when an item is missing
    low, high : least and most points that the missing items leave possible; equal to ``score`` when none is missing
    n_missing_items : number of missing items, 0 to 7
    on_edge : whether age, heart rate or detachment sits exactly on its cut-off, where sources differ
    """

    score: Floats
    low: Floats
    high: Floats
    n_missing_items: Floats
    on_edge: np.ndarray


def scorten_score(
    *,
    age_years: Iterable[object],
    malignancy: Iterable[object],
    heart_rate_bpm: Iterable[object],
    detachment_percent: Iterable[object],
    urea_mmol_l: Iterable[object],
    glucose_mmol_l: Iterable[object],
    bicarbonate_mmol_l: Iterable[object],
    edge: str = ">=",
) -> Scorten:
    """Score SCORTEN from its seven items, one point each.

    Age 40 years, heart rate 120 per minute and detached skin 10% of the body surface: above, or at least, as ``edge``
    says. Malignancy present. Serum urea above 10 mmol/L, glucose above 14 mmol/L, bicarbonate below 20 mmol/L. A
    missing item is never taken as no point: it leaves a range.

    Parameters
    ----------
    age_years, heart_rate_bpm, detachment_percent, urea_mmol_l, glucose_mmol_l, bicarbonate_mmol_l : numbers, one per
        patient, at first presentation; missing allowed
    malignancy : 1 or true for present, 0 or false for absent, or missing
    edge : ">=" (at least 40 years, 120 per minute, 10%) or ">" (above)

    Raises
    ------
    NotEstimable
        when the columns differ in length, malignancy is not 0 or 1, or ``edge`` is neither.

    References
    ----------
    1. Bastuji-Garin S, et al. SCORTEN: a severity-of-illness score for toxic epidermal necrolysis.
       J Invest Dermatol 2000;115:149-153.

    Examples
    --------
    >>> known = dict(age_years=[40], malignancy=[1], heart_rate_bpm=[130], detachment_percent=[35])
    >>> blood = dict(urea_mmol_l=[None], glucose_mmol_l=[6], bicarbonate_mmol_l=[19])
    >>> result = scorten_score(**known, **blood)
    >>> result.score.item(), result.low.item(), result.high.item(), result.on_edge.item()
    (nan, 5.0, 6.0, True)
    """
    given = {
        "age_years": age_years,
        "malignancy": malignancy,
        "heart_rate_bpm": heart_rate_bpm,
        "detachment_percent": detachment_percent,
        "urea_mmol_l": urea_mmol_l,
        "glucose_mmol_l": glucose_mmol_l,
        "bicarbonate_mmol_l": bicarbonate_mmol_l,
    }
    items = {name: numbers(column, name) for name, column in given.items()}
    _check(items)
    on_edge = np.logical_or.reduce([items[name] == CUT_OFFS[name] for name in EDGE_ITEMS])
    return add_up(item_points(items, edge=edge), on_edge)


def item_points(items: Mapping[str, Floats], *, edge: str = ">=") -> dict[str, Floats]:
    """The point that each item gives to each patient: 1, 0, or NaN where the item is missing.

    Parameters
    ----------
    items : values by the names in ``CUT_OFFS``, and "malignancy" (1, 0); only those given are scored
    edge : ">=" or ">", as for ``scorten_score``

    Raises
    ------
    NotEstimable
        when ``edge`` is neither.

    Examples
    --------
    >>> points = item_points({"age_years": np.array([40.0, 39.0, np.nan])}, edge=">=")
    >>> points["age_years"].tolist()
    [1.0, 0.0, nan]
    """
    if edge not in (">=", ">"):
        raise NotEstimable(
            f"The rule {edge!r} at the cut-offs was asked for.", "There are two.", "Choose >= or >."
        )
    return {name: np.where(np.isnan(item), np.nan, _points(name, item, edge)) for name, item in items.items()}


def add_up(points: Mapping[str, Floats], on_edge: np.ndarray) -> Scorten:
    """The score from the points of its seven items; a missing one leaves a range."""
    every = np.array(list(points.values()))
    missing = np.isnan(every)
    low = np.where(missing, 0.0, every).sum(axis=0)
    n_missing: Floats = missing.sum(axis=0).astype(float)
    return Scorten(np.where(n_missing == 0, low, np.nan), low, low + n_missing, n_missing, on_edge)


def _points(name: str, item: Floats, edge: str) -> Floats:
    if name == "malignancy":
        return item
    cut_off = CUT_OFFS[name]
    if name == "bicarbonate_mmol_l":
        scored = item < cut_off
    elif name in EDGE_ITEMS and edge == ">=":
        scored = item >= cut_off
    else:
        scored = item > cut_off
    return scored.astype(float)


def _check(items: dict[str, Floats]) -> None:
    lengths = {len(item) for item in items.values()}
    if len(lengths) > 1:
        raise NotEstimable(
            "The seven items of SCORTEN need one entry a patient.",
            f"They have between {min(lengths)} and {max(lengths)} entries.",
            "Take all columns from the same table.",
        )
    known = items["malignancy"][~np.isnan(items["malignancy"])]
    if not np.isin(known, (0, 1)).all():
        raise NotEstimable(
            "Malignancy is 1 (present) or 0 (absent).", "Another number was found.", "Correct that column."
        )
