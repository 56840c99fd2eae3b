"""The card of the published study: its numbers beside the cohort's."""

from __future__ import annotations

from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.published import picture, tables, words
from iren_core.analyses.published.comparison import Settings, analyse
from iren_core.card import Card
from iren_core.cohort import Cohort

TABLES = (
    tables.by_part,
    tables.unlike,
    tables.not_computed,
    tables.study_says,
    tables.every_number,
    tables.headline,
)


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Every printed number of the study beside the cohort's own.

    Raises
    ------
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key="published",
        title="The published study beside these patients",
        finding=words.finding(result),
        figure=picture.draw(result, line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tuple(table for make in TABLES if not (table := make(result)).shown.empty),
        notes=words.notes(result),
        warning=words.warning(),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "published", settings),
        origin=origin(cohort, "published", settings),
        tests=tests,
    )
