"""The steroid card: how long and how much corticosteroid, group by group."""

from __future__ import annotations

from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.steroids import picture, tables, words
from iren_core.analyses.steroids.exposure import Settings, analyse
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Exposure to corticosteroids between groups.

    Raises
    ------
    FieldMissing
        when the cohort lacks what the measure is made of, or the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key=f"steroids_{result.measure.key.replace(' ', '_')}",
        title=result.measure.label,
        finding=words.finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=(tables.tests(result), tables.exposure(result), tables.values(result)),
        notes=words.notes(result),
        warning=words.warning(result),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "steroids", settings),
        origin=origin(cohort, "steroids", settings),
        tests=tests,
    )
