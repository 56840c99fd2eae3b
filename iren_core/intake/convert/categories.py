"""Columns of categories, yes or no, and text: one coding, one spelling."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake.codings import ALIVE, NO, NONE, choices, read_coding
from iren_core.intake.convert.column import Codings, Column, Findings, Question, remarked
from iren_core.intake.table import Problem
from iren_core.intake.values import as_text, is_missing, plain


def categorical(field: schema.Field, values: Sequence[str | None] | np.ndarray) -> pd.Categorical:
    """Values as categories: the known ones in clinical order, then others as they appear in the file."""
    codes, found = pd.factorize(np.asarray(values, dtype=object))
    categories = [*field.categories, *(value for value in found.tolist() if value not in field.categories)]
    places = np.array([*map(categories.index, found.tolist()), -1])
    return pd.Categorical.from_codes(places[codes], categories=categories)


def texts_of(column: Column, legend: Mapping[str, str]) -> np.ndarray:
    """Text as it stands, a code as the file's own label; an ID may be called "NA"."""
    literal = column.field.name == "patient_id"
    texts = (
        None if not literal and is_missing(cell) else as_text(cell) or None for cell in column.cells.values
    )
    return column.cells.spread(None if text is None else legend.get(text, text) for text in texts)


def categories_of(
    column: Column, legend: Mapping[str, str], answers: Mapping[str, str], findings: Findings
) -> Any:
    """The categories of a column; of a flag whether it is a yes, and of an outcome what the file says.

    legend : value -> what the file says that it means
    answers : value -> what the reader says that it means
    """
    known = column.field
    texts = [coded_text(cell, known) for cell in column.cells.values]
    often = np.bincount(column.cells.codes, minlength=len(texts)).tolist()
    counts: Counter[str] = Counter()
    for text, number in zip(texts, often, strict=True):
        if text is not None:
            counts[text] += number
    coding = read_coding(known, column.header, counts, legend, answers)
    meaning = {
        text: answers.get(text) or _spelling(known, category, legend.get(text, text))
        for text, category in coding.known.items()
    }
    meaning = _one_spelling(meaning, counts, known)
    if coding.unclear:
        _ask(column, [text for text, _ in counts.most_common() if text in coding.unclear], findings)
    for row, code in remarked(column, [text in coding.wrong for text in texts]):
        text = texts[code] or ""
        problem = f"“{text}” is no known value of {known.label}. It was left out."
        advice = f"Write one of: {', '.join(choices(known))}."
        findings.problems.append(Problem(row, column.name, text, problem, advice))
    if known.kind == "flag":
        flags = [None if text is None or text not in meaning else meaning[text] == "yes" for text in texts]
        yes, unknown = (
            column.cells.spread(each, bool)
            for each in ([bool(flag) for flag in flags], [flag is None for flag in flags])
        )
        return pd.arrays.BooleanArray(yes, unknown)
    values = column.cells.spread(None if text is None else meaning.get(text) or None for text in texts)
    return values if known.name == "outcome" else categorical(known, values)


def coded_text(cell: Any, known: schema.Field) -> str | None:
    """The text of a cell, ``None`` when it is missing; in a flag "none" is a no like "-", not a gap."""
    says_no = known.kind == "flag" or known.name == "tnfi_drug"
    if says_no and isinstance(cell, str) and plain(cell) in NO:
        return as_text(cell)
    return None if is_missing(cell) or cell == "-" else as_text(cell)


def _one_spelling(meaning: Mapping[str, str], counts: Counter[str], known: schema.Field) -> dict[str, str]:
    """Further categories that differ only in case, width or blanks are one, spelled as most patients have it."""
    patients: dict[str, Counter[str]] = defaultdict(Counter)
    for text, category in meaning.items():
        patients[_letters(category)][category] += counts[text]
    spelled = {key: spellings.most_common(1)[0][0] for key, spellings in patients.items()}
    spelled |= {_letters(category): category for category in choices(known)}
    return {text: spelled[_letters(category)] for text, category in meaning.items()}


def _letters(category: str) -> str:
    return "".join(plain(category).split())


def _spelling(known: schema.Field, category: str, label: str) -> str:
    """A known category by its own name; a further one as the file spells it."""
    return category if category in (*choices(known), NONE) else label


def _ask(column: Column, values: list[str], findings: Findings) -> None:
    known = column.field
    shown = ", ".join(f"“{value}”" for value in values[:6])
    sentence = f"What do the values {shown} of the column “{column.name}” mean?"
    findings.questions.append(Question(known.name, column.name, tuple(values), choices(known), sentence))
    problem = f"The file does not say what {shown} mean as {known.label.lower()}; these values were left out."
    if len(values) == 1:
        problem = f"The file does not say what {shown} means as {known.label.lower()}; it was left out."
    advice = "Say so on the page Load data, or write it into the header, as in “Sex (0=female, 1=male)”."
    findings.problems.append(Problem(column.header_row, column.name, shown, problem, advice))


def settle_alive(converted: Mapping[str, Any], findings: Findings) -> pd.Categorical:
    """A patient who lived healed if there is a day of healing or a word of it, otherwise not."""
    outcome = list(converted["outcome"])
    if ALIVE in outcome:
        healed = np.zeros(len(outcome), dtype=bool)
        for name in ("reepithelization_days", "date_healing"):
            if name in converted:
                healed |= pd.notna(converted[name])
        if "healed" in converted:
            healed |= pd.Series(converted["healed"]).fillna(False).to_numpy(dtype=bool)
        outcome = [
            ("healed" if done else "not healed") if value == ALIVE else value
            for value, done in zip(outcome, healed, strict=True)
        ]
        findings.assumptions.append(
            "A patient recorded as alive counts as healed where the file tells of it, else as not healed."
        )
    return categorical(schema.field("outcome"), outcome)


def by_category(codings: Codings) -> Codings:
    """A reader's answers with each label ("Corticosteroids alone") replaced by its category."""
    return {
        name: {value: _category(schema.field(name), answer) for value, answer in answers.items()}
        for name, answers in codings.items()
    }


def _category(known: schema.Field, answer: str) -> str:
    names = {_letters(schema.category_label(known.name, category)): category for category in choices(known)}
    names |= {_letters(category): category for category in choices(known)}
    if _letters(answer) in names:
        return names[_letters(answer)]
    if choices(known) and known.name not in schema.OPEN_CATEGORIES:
        raise CohortError(
            f"A value of {known.label} was given the meaning “{answer}”.",
            "That is not one of its categories.",
            f"Take one of: {', '.join(choices(known))}.",
        )
    return answer
