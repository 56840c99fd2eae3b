"""The same cards without a screen.

``python -m iren_core cohort.xlsx --selection "diagnosis=TEN" --out folder`` writes every card that a cohort can answer;
``python -m iren_core replay settings.json cohort.xlsx --out folder`` makes a bundle again from its settings.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from iren_core import CohortError, Selection, read_cohort
from iren_core.analyses import (
    adverse_events,
    baseline,
    correlates,
    healing,
    mortality,
    prognosis,
    published,
    recovery,
    robustness,
    steroids,
)
from iren_core.bundle import Recipe, bundle, replay
from iren_core.card import Card
from iren_core.cohort import Cohort
from iren_core.export.report import LANGUAGES, Language
from iren_core.intake import Classes
from iren_core.share_safe import share_safe

#: The two measures of exposure that the study's Figure 2 shows.
_MEASURES: tuple[steroids.MeasureKey, ...] = ("duration", "cumulative dose")


def main(arguments: list[str] | None = None) -> int:
    """Write a bundle: report, deck, workbook, tables, figures, scripts and settings.

    Returns 0, or 1 when the file, the selection or the settings cannot be used or give no card; the sentence that says
    why goes to stderr, and so does everything that is not as it was when the settings were made.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] == ["replay"]:
            return _replay(arguments[1:])
        return _answer(arguments)
    except (CohortError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _answer(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m iren_core", description=__doc__)
    parser.add_argument("file", type=Path, help="the cohort: CSV, Excel, SPSS, Stata, SAS, Prism or Parquet")
    parser.add_argument("--sheet", help="sheet of the workbook; by default the one that looks like patients")
    parser.add_argument("--selection", default="", help='for example "diagnosis=TEN;age_years=18..60"')
    parser.add_argument(
        "--study-numbers",
        action="store_true",
        help="call the patients 1, 2, 3 ... in place of their own numbers",
    )
    parser.add_argument(
        "--ten-from-30",
        action="store_true",
        help="30 %% of detached skin is TEN; by the definition of 1993 TEN begins above it",
    )
    parser.add_argument(
        "--overlap-is-ten", action="store_true", help="two classes: TEN from 10 %% of detached skin"
    )
    parser.add_argument(
        "--share-safe",
        action="store_true",
        help="mask counts from 1 to 4 and name no patient; no query list, scripts or rows of patients",
    )
    _add_output(parser)
    asked = parser.parse_args(arguments)
    whole = read_cohort(
        asked.file.read_bytes(),
        asked.file.name,
        sheet=asked.sheet,
        study_numbers=asked.study_numbers,
        classes=Classes(ten_from_30=asked.ten_from_30, overlap_is_ten=asked.overlap_is_ten),
    )
    cohort = whole.select(Selection.parse(asked.selection))
    cohort.require_patients()
    cards = _cards(cohort)
    if asked.share_safe:
        cards = [share_safe(card, cohort.frame["patient_id"]) for card in cards]
    return _write(cards, [] if asked.share_safe else [whole], asked.out, asked.language or LANGUAGES[0])


def _replay(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m iren_core replay", description=__doc__)
    parser.add_argument("settings", type=Path, help="the settings.json of a bundle")
    parser.add_argument(
        "files", type=Path, nargs="+", help="the cohort, as it was loaded then; every file of it"
    )
    _add_output(parser)
    asked = parser.parse_args(arguments)
    recipe = Recipe.from_json(asked.settings.read_bytes())
    first, *others = [(file.read_bytes(), file.name) for file in asked.files]
    made = replay(recipe, *first, *others)
    for remark in made.remarks:
        print(remark, file=sys.stderr)
    cohorts = [] if recipe.shared else made.cohorts
    return _write(made.cards, cohorts, asked.out, asked.language or recipe.language)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the files")
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        help=f"of the report; by default that of the settings, else {LANGUAGES[0]}",
    )


def _cards(cohort: Cohort) -> list[Card]:
    """Every card that can be made; the others say on stderr what they lack."""
    markers = recovery.markers_with_pairs(cohort)
    makers: list[Callable[[Cohort], Card]] = [
        baseline.card,
        healing.card,
        robustness.card,
        mortality.card,
        *(
            partial(adverse_events.card, settings=adverse_events.Settings(view=view))
            for view in adverse_events.VIEWS
        ),
        *(partial(steroids.card, settings=steroids.Settings(measure=one)) for one in _MEASURES),
        *(partial(recovery.card, settings=recovery.Settings(marker=marker.key)) for marker in markers),
        correlates.card,
        prognosis.card,
        published.card,
    ]
    cards = []
    for make in makers:
        try:
            cards.append(make(cohort))
        except CohortError as error:
            print(error, file=sys.stderr)
    return cards


def _write(cards: Sequence[Card], cohorts: Sequence[Cohort], folder: Path, language: Language) -> int:
    """Write every file of the bundle."""
    for card in cards:
        print(f"{card.title}\n{card.finding}\n{card.provenance}\n")
    if not cards:
        return 1
    made = bundle(cards, cohorts, language=language)
    for remark in made.remarks:
        print(remark, file=sys.stderr)
    for name, data in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
