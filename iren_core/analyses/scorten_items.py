"""SCORTEN from its seven items, patient by patient, beside the score that the file holds. Nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np

from iren_core.cohort import Cohort
from iren_core.errors import FieldMissing
from iren_core.stats.samples import Floats
from iren_core.stats.scorten import CUT_OFFS, EDGE_ITEMS, Scorten, add_up, item_points

Edge = Literal[">=", ">"]
EDGES: tuple[Edge, ...] = get_args(Edge)
ScoreRule = Literal["as in the file", "recomputed", "file, else recomputed"]
SCORE_RULES: tuple[ScoreRule, ...] = get_args(ScoreRule)

#: What a column of malignancies holds for a patient without one ("none" is read as a missing value).
_NO_MALIGNANCY = frozenset({"no", "0", "absent", "无", "否", "没有"})


class Item(NamedTuple):
    """One item: its name in ``stats.scorten``, the yes/no field, the measured field, and its heading."""

    name: str
    flag: str
    measured: str
    heading: str


ITEMS = (
    Item("age_years", "scorten_age", "age_years", "Age"),
    Item("malignancy", "scorten_malignancy", "malignancy_type", "Malignancy"),
    Item("heart_rate_bpm", "scorten_hr", "heart_rate", "Heart rate"),
    Item("detachment_percent", "scorten_bsa", "detachment_bsa_pct", "Detachment"),
    Item("urea_mmol_l", "scorten_bun", "urea_mmol_l", "Urea"),
    Item("glucose_mmol_l", "scorten_glucose", "glucose_mmol_l", "Glucose"),
    Item("bicarbonate_mmol_l", "scorten_hco3", "bicarbonate_mmol_l", "Bicarbonate"),
)


@dataclass(frozen=True, eq=False)
class Scores:
    """Two scores for each of n patients, in the order of the cohort.

    edge : the rule at the cut-offs of age, heart rate and detachment
    points : item name -> 1, 0, or NaN where neither a measurement nor a yes/no is recorded; each of shape (n,)
    disagree : item name -> whether the recorded yes/no contradicts the measurement; shape (n,)
    on_edge : name of age, heart rate and detachment -> whether it is measured exactly on its cut-off; shape (n,)
    items : the score from the items, with the range that missing ones leave
    in_file : the score of the file, NaN where it has none
    """

    edge: Edge
    points: dict[str, Floats]
    disagree: dict[str, np.ndarray]
    on_edge: dict[str, np.ndarray]
    items: Scorten
    in_file: Floats

    @property
    def mismatched(self) -> np.ndarray:
        """Patients whose score in the file cannot come from their items."""
        outside = (self.in_file < self.items.low) | (self.in_file > self.items.high)
        return np.asarray(outside & ~np.isnan(self.in_file))

    def used(self, rule: ScoreRule) -> Floats:
        """The score that counts under the rule; NaN where it cannot be had."""
        if rule == "as in the file":
            return self.in_file
        if rule == "recomputed":
            return self.items.score
        return np.where(np.isnan(self.in_file), self.items.score, self.in_file)

    def bounds(self, rule: ScoreRule) -> tuple[Floats, Floats]:
        """The lowest and the highest score possible; both are the score itself where it is known."""
        used = self.used(rule)
        unknown = np.isnan(used)
        return np.where(unknown, self.items.low, used), np.where(unknown, self.items.high, used)


def score_items(cohort: Cohort, edge: Edge) -> Scores:
    """The items of every patient: from the measurement where there is one, else from the recorded yes/no.

    Only the measurement can follow the rule at the cut-off; a yes or no was decided by whoever filled the file.
    """
    measured = {item.name: _measured(cohort, item) for item in ITEMS}
    recorded = {item.name: cohort.numbers(item.flag) for item in ITEMS}
    ours = item_points(measured, edge=edge)
    points = {name: np.where(np.isnan(point), recorded[name], point) for name, point in ours.items()}
    disagree = {name: np.abs(ours[name] - recorded[name]) == 1 for name in ours}
    on_edge = {name: measured[name] == CUT_OFFS[name] for name in EDGE_ITEMS}
    items = add_up(points, np.logical_or.reduce(list(on_edge.values())))
    return Scores(edge, points, disagree, on_edge, items, cohort.numbers("scorten"))


def require_score(cohort: Cohort, rule: ScoreRule) -> None:
    """Nothing, where the rule can find a score.

    Raises
    ------
    FieldMissing
        when the cohort holds neither the score nor the items that the rule asks for.
    """
    has_items = any(cohort.has(field) for item in ITEMS for field in (item.flag, item.measured))
    if rule == "as in the file" and not cohort.has("scorten") and has_items:
        raise FieldMissing(
            "This needs the field “SCORTEN”.",
            "This cohort has no value of it, but some of its seven items.",
            "Match a column to it on the page Load data, or choose the recomputed score.",
        )
    if rule == "as in the file" or (rule == "file, else recomputed" and not has_items):
        cohort.column("scorten")
    elif not has_items:
        raise FieldMissing(
            "SCORTEN was to be recomputed from its seven items.",
            "This cohort holds none of them.",
            "Match columns to them on the page Load data, or take SCORTEN as in the file.",
        )


def _measured(cohort: Cohort, item: Item) -> Floats:
    if item.name != "malignancy":
        return cohort.numbers(item.measured)
    if item.measured not in cohort.frame:
        return np.full(len(cohort), np.nan)
    words = cohort.frame[item.measured].astype(object)
    known = words.notna().to_numpy()
    absent = words.astype(str).str.strip().str.lower().isin(_NO_MALIGNANCY).to_numpy()
    points: Floats = np.where(known, np.where(absent, 0.0, 1.0), np.nan)
    return points
