"""Columns of categories, yes or no, and text: one coding, one spelling."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.counted import is_
from iren_core.errors import CohortError, first_few
from iren_core.intake.checkpoint_inhibitors import drugs_named
from iren_core.intake.codings import (
    ALIVE,
    NO,
    NO_TNFI,
    NONE,
    UNNAMED_TNFI,
    Coding,
    bare_codes,
    choices,
    named_category,
    numerically,
    read_coding,
    read_in_part,
)
from iren_core.intake.convert.column import FILL, Codings, Column, Findings, Question, remarked
from iren_core.intake.table import Problem
from iren_core.intake.treatment import names_more
from iren_core.intake.values import as_text, is_missing, plain

#: An unexplained code as it is shown, and a category that is a number itself.
_CODE = "code {}"
_NUMBERED = re.compile(r"(?:code )?\d[\d\s|/;,+&]*")
#: So many further arms with so few patients each are asked about.
_MANY_RARE, _RARE = 3, 2


def categorical(field: schema.Field, values: Sequence[str | None] | np.ndarray) -> pd.Categorical:
    """Values as categories: the known ones in clinical order, then words as they appear in the file, then numbers."""
    codes, found = pd.factorize(np.asarray(values, dtype=object))
    others = [value for value in found.tolist() if value not in field.categories]
    others.sort(key=lambda value: numerically(value) if _NUMBERED.fullmatch(value) else [])
    categories = [*field.categories, *others]
    places = np.array([*map(categories.index, found.tolist()), -1])
    return pd.Categorical.from_codes(places[codes], categories=categories)


def texts_of(
    column: Column, legend: Mapping[str, str], answers: Mapping[str, str], findings: Findings
) -> np.ndarray:
    """Text as it stands, a code as the file's own label or as a reader's words; an ID may be called "NA"."""
    literal = column.field.name == "patient_id"
    texts = [
        None if not literal and is_missing(cell) else as_text(cell) or None for cell in column.cells.values
    ]
    meaning = {**legend, **_explained(column, [text for text in texts if text], legend, answers, findings)}
    return column.cells.spread(None if text is None else meaning.get(text, text) for text in texts)


def _explained(
    column: Column,
    values: Collection[str],
    legend: Mapping[str, str],
    answers: Mapping[str, str],
    findings: Findings,
) -> dict[str, str]:
    """What a reader said of the values of an open field, and the bare codes of which nobody said a word, as codes."""
    codes = bare_codes(column.field, values, {*legend, *answers})
    if codes:
        _ask_freely(column, codes, findings)
    return {text: answers[text] for text in values if text in answers} | {
        code: _CODE.format(code) for code in codes
    }


def _ask_freely(column: Column, codes: list[str], findings: Findings) -> None:
    """Ask what the codes of an open field mean; skipped, they stay codes."""
    known = column.field
    shown = first_few([f"“{code}”" for code in codes])
    kept = _CODE.format(codes[0])
    sentence = (
        f"What do the codes {shown} of the column “{column.name}” mean as {known.label.lower()}? Write it in your "
        f"own words. You may skip this: “{codes[0]}” is then shown as “{kept}”."
    )
    findings.questions.append(Question(known.name, column.name, tuple(codes), (), sentence, optional=True))
    problem = (
        f"The file does not say what {shown} mean as {known.label.lower()}; shown as “{kept}” and so on."
    )
    if len(codes) == 1:
        problem = (
            f"The file does not say what {shown} means as {known.label.lower()}; it is shown as “{kept}”."
        )
    advice = "Say so on the page Load data, or write the words into the file."
    findings.problems.append(Problem(column.header_row, column.name, shown, problem, advice, "warning"))


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
    if known.name == "arm":
        coding = _without_rare_arms(coding, counts, answers)
    meaning = {
        text: answers.get(text) or _spelling(known, category, legend.get(text, text))
        for text, category in coding.known.items()
    }
    meaning |= _explained(column, counts, legend, answers, findings)
    meaning = _one_spelling(meaning, counts, known)
    if known.name == "ici_drug":
        meaning = _one_drug(column, meaning, counts, findings)
    _say_read_in_part(column, [text for text in coding.known if text not in {*answers, *legend}], findings)
    _say_same(column, {text: answers[text] for text in counts if text in answers}, findings)
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
    if known.name == "tnfi_drug":
        findings.without_tnfi = column.cells.spread((meaning.get(text or "") == NONE for text in texts), bool)
        if any(coding.known[text] == UNNAMED_TNFI and text not in answers for text in coding.known):
            findings.assumptions.append(
                f"“{column.name}” tells whether a TNF inhibitor was given, and not which: {UNNAMED_TNFI}."
            )
    values = column.cells.spread(None if text is None else meaning.get(text) or None for text in texts)
    return values if known.name == "outcome" else categorical(known, values)


def _without_rare_arms(coding: Coding, counts: Counter[str], answers: Mapping[str, str]) -> Coding:
    """The coding with further arms left open where several have hardly a patient: those are seldom meant as arms."""
    patients: Counter[str] = Counter()
    further = {
        text: _letters(text)
        for text, arm in coding.known.items()
        if arm not in schema.CATEGORIES["arm"] and text not in answers
    }
    for text, arm in further.items():
        patients[arm] += counts[text]
    rare = {arm for arm, number in patients.items() if number <= _RARE}
    if len(rare) < _MANY_RARE:
        return coding
    asked = [text for text, arm in further.items() if arm in rare]
    known = {text: arm for text, arm in coding.known.items() if text not in asked}
    return Coding(known, (*coding.unclear, *asked), coding.wrong)


def _say_read_in_part(column: Column, texts: Collection[str], findings: Findings) -> None:
    """Say of which cells a remark was left out."""
    shown = [f"“{text}”" for text in texts if read_in_part(column.field, plain(text))]
    if shown:
        findings.assumptions.append(
            f"In “{column.name}” only the first word tells the {column.field.label.lower()}: {first_few(shown)}."
        )


def _say_same(column: Column, answered: Mapping[str, str], findings: Findings) -> None:
    """Say where a reader gave several codes one meaning, as a slip of the hand does too."""
    codes_of: dict[str, list[str]] = defaultdict(list)
    for code, category in answered.items():
        codes_of[category].append(code)
    for category, codes in codes_of.items():
        if len(codes) > 1:
            shown = " and ".join(f"“{code}”" for code in sorted(codes, key=numerically))
            label = schema.category_label(column.field.name, category) or NO_TNFI
            both = "both" if len(codes) == 2 else "all"
            problem = f"{shown} of {column.field.label} {both} mean “{label}”, as was answered."
            advice = "See whether that is meant; change the answer on the page Load data if not."
            findings.problems.append(
                Problem(column.header_row, column.name, shown, problem, advice, "warning")
            )


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


def _one_drug(
    column: Column, meaning: Mapping[str, str], counts: Counter[str], findings: Findings
) -> dict[str, str]:
    """Spellings of the same drugs, with doses or in another language, as the name that most patients have."""
    patients: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    named = {text: found for text, category in meaning.items() if (found := drugs_named(category))}
    for text, found in named.items():
        patients[found.drugs][meaning[text]] += counts[text] if found.bare else 0
    settled = dict(meaning)
    for drugs, spellings in patients.items():
        spelled, often = spellings.most_common(1)[0]
        name = spelled if often else " + ".join(drugs)
        others = [spelling for spelling in spellings if spelling != name]
        if others:
            shown = first_few([f"“{other}”" for other in others])
            findings.assumptions.append(
                f"In “{column.name}” {shown} {is_(len(others))} the same drug as “{name}”, and read so."
            )
        settled |= {text: name for text, found in named.items() if found.drugs == drugs}
    return settled


def _letters(category: str) -> str:
    return "".join(plain(category).split())


def _spelling(known: schema.Field, category: str, label: str) -> str:
    """A known category by its own name; a further one as the file spells it."""
    return category if category in (*choices(known), NONE) else label


def _ask(column: Column, values: list[str], findings: Findings) -> None:
    known = column.field
    shown = ", ".join(f"“{value}”" for value in values[:6])
    sentence = f"What do the values {shown} of the column “{column.name}” mean?"
    as_written = tuple(value for value in values if known.name == "arm" and names_more(plain(value)))
    if as_written:
        sentence += (
            " A drug beside those of an arm may make an arm of its own or not: it can be kept as written."
        )
    findings.questions.append(
        Question(known.name, column.name, tuple(values), (*choices(known), *as_written), sentence)
    )
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
        name: {
            value: answer if value == FILL else _category(schema.field(name), answer)
            for value, answer in answers.items()
        }
        for name, answers in codings.items()
    }


def _category(known: schema.Field, answer: str) -> str:
    names = {_letters(schema.category_label(known.name, category)): category for category in choices(known)}
    names |= {_letters(category): category for category in choices(known)}
    if known.name == "tnfi_drug" and (answer == NO_TNFI or plain(answer) in NO):
        return NONE
    if _letters(answer) in names:
        return names[_letters(answer)]
    if known.name in schema.OPEN_CATEGORIES:
        return named_category(known.name, answer) or answer
    if choices(known):
        raise CohortError(
            f"A value of {known.label} was given the meaning “{answer}”.",
            "That is not one of its categories.",
            f"Take one of: {', '.join(choices(known))}.",
        )
    return answer
