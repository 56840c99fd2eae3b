"""Which of the key questions a file cannot answer, and which of its columns might."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from iren_core.intake.codings import means
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, is_missing, plain

#: A column of more different values is no category.
_MOST_CATEGORIES = 8
#: More codes than these a treatment arm or an outcome hardly has.
_MOST_CODES = 4
_MOST_NAMED = 4


@dataclass(frozen=True)
class KeyField:
    """What a key question needs.

    fields : the fields that answer it; every one of a group, and any group
    lacking : what cannot be answered without, as a sentence
    header : words by which a header speaks of it
    """

    field: str
    fields: tuple[tuple[str, ...], ...]
    lacking: str
    header: re.Pattern[str]


KEY_FIELDS = (
    KeyField(
        "arm",
        (("arm",),),
        "No column gives the treatment arm: nothing can be compared between the treatments.",
        re.compile(r"组|治疗|方案|疗法|用药|\barms?\b|group|treat|regimen|therap|cohort|protocol"),
    ),
    KeyField(
        "outcome",
        (("outcome",),),
        "No column gives the outcome: deaths cannot be counted, nor set against those that SCORTEN predicts.",
        re.compile(
            r"结局|结果|转归|预后|死|亡|存活|生存|outcome|status|death|dead|died|alive|surviv|vital|result"
        ),
    ),
    KeyField(
        "reepithelization_days",
        (("reepithelization_days",), ("date_healing", "date_steroid_start"), ("date_healing", "date_onset")),
        "No column gives the days to re-epithelization, or its date and that of the first steroid dose: curves of "
        "healing cannot be drawn.",
        re.compile(r"愈|上皮|heal|epith|recover|resol|skin"),
    ),
)


def unanswered(
    table: RawTable, matches: Sequence[ColumnMatch], frame: pd.DataFrame, personal: Iterable[str] = ()
) -> tuple[str, ...]:
    """A sentence for each key question that nothing in the cohort answers, with the columns that could.

    Parameters
    ----------
    frame : the cohort to be; a field without a value answers nothing
    personal : columns of which nothing is said
    """
    return tuple(
        _sentence(key, matches, _candidates(key, table, matches, {*personal}))
        for key in KEY_FIELDS
        if not any(all(_known(frame, name) for name in group) for group in key.fields)
    )


def _known(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and bool(frame[name].notna().any())


def _sentence(key: KeyField, matches: Sequence[ColumnMatch], candidates: list[str]) -> str:
    own = next((match.column for match in matches if match.used and match.field == key.field), None)
    if own is not None:
        what = key.lacking.partition(": ")[2]
        return f"“{own}” holds no value that can be used yet: {what}"
    shown = " or ".join(f"“{column}”" for column in candidates[:_MOST_NAMED])
    return f"{key.lacking} {f'{shown} could be it.' if shown else 'No unused column looks like it.'}"


def _few_values(key: KeyField, table: RawTable, unused: list[tuple[int, ColumnMatch]]) -> list[str]:
    """Unused columns of few different values, which may be codes of a category."""
    if key.field not in ("arm", "outcome"):
        return []
    return [
        match.column
        for place, match in unused
        if 1 < len(_words(table.distinct(place).values)) <= _MOST_CODES
    ]


def _candidates(
    key: KeyField, table: RawTable, matches: Sequence[ColumnMatch], personal: set[str]
) -> list[str]:
    """Unused columns whose header or values speak of the field, a suggestion of the names first; else of few values."""
    unused = [
        (place, match)
        for place, match in enumerate(matches)
        if not match.used and match.column not in personal
    ]
    named = [
        match.column
        for place, match in sorted(unused, key=lambda each: each[1].field != key.field)
        if match.field == key.field
        or key.header.search(plain(match.column))
        or _speaks_of(key.field, table.distinct(place).values)
    ]
    return named or _few_values(key, table, unused)


def _words(cells: Sequence[Any]) -> set[str]:
    return (
        {plain(as_text(cell)) for cell in cells if not is_missing(cell)}
        if len(cells) <= 2 * _MOST_CATEGORIES
        else set()
    )


def _speaks_of(field: str, cells: Sequence[Any]) -> bool:
    """Whether most of the few values of a column are known categories of the field."""
    words = _words(cells)
    if not 0 < len(words) <= _MOST_CATEGORIES:
        return False
    return sum(means(field, word) for word in words) > len(words) / 2
