"""The patients behind a card: the fields that its question reads, one row a patient, without a name or a number."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.adverse_events.events import EVENTS
from iren_core.analyses.baseline import TABLE_1
from iren_core.analyses.healing.times import CENSORED, healing_times
from iren_core.analyses.robustness.models import SEVERITY
from iren_core.analyses.scorten_items import ITEMS
from iren_core.analyses.steroids import MEASURES
from iren_core.card import Card, Table
from iren_core.cohort import Cohort

_HEALING = ("diagnosis", "outcome", "healed", "reepithelization_days", "death_day", "followup_days")
_MARKER = {marker.key: (marker.acute, marker.recovery) for marker in schema.MARKERS}


def rows_behind(card: Card, cohort: Cohort) -> Table | None:
    """The selected patients with the fields that the card is made of, by their row in the reader's file.

    ``None`` for the published study, which reads every field, and for a card that no question made. Patients' names and
    numbers stay behind.
    """
    if card.origin is None or card.origin.question not in _FIELDS:
        return None
    settings = card.origin.settings
    named = _FIELDS[card.origin.question](settings, cohort)
    group = schema.base_field(getattr(settings, "group", None) or "arm")
    names = [name for name in dict.fromkeys((group, *named)) if name in cohort.frame and _may_leave(name)]
    values = cohort.frame[names].copy()
    if card.origin.question in ("healing", "robustness"):
        times = healing_times(cohort)
        values["day_counted"] = times.days
        values["end_counted"] = [
            None if np.isnan(day) else "censored" if end == CENSORED else str(end)
            for day, end in zip(times.days, times.end, strict=True)
        ]
    for name in names:
        limits = cohort.limits[(cohort.limits["field"] == name) & cohort.limits["row"].isin(values.index)]
        if len(limits):  # the cell itself is empty
            given = limits["sign"] + limits["bound"].map("{:.10g}".format)
            values[f"{name}_limit"] = pd.Series(given.to_numpy(), limits["row"]).reindex(values.index)
    values.insert(0, "row_in_file", cohort.frame.index)
    return Table(
        "rows",
        "The patients behind it",
        values.astype(str),
        values.reset_index(drop=True),
        note=f"{len(values)} patients: {cohort.selection}. An empty cell is a missing value; a column that ends "
        "in _limit holds those known only to lie beyond an assay's limit.",
    )


def _may_leave(name: str) -> bool:
    return schema.field(name).kind in ("number", "integer", "flag", "category")


def _correlates(settings: Any, _: Cohort) -> tuple[str, ...]:
    return ("outcome", settings.against, *settings.variables)


def _prognosis(settings: Any, cohort: Cohort) -> tuple[str, ...]:
    result = import_module("iren_core.analyses.prognosis").analyse(cohort, settings)
    return ("outcome", *(one.factor.name for one in result.tested), *_MARKER[settings.marker])


def _recovery(settings: Any, _: Cohort) -> tuple[str, ...]:
    every = settings.view == "all markers"
    return (*(name for key in (_MARKER if every else [settings.marker]) for name in _MARKER[key]), "outcome")


_FIELDS: dict[str, Any] = {
    "adverse_events": lambda settings, _: (
        *EVENTS,
        "infection_onset_day",
        "outcome",
        "death_day",
        "followup_days",
    ),
    "baseline": lambda settings, _: ("diagnosis", *(settings.fields or TABLE_1)),
    "correlates": _correlates,
    "healing": lambda settings, _: _HEALING,
    "mortality": lambda settings, _: (
        "diagnosis",
        "scorten",
        *(field for item in ITEMS for field in (item.measured, item.flag)),
        "outcome",
        "death_day",
        "followup_days",
    ),
    "prognosis": _prognosis,
    "recovery": _recovery,
    "robustness": lambda settings, _: (*_HEALING, *SEVERITY),
    "steroids": lambda settings, _: (*MEASURES[settings.measure].fields, "diagnosis", "outcome"),
}
