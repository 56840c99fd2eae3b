"""All files of a bundle, made part by part so that whoever waits can see how far it is, and one archive of them."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from io import StringIO

import pandas as pd

from iren_core._version import __version__
from iren_core.bundle import r_data
from iren_core.bundle.python_script import python_script
from iren_core.bundle.recipe import File, Recipe
from iren_core.bundle.rows import rows_behind
from iren_core.card import Card, Table
from iren_core.cohort import Cohort
from iren_core.errors import CohortError
from iren_core.export.archive import packed
from iren_core.export.images import NoBrowser
from iren_core.export.images import files as pictures
from iren_core.export.powerpoint import deck
from iren_core.export.word import Language, document
from iren_core.export.workbook import csv, workbook

#: Called with what is being made, how many parts are done and how many there are.
Progress = Callable[[str, int, int], None]
Slides = Callable[[Sequence[Card]], bytes]

_READ_ME = """irEN cohort explorer {version}: what is in this folder

report.docx          the report: methods, results, tables and figures, checklist
slides.pptx          one slide a card, with charts that can be edited
workbook.xlsx        every card as shown, every table unrounded, the patients behind each card; start at "Contents"
tables/              every table as CSV, numbered like the cards
figures/             every picture as PNG (300 and 600 dpi), SVG and PDF, for two columns of a journal (174 mm)
queries.csv          values of the spreadsheet that cannot be right or deserve a look
mapping.csv          what each column of the spreadsheet was taken for
settings.json        what makes all of this again from the same spreadsheet (no patient's value is in it)
scripts/reproduce.py Python: the same cards and tables, with iren_core
scripts/reproduce.R  R: the survival, group and paired comparisons from scripts/data, set beside the numbers here

To make the folder again:
    python -m iren_core replay settings.json {filename} --out folder
Or drop settings.json on the page "Slides and report".

The workbook, tables/ and scripts/data hold single patients' values, and tables of patients name them as the spreadsheet
does. Do not pass them on as if they were results.
"""


@dataclass(frozen=True, eq=False)
class Part:
    """Some files of a bundle. ``make`` gives them by name, or raises the sentence that says why there are none."""

    words: str
    make: Callable[[], Mapping[str, bytes]]


@dataclass(frozen=True, eq=False)
class Bundle:
    """The files by name, and a sentence for everything that could not be made."""

    files: dict[str, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def parts(
    cards: Sequence[Card],
    cohorts: Sequence[Cohort],
    language: Language = "English",
    slides: Slides = deck,
) -> tuple[Part, ...]:
    """Everything that these cards leave as.

    Parameters
    ----------
    cards : in their order
    cohorts : the whole cohorts from which they were selected, in any order; a card whose cohort is not among them lacks
        its patients and its part of the R script
    language : of the report
    slides : makes the slides of the cards
    """
    selected = [_selected(card, cohorts) for card in cards]
    return (
        Part("the settings", lambda: {"settings.json": Recipe.of(cards, language).to_json()}),
        Part("the query list and the mapping", lambda: _about_the_file(cards, cohorts)),
        Part("the tables", lambda: _tables(cards)),
        Part("the workbook", lambda: {"workbook.xlsx": workbook_of(cards, cohorts)}),
        Part("the scripts", lambda: _scripts(cards, selected)),
        Part("the slides", lambda: {"slides.pptx": slides(cards)}),
        Part("the report", lambda: {"report.docx": document(cards, language=language)}),
        *(
            Part(f"figure {number} of {len(cards)}", partial(_figures, card, name))
            for number, (name, card) in enumerate(zip(names(cards), cards, strict=True), start=1)
        ),
    )


def bundle(
    cards: Sequence[Card],
    cohorts: Sequence[Cohort],
    *,
    language: Language = "English",
    slides: Slides = deck,
    progress: Progress = lambda words, done, total: None,
) -> Bundle:
    """Make every part; what cannot be made is said in the README of the bundle.

    Raises
    ------
    CohortError
        when there is no card.
    """
    if not cards:
        raise CohortError(
            "All files were asked for.", "There is no answer to put in them.", "Add a card to the deck first."
        )
    made = Bundle()
    every = parts(cards, cohorts, language, slides)
    for done, part in enumerate(every):
        progress(part.words, done, len(every))
        try:
            made.files.update(part.make())
        except NoBrowser as error:
            if str(error) not in made.remarks:
                made.remarks.append(str(error))
    progress("", len(every), len(every))
    made.files["README.txt"] = _read_me(cards, made.remarks)
    return made


def workbook_of(cards: Sequence[Card], cohorts: Sequence[Cohort]) -> bytes:
    """The workbook with the patients behind each card; ``cohorts`` as for ``parts``."""
    rows = []
    for card in cards:
        cohort = _selected(card, cohorts)
        rows.append(None if cohort is None else rows_behind(card, cohort))
    return workbook(cards, rows)


def archive(made: Bundle) -> bytes:
    """The files as one zip; the same files give the same bytes."""
    return packed(made.files)


def names(cards: Sequence[Card]) -> list[str]:
    """The name of each card's files: its place and its key."""
    return [f"{number:02}_{card.key}" for number, card in enumerate(cards, start=1)]


def _selected(card: Card, cohorts: Sequence[Cohort]) -> Cohort | None:
    if card.origin is None:
        return None
    file = File.of(card.origin.source)
    whole = next((cohort for cohort in cohorts if File.of(cohort.source) == file), None)
    return None if whole is None else whole.select(card.origin.selection)


def _tables(cards: Sequence[Card]) -> dict[str, bytes]:
    return {
        f"tables/{name}_{table.key}.csv": csv(table, card.provenance)
        for name, card in zip(names(cards), cards, strict=True)
        for table in card.tables
    }


def _figures(card: Card, name: str) -> dict[str, bytes]:
    return {f"figures/{file}": data for file, data in pictures(card.figure, name).items()}


def _about_the_file(cards: Sequence[Card], cohorts: Sequence[Cohort]) -> dict[str, bytes]:
    """Query list and mapping of each file that a card came from, numbered where there are several."""
    used = [cohort for file in Recipe.of(cards).files for cohort in cohorts if File.of(cohort.source) == file]
    made = {}
    for number, cohort in enumerate(used, start=1):
        ending = "" if len(used) == 1 else f"_{number}"
        made[f"queries{ending}.csv"] = _plain(cohort.problems)
        made[f"mapping{ending}.csv"] = _plain(_mapping(cohort))
    return made


def _mapping(cohort: Cohort) -> pd.DataFrame:
    """What each column was taken for, and what the reader said that codes mean."""
    codings = {
        name: "; ".join(f"{code} = {word}" for code, word in pairs) for name, pairs in cohort.source.codings
    }
    rows = [
        {
            "column": match.column,
            "field": match.field if match.used else "",
            "how": match.how,
            "unit": match.unit,
            "codes": codings.get(match.field or "", ""),
            "note": match.note,
        }
        for match in cohort.source.columns
    ]
    return pd.DataFrame(rows)


def _scripts(cards: Sequence[Card], selected: Sequence[Cohort | None]) -> dict[str, bytes]:
    found = [
        (name, card, cohort)
        for name, card, cohort in zip(names(cards), cards, selected, strict=True)
        if cohort is not None
    ]
    if not found:
        return {}
    tables = r_data.tables([(name, card) for name, card, _ in found], [cohort for _, _, cohort in found])
    return {
        "scripts/reproduce.py": python_script(cards, __version__).encode(),
        "scripts/reproduce.R": files("iren_core.bundle").joinpath("reproduce.R").read_bytes(),
        **{f"scripts/data/{name}.csv": _for_r(table) for name, table in tables.items()},
    }


def _plain(frame: pd.DataFrame) -> bytes:
    return csv(Table("", "", frame, frame), "")


def _for_r(frame: pd.DataFrame) -> bytes:
    """Without a byte order mark: R takes it for a part of the first name wherever it does not run in UTF-8."""
    return _plain(frame).removeprefix(BOM_UTF8)


def _read_me(cards: Sequence[Card], remarks: Sequence[str]) -> bytes:
    recipe = Recipe.of(cards)
    filename = " ".join(dict.fromkeys(file.in_command for file in recipe.files)) or "cohort.xlsx"
    text = StringIO(_READ_ME.format(version=__version__, filename=filename))
    text.seek(0, 2)
    text.write("\nCards\n")
    for name, card in zip(names(cards), cards, strict=True):
        text.write(f"{name}: {card.title}\n    {card.finding}\n    {card.provenance}\n")
    if remarks:
        text.write("\nWhat is not here, and why\n")
        text.writelines(f"{remark}\n" for remark in remarks)
    return text.getvalue().encode("utf-8-sig")
