"""What the R script of a bundle computes: the data of every comparison, and the numbers that it must find.

Survival, group and paired comparisons are handed over, one "item" each; R needs nothing but the package survival. The
tables name no patient: they hold groups, days, values and counts only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from iren_core.analyses.healing.times import healing_times
from iren_core.analyses.robustness.models import SCORTEN_CUT
from iren_core.analyses.subgroups import group_of, subgroups
from iren_core.card import Card
from iren_core.cohort import Cohort
from iren_core.errors import CohortError
from iren_core.stats import KaplanMeier, RestrictedMean, SurvivalTest
from iren_core.stats.counts import CountComparison
from iren_core.stats.groups import GroupComparison
from iren_core.stats.hazard import HazardRatio
from iren_core.stats.paired import PairedComparison

#: The tables of the R script and what is in their columns.
COLUMNS: dict[str, tuple[str, ...]] = {
    "groups": ("card", "item", "test", "group", "value"),
    "counts": ("card", "item", "test", "group", "level", "patients"),
    "pairs": ("card", "item", "test", "before", "after"),
    "survival": (
        "card",
        "item",
        "model",
        "interval",
        "horizon",
        "group",
        "day",
        "end",
        "stratum",
        "covariate",
    ),
    "expected": ("card", "item", "what", "value"),
}
#: Simulated with a seed of our own: no other program finds the same digits.
_SIMULATED = "simulated"


@dataclass(frozen=True, eq=False)
class Item:
    """One comparison: the table it goes to, its rows, and what R must find."""

    name: str
    table: str
    rows: pd.DataFrame
    expected: dict[str, float]


def tables(numbered: Sequence[tuple[str, Card]], cohorts: Sequence[Cohort]) -> dict[str, pd.DataFrame]:
    """The tables of the R script, by name; empty where no card has a comparison of the kind.

    Parameters
    ----------
    numbered : each card under the name by which the script calls it
    cohorts : the selected patients of each card, in the same order
    """
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    for (name, card), cohort in zip(numbered, cohorts, strict=True):
        for item in items(card, cohort):
            found[item.table].append(item.rows.assign(card=name, item=item.name))
            expected = pd.DataFrame({"what": list(item.expected), "value": list(item.expected.values())})
            found["expected"].append(expected.assign(card=name, item=item.name))
    return {
        name: pd.concat(frames, ignore_index=True)[list(COLUMNS[name])]
        if frames
        else pd.DataFrame(columns=list(COLUMNS[name]))
        for name, frames in found.items()
    }


def items(card: Card, cohort: Cohort) -> list[Item]:
    """The comparisons of a card that R can repeat; none for a question without any."""
    if card.origin is None or card.origin.question not in _ITEMS:
        return []
    result = import_module(f"iren_core.analyses.{card.origin.question}").analyse(cohort, card.origin.settings)
    return [item for item in _ITEMS[card.origin.question](result, cohort) if item is not None]


# ---- kinds of comparison -------------------------------------------------------------------------------


def _groups(name: str, found: GroupComparison | CohortError, samples: dict[str, np.ndarray]) -> Item | None:
    if isinstance(found, CohortError):
        return None
    rows = pd.concat(
        pd.DataFrame({"group": label, "value": values[~np.isnan(values)]})
        for label, values in samples.items()
    )
    expected = {"p": found.p_value}
    if len(found.labels) == 2:
        expected |= {"difference": found.estimate}
        if found.effect == "difference in means":
            expected |= {"difference, lower limit": found.low, "difference, upper limit": found.high}
    return Item(name, "groups", rows.assign(test=found.method), expected)


def _counts(
    name: str, found: CountComparison | CohortError, table: np.ndarray, levels: Sequence[str], labels: Any
) -> Item | None:
    if isinstance(found, CohortError) or _SIMULATED in found.method:
        return None
    rows = [
        {"level": level, "group": label, "patients": int(n), "test": found.method}
        for level, counts in zip(levels, table, strict=True)
        for label, n in zip(labels, counts, strict=True)
    ]
    return Item(name, "counts", pd.DataFrame(rows), {"p": found.p_value})


def _pairs(name: str, found: PairedComparison | CohortError, before: Any, after: Any) -> Item | None:
    if isinstance(found, CohortError):
        return None
    rows = pd.DataFrame({"before": before, "after": after, "test": found.method})
    return Item(name, "pairs", rows, {"p": found.p_value, "change": found.estimate})


# ---- questions ---------------------------------------------------------------------------------------


def _by_group(cohort: Cohort, group: str, values: np.ndarray) -> dict[str, np.ndarray]:
    if not cohort.has(group):
        return {}
    groups = group_of(cohort, group)
    return {label: values[groups == label] for label in groups.categories}


def _steroids(result: Any, _: Cohort) -> Iterator[Item | None]:
    for panel in result.panels:
        yield _groups(panel.title, panel.comparison, {group.label: group.values for group in panel.groups})


def _baseline(result: Any, cohort: Cohort) -> Iterator[Item | None]:
    by = result.settings.group
    parts = subgroups(cohort, "diagnosis" if by != "diagnosis" else None)
    for part, subgroup in zip(result.parts, parts, strict=True):
        for row in part.rows:
            name = f"{part.title}: {row.field.label}"
            if row.levels:
                yield _counts(name, row.comparison, row.counts[:, 1:], row.levels, part.labels)
            else:
                values = subgroup.cohort.numbers(row.field.name)
                yield _groups(name, row.comparison, _by_group(subgroup.cohort, by, values))


def _adverse_events(result: Any, cohort: Cohort) -> Iterator[Item | None]:
    for event in result.events:
        known = [group for group in event.groups if group.n]
        table = np.array([[group.events for group in known], [group.n - group.events for group in known]])
        yield _counts(event.label, event.comparison, table, ("yes", "no"), [group.label for group in known])
    days = _by_group(cohort, result.settings.group, cohort.numbers("infection_onset_day"))
    yield _groups("Day of infection", result.onset.comparison, days)


def _mortality(result: Any, _: Cohort) -> Iterator[Item | None]:
    for panel in result.panels:
        labels = [group.label for group in panel.groups]
        yield _counts(f"{panel.title}: deaths", panel.counts, panel.table.T, ("died", "lived"), labels)


def _recovery(result: Any, _: Cohort) -> Iterator[Item | None]:
    for one in result.shown:
        named = f"{one.marker.short}: " if len(result.shown) > 1 else ""
        for group in one.groups:
            changes = result.changes(group)
            percent = result.settings.change == "percent"
            ends = (np.zeros_like(changes), changes) if percent else (group.acute, group.recovery)
            yield _pairs(f"{named}{group.label}", group.comparison, *ends)
        changed = {group.label: result.changes(group) for group in one.groups}
        yield _groups(f"{named}change between groups", one.between, changed)


def _healing(result: Any, cohort: Cohort) -> Iterator[Item | None]:
    settings = result.settings
    for part, panel in zip(subgroups(cohort, settings.panels), result.panels, strict=True):
        if not hasattr(panel, "curves"):
            continue
        rows = _follow_up(part.cohort, settings.group, settings.deaths)
        rows = rows.assign(model="curves", interval=settings.interval)
        if isinstance(panel.difference, RestrictedMean):
            rows = rows.assign(horizon=panel.difference.horizon)
        yield Item(panel.title, "survival", _filled(rows), _expected_of_curves(panel))


def _expected_of_curves(panel: Any) -> dict[str, float]:
    expected: dict[str, float] = {}
    if isinstance(panel.curves, KaplanMeier):
        for group in panel.groups:
            days = {"half healed, day": group.median, "lower limit": group.low, "upper limit": group.high}
            expected |= {f"{what}, {group.label}": day for what, day in days.items()}
    if isinstance(panel.test, SurvivalTest):
        name = "Gray chi-squared" if "Gray" in panel.test.method else "log-rank chi-squared"
        expected |= {name: panel.test.statistic, name.replace("chi-squared", "p"): panel.test.p_value}
    if isinstance(panel.difference, RestrictedMean):
        for label, mean, error in zip(
            panel.difference.labels, panel.difference.means, panel.difference.std_errors, strict=True
        ):
            expected |= {f"mean days, {label}": mean, f"standard error of mean days, {label}": error}
    return expected


def _follow_up(cohort: Cohort, group: str, rule: str) -> pd.DataFrame:
    """Day, end and group of the patients whom the rule keeps, group after group."""
    times, groups = healing_times(cohort), group_of(cohort, group)
    kept = ~np.isnan(times.days) & ~groups.isna() & (times.healed if rule == "healed only" else True)
    end = np.where(
        times.healed, "healed", np.where(times.died & (rule == "competing event"), "died", "censored")
    )
    rows = pd.DataFrame({"group": groups, "day": times.days, "end": end})
    for name in ("diagnosis", "scorten"):
        rows[name] = cohort.frame[name].to_numpy() if name in cohort.frame else np.nan
    return rows[kept].sort_values("group", kind="stable").astype({"group": str})


def _filled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        **{name: "" for name in ("interval", "horizon", "stratum", "covariate") if name not in rows}
    )


def _robustness(result: Any, cohort: Cohort) -> Iterator[Item | None]:
    # a death that competes is censored here, which gives the cause-specific rate
    rule = "censored at death" if result.settings.deaths == "competing event" else result.settings.deaths
    rows = _follow_up(cohort, result.settings.group, rule).assign(model="Cox")
    for model in result.models:
        if not isinstance(model.ratio, HazardRatio):
            continue
        ratio = model.ratio
        expected = {
            "hazard ratio": ratio.ratios[0],
            "lower limit": ratio.lows[0],
            "upper limit": ratio.highs[0],
        }
        if isinstance(model.test, SurvivalTest):
            expected |= {"log-rank chi-squared": model.test.statistic, "log-rank p": model.test.p_value}
        yield Item(model.name, "survival", _filled(_modelled(rows, model.name)), expected)


def _modelled(rows: pd.DataFrame, model: str) -> pd.DataFrame:
    if model == "Within diagnoses":
        return rows.dropna(subset=["diagnosis"]).assign(stratum=lambda kept: kept["diagnosis"].astype(str))
    if model.startswith("Within SCORTEN"):
        kept = rows.dropna(subset=["scorten"])
        return kept.assign(stratum=np.where(kept["scorten"] >= SCORTEN_CUT, "high", "low"))
    if model == "Adjusted for SCORTEN":
        return rows.dropna(subset=["scorten"]).assign(covariate=lambda kept: kept["scorten"])
    return rows


_ITEMS: dict[str, Callable[[Any, Cohort], Iterator[Item | None]]] = {
    "adverse_events": _adverse_events,
    "baseline": _baseline,
    "healing": _healing,
    "mortality": _mortality,
    "recovery": _recovery,
    "robustness": _robustness,
    "steroids": _steroids,
}
