"""Spreadsheets that differ as those of wards do: how much is matched without a click, and nothing silently wrong."""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from iren_core.intake import Assembled, assemble

sys.path.insert(0, str(Path(__file__).parent))  # corpus.py and hostile.py, the makers of the files

import corpus

FILES = {file.name: file for file in corpus.files()}
#: So many fields of the corpus must be matched by their headers alone.
MATCHED_WITHOUT_A_CLICK = 0.9


@cache
def unaided(name: str) -> Assembled:
    """What intake makes of a file before the reader has clicked anything."""
    return read(FILES[name])


def read(file: corpus.File, **choices: object) -> Assembled:
    return assemble(file.data, file.filename, **choices)


def same(found: object, wanted: object) -> bool:
    if wanted is None or pd.isna(wanted):
        return bool(pd.isna(found))
    if isinstance(wanted, bool):
        return found is not pd.NA and bool(found) == wanted
    if isinstance(wanted, int | float):
        return found == pytest.approx(wanted, rel=1e-9)
    if hasattr(wanted, "year"):
        return pd.Timestamp(found) == pd.Timestamp(wanted)
    return found == wanted


def differences(result: Assembled, file: corpus.File, *, but: frozenset[str] = frozenset()) -> Iterator[str]:
    if len(result.frame) != corpus.N:
        yield f"{len(result.frame)} patients"
        return
    for name in set(file.cells) - but:
        found = result.frame[name].tolist() if name in result.frame else [None] * corpus.N
        for position, (value, wanted) in enumerate(zip(found, file.cells[name], strict=True)):
            if not same(value, wanted):
                yield f"{name} of patient {position + 1}: {value!r} instead of {wanted!r}"


def matched(result: Assembled) -> set[str]:
    return {match.field for match in result.matches if match.used and match.field}


def test_the_corpus_is_large_enough():
    assert len(FILES) >= 60


@pytest.mark.parametrize("file", FILES.values(), ids=list(FILES))
def test_a_file_gives_its_cohort_without_a_click_and_asks_where_it_must(file):
    result = unaided(file.name)
    assert matched(result) <= set(file.cells), "a column was taken for a field that it does not hold"
    assert list(differences(result, file, but=file.asked)) == []
    assert {question.field for question in result.questions} == file.asked
    for name in file.asked:
        assert result.frame[name].isna().all(), "a value was used before the reader had answered"
    given = {(limit.field, limit.row): (limit.sign, limit.bound) for limit in result.limits.itertuples()}
    rows = result.frame.index.tolist()
    assert given == {(name, rows[place]): limit for (name, place), limit in file.limits.items()}
    if file.said:
        assert file.said in " ".join(result.problems["value"])


@pytest.mark.parametrize("file", [file for file in FILES.values() if file.asked], ids=lambda file: file.name)
def test_an_answer_settles_the_question(file):
    result = read(file, codings=file.answers)
    assert result.questions == ()
    assert list(differences(result, file)) == []


def test_most_fields_are_matched_without_a_click():
    wanted = {name: set(file.cells) for name, file in FILES.items()}
    found = {name: matched(unaided(name)) for name in FILES}
    hits = sum(len(found[name] & wanted[name]) for name in FILES)
    assert hits >= MATCHED_WITHOUT_A_CLICK * sum(map(len, wanted.values()))
    assert [name for name in FILES if found[name] - wanted[name]] == []
