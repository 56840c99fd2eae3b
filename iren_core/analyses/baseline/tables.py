"""The tables of the baseline card: one of all patients, one of each diagnosis."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.analyses.baseline.characteristics import Part, Result, Row, Settings
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.stats.describe import Description
from iren_core.wording import UNKNOWN, mean_sd, median_quartiles, name_and_statistic, number, p_value, percent

#: Below these standard deviations a summary takes two decimals, and one.
_FINE, _COARSE = 0.2, 5.0
_ADJUSTED = {"holm": "p (Holm)", "bh": "p (Benjamini-Hochberg)"}


def every_part(result: Result) -> tuple[Table, ...]:
    """All patients in sight, the diagnoses folded away."""
    return tuple(_table(part, result.settings, behind=part is not result.whole) for part in result.parts)


def _table(part: Part, settings: Settings, *, behind: bool) -> Table:
    heads = (
        f"{'All' if not behind else part.title} (n = {part.n})",
        *(f"{label} (n = {size})" for label, size in zip(part.labels, part.sizes, strict=True)),
    )
    group = schema.field(settings.group).label.lower()
    return Table(
        f"baseline_{part.title.lower().replace(' ', '_').replace('/', '_')}" if behind else "baseline",
        f"{part.title} by {group}",
        pd.DataFrame([line for row in part.rows for line in _shown(row, heads, settings)]),
        pd.DataFrame([line for row in part.rows for line in _values(row, part)]),
        note=(
            "Mean ± standard deviation, median (25th, 75th percentiles) or number (% of those with a value). "
            "Difference: standardised, without sign. Higher in: of two groups the one with the higher mean, or the "
            "larger "
            "share of yes or of the level named. Missing: patients without a value, in all and then in each group."
        ),
        behind=behind,
    )


def _shown(row: Row, heads: tuple[str, ...], settings: Settings) -> list[dict[str, str]]:
    """One line for a number or a yes/no field, else a line with the test and one more for each level."""
    if row.numbers:
        cells = [_number(one, row.by_ranks, _digits(row)) for one in row.numbers]
        return [_line(row.field.label_with_unit, heads, cells) | _tail(row, settings)]
    totals = row.counts.sum(axis=0)
    levels = [[_share(int(k), int(n)) for k, n in zip(counts, totals, strict=True)] for counts in row.counts]
    if row.field.kind == "flag":
        return [_line(row.field.label, heads, levels[1]) | _tail(row, settings)]
    head = _line(row.field.label, heads, [""] * len(heads)) | _tail(row, settings)
    empty = dict.fromkeys(_tail(row, settings), "")
    return [
        head,
        *(
            _line(f"\N{EN DASH} {label}", heads, cells) | empty
            for label, cells in zip(row.levels, levels, strict=True)
        ),
    ]


def _line(label: str, heads: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    return {"Characteristic": label, **dict(zip(heads, cells, strict=True))}


def _tail(row: Row, settings: Settings) -> dict[str, str]:
    comparison = row.comparison
    untested = isinstance(comparison, CohortError)
    cells = {
        "Difference": number(row.difference, 2),
        "Higher in": _higher(row),
        "Test": comparison.found if isinstance(comparison, CohortError) else name_and_statistic(comparison),
        "p": UNKNOWN if untested else _bare(row.p_value),
        "Missing": ", ".join(map(str, row.n_missing)) if any(row.n_missing) else "0",
    }
    if settings.adjust != "none":
        cells[_ADJUSTED[settings.adjust]] = UNKNOWN if untested else _bare(row.p_adjusted)
    return cells


def _higher(row: Row) -> str:
    """The group in which a row is higher; of two levels that are not yes and no, which one."""
    if not row.higher:
        return UNKNOWN
    return f"{row.higher} ({row.odds_of})" if row.odds_of and row.field.kind != "flag" else row.higher


def _bare(p: float) -> str:
    """A p-value without the letter, which stands at the head of its column."""
    return p_value(p).removeprefix("p ").removeprefix("= ")


def _digits(row: Row) -> int:
    """Decimals that suit the spread: 39.0 ± 0.6 °C, but 80 ± 8 %; medians of whole numbers have none."""
    if row.field.kind == "integer" and row.by_ranks:
        return 0
    spread = row.numbers[0].sd
    return 2 if spread < _FINE else 1 if spread < _COARSE else 0


def _number(one: Description, by_ranks: bool, digits: int) -> str:
    if one.n == 0:
        return UNKNOWN
    if by_ranks:
        return median_quartiles(one.median, one.q1, one.q3, digits)
    return mean_sd(one.mean, one.sd, digits)


def _share(k: int, n: int) -> str:
    return f"{k} ({percent(k / n)})" if n else UNKNOWN


def _values(row: Row, part: Part) -> list[dict[str, object]]:
    groups = ("All", *part.labels)
    tested = {} if isinstance(row.comparison, CohortError) else _test_values(row)
    common: dict[str, object] = {"field": row.field.name, "unit": row.field.unit}
    result: dict[str, object] = {
        "standardised_difference": row.difference,
        "higher_in": row.higher,
        **tested,
        "p_adjusted": row.p_adjusted,
    }
    if row.numbers:
        columns: dict[str, object] = {}
        for label, one, missing in zip(groups, row.numbers, row.n_missing, strict=True):
            columns |= {f"{label}: n": one.n, f"{label}: missing": missing}
            columns |= {
                f"{label}: {name}": getattr(one, name) for name in ("mean", "sd", "median", "q1", "q3")
            }
        return [common | {"level": ""} | columns | result]
    return [
        common | {"level": level} | _count_values(groups, counts, row) | result
        for level, counts in zip(row.levels, row.counts, strict=True)
    ]


def _count_values(groups: tuple[str, ...], counts: np.ndarray, row: Row) -> dict[str, object]:
    cells: dict[str, object] = {}
    totals = row.counts.sum(axis=0)
    for label, count, total, missing in zip(groups, counts, totals, row.n_missing, strict=True):
        cells |= {f"{label}: n": int(total), f"{label}: missing": missing, f"{label}: count": int(count)}
    return cells


def _test_values(row: Row) -> dict[str, object]:
    names = ("method", "statistic", "df", "effect", "estimate", "low", "high", "p_value")
    values = {name: getattr(row.comparison, name) for name in names}
    first, second = row.groups if len(row.groups) == 2 else ("", "")
    return values | {"effect_of": row.odds_of, "first_group": first, "second_group": second}
