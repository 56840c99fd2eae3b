"""The baseline card: the groups described row by row, and how unlike they are."""

from __future__ import annotations

from iren_core.analyses.baseline import picture, tables, words
from iren_core.analyses.baseline.characteristics import Settings, analyse
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.card import Card
from iren_core.cohort import Cohort


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """The characteristics of all patients and of each group.

    Raises
    ------
    FieldMissing
        when the cohort lacks the field to group by, or every one of the rows.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key="baseline",
        title="Baseline characteristics",
        finding=words.finding(result),
        figure=picture.draw(result, line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tables.every_part(result),
        notes=words.notes(result),
        warning=words.warning(result),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "baseline", settings),
        origin=origin(cohort, "baseline", settings),
        tests=tests,
    )
