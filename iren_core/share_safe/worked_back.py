"""What a masked count could be worked back from: sums, shares by a day, exact p-values, means with all their digits.

What stays, and why (cf. Hundepool et al., Statistical Disclosure Control, Wiley 2012, and the Handbook on Statistical
Disclosure Control for Outputs, Safe Data Access Professionals 2019):

- A curve and a picture of points are their steps and points. A curve is drawn where its group has at least five
  patients and it does not end at a masked count; a single step is then one of at least five patients.
- Medians, quartiles, means, ratios of rates and their tests rest on values of patients and not on a count of them. To
  find a count from them one must try sizes of groups; rounded, they fit several.
- Zero, and everybody, are shown: they are findings that nobody is singled out by. What they say of each patient of the
  group is said.
- Counts of two cards made with different filters can be set against each other; the switch cannot see other cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from iren_core.card import Table
from iren_core.share_safe.counts import HIDDEN, LARGE, LEAST, Sizes, is_small, lacking_few
from iren_core.share_safe.tables import (
    EVENTS,
    OF_GROUP_OF,
    P_VALUES,
    TOKENS,
    TOTALS,
    is_size_of_group,
    kind_of,
    last_of,
    prefix_of,
    rests_on_counts,
    whole_of,
)
from iren_core.wording import p_value

_PLACES = ("panel", "variable", "marker", "field", "event", "counted_from", "rule")
_GROUPS = ("group", "label")
_EVERYBODY = "All patients"
_P_SHOWN = re.compile(r"(?:Exact |Adjusted )?p(?:, .*)?")
_P_BESIDE = re.compile(r"\bp = (0\.\d+)\b")
#: An exact test between groups one of which is small: "(<5 v ≥5 patients) p = 0.054".
_P_OF_FEW = re.compile(r"<5(?: v ≥5)* patients\) (p = 0\.\d+)|(?:≥5 v )+<5 patients\) (p = 0\.\d+)")
#: How near to a whole number a share of patients must come.
_OF_A_COUNT = 1e-6
_SIGNIFICANT = 3
_LEVEL = 0.05


def tight_rows(table: Table) -> dict[int, str]:
    """What one column of a row counts where it lacks few of the patients that another counts; see ``tight_sizes``."""
    counted = table.values[
        [
            name
            for name in table.values.columns
            if kind_of(str(name)) == "count" and last_of(str(name)) != "count"
        ]
    ]
    numbers = counted.apply(pd.to_numeric, errors="coerce")
    wholes = [name for name in numbers.columns if last_of(str(name)) in TOTALS]
    return {
        int(part): lacking_few(int(whole))[int(part)]
        for name in wholes
        for other in numbers.columns
        if prefix_of(str(other)) == prefix_of(str(name))
        for whole, part in zip(numbers[name], numbers[other], strict=True)
        if part >= LEAST and is_small(whole - part)
    }


def tight_columns(table: Table) -> dict[int, str]:
    """Of how many of a group something is known, where few of it lack it: "7 of 43" under "alone (n = 47)"."""
    found: dict[int, str] = {}
    for place, name in enumerate(map(str, table.shown.columns)):
        group = OF_GROUP_OF.search(name)
        if group is None or int(group[1]) < LEAST:
            continue
        few = lacking_few(int(group[1]))
        known = (re.match(r"\d+ of (\d+)\b", str(text)) for text in table.shown.iloc[:, place])
        found |= {n: few[n] for one in known if one and (n := int(one[1])) in few}
    return found


def tight_sums(table: Table, sizes: Sizes) -> dict[int, str]:
    """Sizes of groups that add up to a masked number: 12 and 17 tell that of 32 patients 3 are left out."""
    values = table.values.rename(columns=lambda name: str(name).casefold())
    side_by_side = values[[name for name in values.columns if is_size_of_group(name)]]
    if not values.columns.has_duplicates and side_by_side.shape[1] > 1:
        rows = side_by_side.apply(pd.to_numeric, errors="coerce")
        return {n: said for _, row in rows.iterrows() for n, said in _parts(row.dropna(), sizes).items()}
    group = next((name for name in _GROUPS if name in values), None)
    if group is None or values.columns.has_duplicates:
        return {}
    places = [name for name in _PLACES if name in values]
    values = values[values[group] != "All"]
    parted = [one for _, one in values.groupby(places, sort=False, dropna=False)] if places else [values]
    found: dict[int, str] = {}
    for name in values.columns:
        if kind_of(name) != "count" or last_of(name) in EVENTS:
            continue
        for rows in parted:
            numbers = pd.to_numeric(rows[name], errors="coerce").dropna()
            found |= _parts(numbers, sizes)
        if places[:1] == ["panel"]:
            numbers = pd.to_numeric(values[name], errors="coerce")
            found |= _parts(
                numbers.groupby(values["panel"], sort=False).sum().drop(_EVERYBODY, errors="ignore"), sizes
            )
    return found


def _parts(numbers: pd.Series, sizes: Sizes) -> dict[int, str]:
    """The numbers, where their sum is one that is masked."""
    if len(numbers) < 2 or int(numbers.sum()) not in sizes:
        return {}
    return {int(n): LARGE for n in numbers if n >= LEAST}


def without_small_shares(table: Table, sizes: Sizes) -> tuple[Table, set[str]]:
    """The table without the numbers of rows in which a share is that of 1 to 4 patients, of all but so few, or of a
    number of patients that is masked: 65% of 14 to 17 is 11 of 17.

    Returns the numbers taken out as well, by which they could be known elsewhere.
    """
    gone = small_shares(table.values, sizes)
    if not gone.any() or len(table.shown) != len(table.values):
        return table, set()
    shown, values = table.shown.astype(str), table.values.copy()
    for place, name in enumerate(map(str, values.columns)):
        rests = kind_of(name) == "number" or P_VALUES.fullmatch(last_of(name))
        if rests and pd.api.types.is_numeric_dtype(values.iloc[:, place]):
            values.isetitem(place, values.iloc[:, place].astype(object).mask(gone, None))
    hidden = pd.DataFrame(
        {
            place: [
                is_gone and place > 0 and rests_on_counts(text, str(name))
                for text, is_gone in zip(column, gone, strict=True)
            ]
            for place, (name, column) in enumerate(shown.items())
        }
    ).to_numpy(bool)
    tokens = {token for text in shown.to_numpy()[hidden] for token in TOKENS.findall(text)}
    return replace(table, shown=shown.mask(hidden, HIDDEN), values=values), tokens


def small_shares(values: pd.DataFrame, sizes: Sizes) -> np.ndarray:
    """Boolean, one a row: a share, or a mean of yes and no, is that of few patients, of all but few, or of so many
    that their number is masked.
    """
    gone = np.zeros(len(values), dtype=bool)
    for name in map(str, values.columns):
        whole = whole_of(name)
        if whole is not None and whole in values and not values.columns.has_duplicates:
            share, n = (pd.to_numeric(values[one], errors="coerce").to_numpy(float) for one in (name, whole))
            counted = (share >= 0) & (share <= 1)
            if (
                "mean" in name
            ):  # of yes and no; a mean of values of patients is a whole number of them by chance only
                counted &= np.abs(share * n - np.round(share * n)) < _OF_A_COUNT
            few = np.minimum(share * n, n - share * n)
            parted = (few > _OF_A_COUNT) & ((few < LEAST - _OF_A_COUNT) | np.isin(n, list(sizes)))
            gone |= counted & (parted | ((n > 0) & (n < LEAST)))
    return gone


# ---- p-values ----------------------------------------------------------------------------------------


def p_values_of(values: pd.DataFrame, rows: np.ndarray) -> set[str]:
    """The p-values of these rows as they are written: an exact test of known sizes has one p for each count."""
    return {
        written
        for name in values.columns
        if P_VALUES.fullmatch(last_of(str(name)))
        for p in pd.to_numeric(values.loc[rows, name], errors="coerce").dropna()
        if (written := p_value(float(p))).startswith("p = ")
    }


def p_values_beside(texts: Iterable[str]) -> set[str]:
    """The p-values that masked sentences give beside the sizes of small groups."""
    return {p for text in texts for found in _P_OF_FEW.findall(text) for p in found if p}


def coarse(text: str, ps: set[str]) -> str:
    """The text with these p-values as the side of 0.05 on which they lie.

    >>> coarse("infection p = 0.703 and fever p = 0.041, age p = 0.5", {"p = 0.703", "p = 0.041"})
    'infection p ≥ 0.05 and fever p < 0.05, age p = 0.5'
    """
    return _P_BESIDE.sub(lambda found: f"p {_side(found[1])}" if found[0] in ps else found[0], text)


def without_p_values(table: Table, ps: set[str]) -> Table:
    """The table with these p-values coarse where they are shown, and not at all among its numbers."""
    shown, values = table.shown.copy(), table.values.copy()
    for place, name in enumerate(map(str, shown.columns)):
        bare = bool(_P_SHOWN.fullmatch(name))
        shown.isetitem(place, [_cell(str(text), ps, bare=bare) for text in shown.iloc[:, place]])
    for place, name in enumerate(map(str, values.columns)):
        if P_VALUES.fullmatch(last_of(name)):
            values.isetitem(
                place, [None if _is_one(p, ps) else p for p in values.iloc[:, place].astype(object)]
            )
        elif values.iloc[:, place].dtype == object:
            texts = values.iloc[:, place].tolist()
            values.isetitem(place, pd.Series([_text(one, ps) for one in texts], values.index, object))
    return replace(table, shown=shown, values=values, note=coarse(table.note, ps))


def _side(p: str) -> str:
    return "< 0.05" if float(p) < _LEVEL else "≥ 0.05"


def _cell(text: str, ps: set[str], *, bare: bool) -> str:
    return _side(text) if bare and f"p = {text}" in ps else coarse(text, ps)


def _is_one(p: object, ps: set[str]) -> bool:
    return isinstance(p, float) and 0 <= p <= 1 and p_value(p) in ps


def _text(one: object, ps: set[str]) -> object:
    return coarse(one, ps) if isinstance(one, str) else one


# ---- digits ------------------------------------------------------------------------------------------


def rounded(table: Table) -> Table:
    """The table with three digits a number: a mean of days with all its digits is a fraction that tells its n.

    What patients themselves may have, whole numbers and halves, stays as it is.
    """
    values = table.values.copy()
    for place, name in enumerate(map(str, values.columns)):
        if kind_of(name) == "number" or P_VALUES.fullmatch(last_of(name)):
            column = values.iloc[:, place]
            values.isetitem(place, pd.Series(list(_rounded(column)), values.index, column.dtype))
    return replace(table, values=values)


def _rounded(column: pd.Series) -> Iterator[object]:
    for one in column.tolist():
        exact = not isinstance(one, float) or not np.isfinite(one) or (2 * one) % 1 == 0
        yield one if exact else float(f"{one:.{_SIGNIFICANT}g}")
