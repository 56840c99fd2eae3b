"""Tables without small counts, and without what a small count could be worked back from."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from iren_core.card import Table
from iren_core.share_safe.counts import (
    AS_IT_IS,
    HIDDEN,
    LARGE,
    LEAST,
    SMALL,
    Sizes,
    against,
    is_small,
    lacking_few,
    masked,
    part,
    parts_of_pairs,
    size,
    still_at_risk,
    tells_degrees,
)
from iren_core.wording import UNKNOWN

#: Columns of ``values`` that count people, by the last part of their name.
COUNTS = frozenset({
    "n", "count", "patients", "healed", "died_before_healing", "censored", "counted", "observed_deaths", "events",
    "infected", "pairs", "complete pairs", "died_n", "healed_n", "deaths", "here_n",
    "at_risk", "died", "survived", "n_waited",
})  # fmt: skip
#: Columns that count people of whom something is not known: masked, but the rest of the row does not rest on them.
GAPS = frozenset({
    "missing", "without_scorten", "without_outcome", "died_without_value", "died_missing", "healed_missing",
    "not known", "no scorten", "up / down", "acute in range", "recovery in range", "pairs_at_limit", "n_unknown",
    "not drawn or not recorded", "beyond the assay's limit", "last sample before death",
    "acute value 0, of which there is no percentage",
})  # fmt: skip
#: Columns that part the pairs of their row by how the value went.
TURNED = frozenset({"rise", "fall", "unchanged"})
#: Columns that part the patients of their row: one masked, the others could give it away by what is left.
PARTS = TURNED | frozenset({
    "acute_in_range", "acute_out_of_range", "recovery_in_range", "recovery_out_of_range",
})  # fmt: skip
#: Counts of whoever was asked at all: shown unless a gap beside them is masked.
TOTALS = frozenset({"n", "patients", "counted"})
#: Numbers that give no count away: the axis of a table, the test, what the study prints.
_KEPT = re.compile(
    r"day|horizon_days|row|.*p_value.*|p_adjusted|p_so_few|p_so_many|exact_p|unit|printed.*|study.*|test|method|.*_test",
)
_DAY = re.compile(r"Day \d+")
#: Counts of what befell some patients of a row: where all but few had it, the few could be counted from it.
EVENTS = frozenset({
    "count", "events", "infected", "died", "died_n", "deaths", "observed_deaths", "survived", "censored",
    "died_before_healing",
})  # fmt: skip
#: How many patients a group of a wide table has: "n_" and the group's name.
_OF_GROUP = re.compile(r"n_.+")
#: Columns of ``shown`` that say on how many patients a row rests: the row does not rest on how many others there are.
_SIZES_SHOWN = re.compile(
    r"Patients|Pairs|Complete pairs|n|n here|With a value|Day known|Healed|Waited|Groups \(pairs\)|Day \d+|No .*|"
    r"Missing|Not known"
)
#: Columns of ``values`` that say again, as numbers, what a column of ``shown`` says.
_SAID_AGAIN = {"Here": ("value", "second_value", "third_value", "low", "high")}
#: Columns of p-values; an exact test of known sizes has one p for each count.
P_VALUES = re.compile(r"(?:.*_)?p_value.*|p_adjusted|p_so_few|p_so_many|exact_p")
#: A measure of effect that is the statistic over the product of the sizes of the groups.
_OF_SIZES = "rank-biserial correlation"
#: The column of ``shown``, and of ``values``, that says in which group a share or a mean is higher.
HIGHER, HIGHER_VALUES = "Higher in", "higher_in"
#: A column of ``shown`` that names groups, each with its number of pairs in brackets.
SIZED_GROUPS = "Groups (pairs)"
_SIZE_OF_GROUP = re.compile(r"(?<=\()\d+(?=\))")
#: Columns of ``shown`` whose bare whole numbers are counts.
_SHOWN_COUNTS = re.compile(
    r"Day \d+|Patients|Pairs|Infected|Day known|Day not known|Died|Missing|Not known|No SCORTEN|Observed.*|n|n here|"
    r"With a value|Complete pairs|Deaths|Healed|Up / down|.*\(n = \d+\)|"
    r"No (?:acute value|recovery value|value in either phase): .*|Acute value 0.*",
)
#: How many patients the group of a column has, in its heading.
OF_GROUP_OF = re.compile(r"\(n = (\d+)\)")
#: A share, or a mean that is one where yes counts 1, and whose: "healed_mean" of "healed_n", "share_SJS" of "n_SJS".
_SHARE_OF = re.compile(r"(?P<before>.*_)?(?:mean|share)(?P<after>_.*)?")
#: How a part is written that is masked lest another follow from it.
_COMPLEMENT = f"{LARGE} of {LARGE}"
_LEVEL = re.compile(r"(\d+) \((\d+(?:\.\d+)?)%\)")
_ROUNDING = 0.5
_OF_VALUES = re.compile(r"\d ± |\d \(.*, .*\)|\d to \d|\d\.\d")
_TEST = re.compile(r"(?:test|log-rank|Cox|p [<=>])", re.IGNORECASE)
#: Numbers by which a masked count could be recognised elsewhere: intervals, percentages and decimals.
TOKENS = re.compile(
    r"[−-]?\d+(?:\.\d+)? to [−-]?\d+(?:\.\d+)?%?|(?<!\()[−-]?\d+(?:\.\d+)?%|[−-]?\d+\.\d+|(?<=\()\d+(?:\.\d+)?%(?! CI)"
)


#: "95% CI" is no share of 95%.
_NO_LEVEL = "(?! (?:CI|confidence|interval|band)|-)"
_ALL_BUT_FEW = re.compile(r"[≥<]\d+(?: of \D?\d+)?")
#: Tables whose rows count nearly the same patients, by key: the difference of two rows could be a small count.
OVERLAPPING = frozenset({"choices", "limits"})


def is_patient_by_patient(table: Table) -> bool:
    """Whether each row is one patient, or one patient's day: the steps of a curve are."""
    names = {str(name).casefold() for name in table.values.columns}
    return "patient" in names or {"day", "at_risk"} <= names


def mask(table: Table, sizes: Sizes = AS_IT_IS) -> tuple[Table, set[str]]:
    """The table masked, and the numbers that were taken out of it; ``sizes`` as ``masked`` takes them."""
    shown, tokens = _mask_shown(table.shown, sizes)
    changed = not shown.equals(table.shown.astype(str))
    values = _mask_values(table.values, sizes, changed=changed)
    if len(shown) == len(values) and (beside := complements(shown)).any():
        for place, name in enumerate(map(str, values.columns)):
            if kind_of(name) == "number" or P_VALUES.fullmatch(last_of(name)):
                values.isetitem(place, values.iloc[:, place].astype(object).mask(beside, None))
    for name, again in _SAID_AGAIN.items():
        if name in shown and len(shown) == len(values):
            gone = (shown[name] != table.shown[name].astype(str)).to_numpy()
            for one in (column for column in again if column in values):
                values[one] = values[one].astype(object).mask(gone, None)
    title, note = masked(table.title, sizes), masked(table.note, sizes)
    return replace(table, title=title, note=note, shown=shown, values=values), tokens


def take_out(table: Table, tokens: set[str]) -> Table:
    """The table without the numbers that rest on counts masked in another table of its card."""
    if not tokens:
        return table
    shown = table.shown.copy()
    rows: set[int] = set()
    for place in range(1, shown.shape[1]):
        column = [str(text) for text in shown.iloc[:, place]]
        gone = [holds(text, tokens) and not _TEST.search(text) for text in column]
        rows |= {row for row, is_gone in enumerate(gone) if is_gone}
        shown.isetitem(
            place, [HIDDEN if is_gone else text for text, is_gone in zip(column, gone, strict=True)]
        )
    values = table.values.copy()
    aligned = len(values) == len(shown)
    for place, name in enumerate(map(str, values.columns)):
        numbers = kind_of(name) == "number" and pd.api.types.is_numeric_dtype(values.iloc[:, place])
        if numbers and (rows or "odds_ratio" in name):
            kept = [aligned and row not in rows and "odds_ratio" not in name for row in range(len(values))]
            values.isetitem(place, values.iloc[:, place].astype(object).where(kept, None))
    return replace(table, shown=shown, values=values)


def differences_of_shares(table: Table) -> set[str]:
    """The intervals of differences of shares: with the sizes of the groups they could give a small count back."""
    if "unit" not in table.values or len(table.values) != len(table.shown):
        return set()
    rows = [row for row, unit in enumerate(table.values["unit"]) if unit == "percentage points"]
    texts = table.shown.iloc[rows].astype(str).to_numpy().ravel()
    return {token for text in texts for token in TOKENS.findall(text) if " to " in token}


def holds(text: str, tokens: set[str]) -> bool:
    """Whether one of these numbers stands in the text, as a whole."""
    if not any(token in text for token in tokens):  # most texts hold none, and this is fast
        return False
    return any(re.search(rf"(?<![\d.]){re.escape(token)}(?![\d.]*\d){_NO_LEVEL}", text) for token in tokens)


# ---- as a reader sees it -----------------------------------------------------------------------------


def _mask_shown(shown: pd.DataFrame, sizes: Sizes) -> tuple[pd.DataFrame, set[str]]:
    before = shown.astype(str)
    after = before.copy()
    after.columns = pd.Index([masked(str(name), sizes) for name in shown.columns])
    counts = [place for place, name in enumerate(shown.columns) if _SHOWN_COUNTS.fullmatch(str(name))]
    for place in range(before.shape[1]):
        bare = place in counts
        whole = OF_GROUP_OF.search(str(shown.columns[place]))
        own = {**sizes, **lacking_few(int(whole[1]))} if whole and int(whole[1]) >= LEAST else sizes
        column = [
            _level(_cell(text, own if " of " in text else sizes, bare=bare), whole)
            for text in before.iloc[:, place]
        ]
        if whole and int(whole[1]) in sizes:
            column = [_LEVEL.sub(r"\1", text) for text in column]  # a count and its share give the whole
        if before.columns[place] == SIZED_GROUPS:
            column = [_SIZE_OF_GROUP.sub(lambda one: size(int(one[0]), sizes), text) for text in column]
        after.isetitem(place, column)
    days = [place for place, name in enumerate(map(str, shown.columns)) if _DAY.fullmatch(name)]
    for row in range(len(after)) if days else ():
        for place, text in zip(days, still_at_risk([after.iat[row, place] for place in days]), strict=True):
            after.iat[row, place] = text
    tokens = _take_out_what_rests(before, after, range(len(before))) | _take_out_few(before, after)
    _complement(before, after, counts)
    return after, tokens | _take_out_what_rests(before, after, np.flatnonzero(complements(after)).tolist())


def complements(shown: pd.DataFrame) -> np.ndarray:
    """Boolean, one a row: a part is masked there lest another part of its whole follow from it."""
    return (shown.astype(str) == _COMPLEMENT).any(axis=1).to_numpy(bool)


def _take_out_few(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    """Take out means and quartiles of a column's fewer than five patients: of three they are the values themselves."""
    tokens: set[str] = set()
    for place, name in enumerate(map(str, before.columns)):
        whole = OF_GROUP_OF.search(name)
        if whole is None or not is_small(int(whole[1])):
            continue
        texts = before.iloc[:, place].tolist()
        gone = [
            before.iat[row, place] == after.iat[row, place] and bool(_OF_VALUES.search(text))
            for row, text in enumerate(texts)
        ]
        tokens |= {
            token
            for text, is_gone in zip(texts, gone, strict=True)
            if is_gone
            for token in TOKENS.findall(text)
        }
        after.isetitem(
            place,
            [HIDDEN if is_gone else text for text, is_gone in zip(after.iloc[:, place], gone, strict=True)],
        )
    return tokens


def _take_out_what_rests(before: pd.DataFrame, after: pd.DataFrame, rows: Sequence[int]) -> set[str]:
    """Take out every estimate beside a masked count of these rows; return the numbers by which it could be known."""
    names = [str(name) for name in before.columns]
    tokens: set[str] = set()
    for row in rows:
        changed = [place for place in range(len(names)) if before.iat[row, place] != after.iat[row, place]]
        counts = [place for place in changed if names[place].casefold() not in GAPS]
        if not any(_is_masked(after.iat[row, place], names[place]) for place in counts):
            continue
        for place, name in enumerate(names):
            text = before.iat[row, place]
            rests = place > 0 and place not in changed and rests_on_counts(text, name)
            if rests:
                after.iat[row, place] = HIDDEN
            if rests or place in changed:
                tokens |= set(TOKENS.findall(text))
    return tokens


def _is_masked(text: str, column: str) -> bool:
    """Whether what stands beside the cell could tell the count: of a part all but few are as telling as few."""
    all_but_few = _ALL_BUT_FEW.fullmatch(text) and not _SIZES_SHOWN.fullmatch(column)
    return SMALL in text or text.startswith("1 to ") or bool(all_but_few)


def _cell(text: str, sizes: Sizes, *, bare: bool) -> str:
    if bare and re.fullmatch(r"\d+(?: / \d+)+", text):
        return " / ".join(parts_of_pairs([int(part) for part in text.split(" / ")], sizes))
    if bare and re.fullmatch(r"\d+(?:, \d+)*", text):
        return re.sub(r"\d+", lambda one: size(int(one[0]), sizes), text)
    return masked(against(text, sizes) if bare else text, sizes)


def _level(text: str, whole: re.Match[str] | None) -> str:
    """How many of a group have a level of a category: masked where all but few have it."""
    found = _LEVEL.fullmatch(text)
    if found is None or whole is None or int(found[1]) < LEAST:
        return text
    k, n = int(found[1]), int(whole[1])
    # Of whom the level is known may be fewer than are in the group: as many as the percentage allows.
    known = [
        of
        for of in range(k + 1, min(n, k + LEAST - 1) + 1)
        if abs(100 * k / of - float(found[2])) <= _ROUNDING
    ]
    if not known:
        return text
    return (part(k, known[-1]) or text).split(" of ")[0]


def rests_on_counts(text: str, column: str) -> bool:
    """Whether a cell beside a masked count is worked out from it: an estimate, not a test, a day or a name."""
    if column == HIGHER:  # with the total and the masked parts it can leave one possibility
        return text != UNKNOWN
    if _DAY.fullmatch(column) or column in (
        "By day",
        "Day",
        "Counted to day",
        "p",
        "Exact p",
        "Adjusted p",
        "Printed",
    ):
        return False
    if _TEST.search(text) or _counted(text) is not None or text.endswith("."):
        return False
    return bool(re.fullmatch(r"[^A-Za-z]*\d[^A-Za-z]*|.*(?:CI| to |±|%|\(\d).*", text))


def _counted(text: str) -> int | None:
    found = re.match(r"(\d+)(?: of \d+| ?/ ?\d+| \(\d+(?:\.\d+)?%\)|$)", text)
    return int(found[1]) if found else None


def _complement(before: pd.DataFrame, after: pd.DataFrame, counts: Sequence[int]) -> None:
    """Mask a second count wherever a masked one alone would be what is left of a total."""
    families = [(rows, place) for place in counts for rows in _families(before)]
    totals = [place for place in counts if str(before.columns[place]).startswith(("All (", "SJS (", "TEN ("))]
    changed = True
    while changed:
        done = [_second(before, after, [(row, place) for row in rows]) for rows, place in families]
        for row in range(len(before)) if totals else ():
            done.append(_second(before, after, [(row, place) for place in counts]))
        changed = any(done)


def _families(shown: pd.DataFrame) -> list[list[int]]:
    """Rows whose counts add up to another row or to a number given elsewhere."""
    names = [str(name) for name in shown.columns]
    if "Panel" in names and "Group" in names:
        panels = shown["Panel"].replace("", np.nan).ffill().tolist()
        groups = shown["Group"].tolist()
        return [*_alike(panels), *_alike(groups)]
    if "Group" in names:
        return [list(range(len(shown)))] if shown["Group"].is_unique else []
    levels: list[list[int]] = []
    for row, name in enumerate(shown.iloc[:, 0].astype(str)):
        if not name.startswith("–"):
            levels.append([])
        elif levels:
            levels[-1].append(row)
    return [rows for rows in levels if len(rows) > 1]


def _alike(keys: list[str]) -> list[list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        rows[key].append(row)
    return [same for same in rows.values() if len(same) > 1]


def _second(before: pd.DataFrame, after: pd.DataFrame, cells: list[tuple[int, int]]) -> bool:
    """Mask the next smallest count of a family in which exactly one is masked; whether it did."""
    counted = {cell: count for cell in cells if (count := _counted(before.iat[cell])) is not None}
    hidden = [cell for cell in counted if before.iat[cell] != after.iat[cell]]
    open_ = [cell for cell in counted if cell not in hidden and counted[cell]]
    if len(hidden) != 1 or not open_:
        return False
    cell = min(open_, key=lambda one: counted[one])
    text = before.iat[cell]
    after.iat[cell] = _COMPLEMENT if re.match(r"\d+ of \d+", text) else LARGE
    return True


# ---- the numbers behind it ---------------------------------------------------------------------------


def _mask_values(values: pd.DataFrame, sizes: Sizes, *, changed: bool) -> pd.DataFrame:
    """The numbers with small counts as "<5" and what rests on them left out.

    changed : whether the table as shown hides something: then no count but a total keeps its size, and no total from
        which a masked gap could be taken
    """
    after = values.copy()
    names = [str(name) for name in values.columns]
    kinds = [
        kind
        if kind != "number"
        or names[place] == HIGHER_VALUES
        or pd.api.types.is_numeric_dtype(values.iloc[:, place])
        else "kept"
        for place, kind in enumerate(map(kind_of, names))
    ]
    small = {
        place: _small(values.iloc[:, place]) | _all_but_few(values, names[place])
        for place, kind in enumerate(kinds)
        if kind in ("count", "gap")
    }
    none = np.zeros(len(values), dtype=bool)
    with_gap = np.any([none, *(small[place] for place, kind in enumerate(kinds) if kind == "gap")], axis=0)
    parted = _parted(values, sizes)
    for place, kind in enumerate(kinds):
        if kind in ("count", "part"):
            coarse = with_gap if last_of(names[place]) in TOTALS else np.full(len(values), changed)
            coarse = parted if kind == "part" else coarse | small[place].any()
            column = values.iloc[:, place].tolist()
            after.isetitem(
                place,
                pd.Series(
                    [_coarse(one, coarser, sizes) for one, coarser in zip(column, coarse, strict=True)],
                    values.index,
                    object,
                ),
            )
        elif kind == "gap" and small[place].any():
            column = [_coarse(one, False, {}) for one in values.iloc[:, place].tolist()]
            after.isetitem(place, pd.Series(column, values.index, object))
    for place, kind in enumerate(kinds):
        if kind == "number":
            prefix = prefix_of(names[place])
            rests = [
                small[other]
                for other, kind in enumerate(kinds)
                if kind == "count" and (not prefix or prefix_of(names[other]) in ("", prefix))
            ]
            gone = np.any([none, *rests], axis=0)
            if gone.any():
                after.isetitem(place, values.iloc[:, place].astype(object).mask(gone, None))
        elif kind == "kept":
            texts = [
                masked(one, sizes) if isinstance(one, str) else one for one in values.iloc[:, place].tolist()
            ]
            after.isetitem(place, pd.Series(texts, values.index, values.iloc[:, place].dtype))
    befell = event_rows(values)
    for name in names:
        if befell.any() and P_VALUES.fullmatch(last_of(name)):
            after[name] = after[name].astype(object).mask(befell, None)
    if sizes and "effect_size" in after:
        of_sizes = (values["effect_size"] == _OF_SIZES).to_numpy()
        after["effect_size_value"] = after["effect_size_value"].astype(object).mask(of_sizes, None)
    if "df" in after:
        degrees = [None if _tells_size(one, sizes) else one for one in after["df"].tolist()]
        after["df"] = pd.Series(degrees, values.index, object)
    return after


def _parted(values: pd.DataFrame, sizes: Sizes) -> np.ndarray:
    """The rows that part their patients into few and others, or into parts whose sum is a masked number."""
    found = np.zeros(len(values), dtype=bool)
    turned = []
    for place, name in enumerate(map(str, values.columns)):
        if kind_of(name) == "part":
            found |= _small(values.iloc[:, place])
        if last_of(name) in TURNED:
            turned.append(pd.to_numeric(values.iloc[:, place], errors="coerce").to_numpy(float))
    return found | np.isin(np.sum(turned, axis=0), list(sizes)) if turned else found


def event_rows(values: pd.DataFrame) -> np.ndarray:
    """Boolean, one a row: few of a group had what the row counts, or all but few."""
    gone = np.zeros(len(values), dtype=bool)
    for name in map(str, values.columns):
        if last_of(name) in EVENTS:
            gone |= _small(values[name]) | _all_but_few(values, name)
    return gone


def _all_but_few(values: pd.DataFrame, name: str) -> np.ndarray:
    """The rows in which all but few patients of a group had what a column counts."""
    wholes = [
        one
        for one in values.columns
        if last_of(str(one)) in TOTALS and prefix_of(str(one)) == prefix_of(name)
    ]
    if last_of(name) not in EVENTS or not wholes or values.columns.duplicated().any():
        return np.zeros(len(values), dtype=bool)
    part, *whole = (pd.to_numeric(values[one], errors="coerce").to_numpy(float) for one in (name, *wholes))
    lacking = np.fmin.reduce(whole) - part
    return (lacking > 0) & (lacking < LEAST)


def _tells_size(degrees: object, sizes: Sizes) -> bool:
    """Whether the degrees of freedom of a test give a masked number of patients away."""
    numbers = degrees if isinstance(degrees, tuple) else (degrees,)
    known = [float(one) for one in numbers if isinstance(one, int | float) and not math.isnan(one)]
    return bool(known) and tells_degrees(known[-1], sizes, known[0] if len(known) > 1 else 1)


def _small(column: pd.Series) -> np.ndarray:
    return np.array([isinstance(one, int | float) and is_small(one) for one in column.tolist()], dtype=bool)


def _coarse(count: object, coarse: bool, sizes: Sizes) -> object:
    """A count as it may be shown, or several in one text; how far it exceeds four could give another away."""
    if isinstance(count, str) and re.fullmatch(r"\d+(?:, \d+)+", count):
        return re.sub(r"\d+", lambda one: size(int(one[0]), sizes), count)
    if not isinstance(count, int | float) or isinstance(count, bool) or math.isnan(count):
        return count
    if is_small(count):
        return SMALL
    lacks_few = count in sizes
    return LARGE if count >= LEAST and (coarse or lacks_few) else count


def last_of(name: str) -> str:
    """The last part of a column's name, in small letters."""
    return name.rsplit(": ", maxsplit=1)[-1].casefold()


def is_size_of_group(name: str) -> bool:
    """Whether a column of a wide table says how many patients one of its groups has."""
    return bool(_OF_GROUP.fullmatch(name)) and last_of(name) not in COUNTS | GAPS


def kind_of(name: str) -> str:
    """What a column of ``values`` holds: "count", "gap", "part", "number", or "kept" for what gives nothing away.

    >>> [kind_of(name) for name in ("SJS: events", "missing", "rise", "median", "p_value", "Day 14", "n_SJS")]
    ['count', 'gap', 'part', 'number', 'kept', 'count', 'count']
    """
    last = last_of(name)
    if last in GAPS or last in PARTS:
        return "gap" if last in GAPS else "part"
    if last in COUNTS or _DAY.fullmatch(name) or _OF_GROUP.fullmatch(last):
        return "count"
    return "kept" if _KEPT.fullmatch(last) else "number"


def whole_of(name: str) -> str | None:
    """The column that counts the patients of whom a column gives the share; ``None`` for a column that is no share.

    >>> [whole_of(name) for name in ("healed_mean", "share", "share_SJS", "median")]
    ['healed_n', 'n', 'n_SJS', None]
    """
    found = _SHARE_OF.fullmatch(name)
    return f"{found['before'] or ''}n{found['after'] or ''}" if found else None


def prefix_of(name: str) -> str:
    """Whom a column is about, where its name begins with that."""
    return name.rsplit(": ", maxsplit=1)[0] if ": " in name else ""
