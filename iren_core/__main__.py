"""The same cards without a screen: ``python -m iren_core cohort.xlsx --selection "diagnosis=TEN" --out folder``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
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
from iren_core.card import Card
from iren_core.cohort import Cohort
from iren_core.export.powerpoint import deck
from iren_core.export.workbook import csv, workbook
from iren_core.share_safe import share_safe

#: The two measures of exposure that the study's Figure 2 shows.
_MEASURES: tuple[steroids.MeasureKey, ...] = ("duration", "cumulative dose")


def main(arguments: list[str] | None = None) -> int:
    """Write a deck, a workbook and a CSV file per table of every card that the cohort can answer.

    Returns 0, or 1 when the file or the selection cannot be used; the sentence that says why goes to stderr.
    """
    asked = _parser().parse_args(arguments)
    try:
        cohort = read_cohort(
            asked.file.read_bytes(), asked.file.name, sheet=asked.sheet, study_numbers=asked.study_numbers
        )
        cohort = cohort.select(Selection.parse(asked.selection))
        cohort.require_patients()
    except (CohortError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    cards = _cards(cohort)
    if asked.share_safe:
        cards = [share_safe(card, cohort.frame["patient_id"]) for card in cards]
    elif len(cohort.problems):
        cohort.problems.to_csv(asked.out / "queries.csv", index=False, encoding="utf-8-sig")
    _write(cards, asked.out)
    return 0 if cards else 1


def _parser() -> argparse.ArgumentParser:
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
        "--share-safe", action="store_true", help="mask counts from 1 to 4 and name no patient; no query list"
    )
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the files")
    return parser


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


def _write(cards: list[Card], folder: Path) -> None:
    if not cards:
        return
    (folder / "cards.pptx").write_bytes(deck(cards))
    (folder / "cards.xlsx").write_bytes(workbook(cards))
    for card in cards:
        print(f"{card.title}\n{card.finding}\n{card.provenance}\n")
        for table in card.tables:
            (folder / f"{card.key}_{table.key}.csv").write_bytes(csv(table, card.provenance))


if __name__ == "__main__":
    sys.exit(main())
