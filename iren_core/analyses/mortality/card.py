"""The mortality card: deaths predicted and observed."""

from __future__ import annotations

from iren_core.analyses.mortality import picture, tables, words
from iren_core.analyses.mortality.deaths import Settings, analyse
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Deaths that SCORTEN predicts beside those observed.

    Raises
    ------
    FieldMissing
        when the cohort has no SCORTEN, no outcome, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key="mortality",
        title="Predicted and observed mortality",
        finding=words.finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=(tables.deaths(result), tables.study(result), tables.between_groups(result)),
        notes=words.notes(result),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "mortality", settings),
        origin=origin(cohort, "mortality", settings),
        tests=tests,
    )
