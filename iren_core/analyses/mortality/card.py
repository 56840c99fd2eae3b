"""The mortality card: deaths predicted and observed."""

from __future__ import annotations

from iren_core.analyses.mortality import notes, picture, score_tables, sensitivity, tables, words
from iren_core.analyses.mortality.deaths import analyse
from iren_core.analyses.mortality.patients import Settings
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort

TABLES = (
    tables.deaths,
    tables.study,
    tables.between_groups,
    tables.pairs,
    score_tables.by_score,
    score_tables.calibration,
    sensitivity.choices,
    sensitivity.over_prediction,
    score_tables.queries,
    score_tables.items,
)


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Deaths that SCORTEN predicts beside those observed.

    Raises
    ------
    FieldMissing
        when the cohort has no SCORTEN (or none of its items, as the settings ask), no outcome, or lacks the field to
        group by.
    EmptySelection
        when the filters leave no patient.
    NotEstimable
        when the factor of over-prediction is not between 1 and 100%.
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
        tables=tuple(make(result) for make in TABLES),
        notes=notes.notes(result),
        warning=notes.warning(),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "mortality", settings),
        origin=origin(cohort, "mortality", settings),
        tests=tests,
    )
