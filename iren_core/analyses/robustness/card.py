"""The robustness card: does the healing answer hold?"""

from __future__ import annotations

from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.robustness import picture, tables, words
from iren_core.analyses.robustness.models import Settings, analyse
from iren_core.card import Card
from iren_core.cohort import Cohort

TABLES = (tables.models, tables.severity, tables.by_day)


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """The healing contrast crude, stratified, adjusted and without each patient.

    Raises
    ------
    FieldMissing
        when the cohort has no healing day, or lacks the field to group by.
    NotEstimable
        when the selection does not hold exactly two groups.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key="robustness",
        title="Does the healing answer hold?",
        finding=words.finding(result),
        figure=picture.draw(result, line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tuple(make(result) for make in TABLES),
        notes=words.notes(result),
        warning=words.warning(),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "robustness", settings),
        origin=origin(cohort, "robustness", settings),
        tests=tests,
    )
