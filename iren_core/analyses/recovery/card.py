"""The recovery card: pairs of one marker, the change by group, and who lacks a value and why."""

from __future__ import annotations

from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.recovery import picture, tables, words
from iren_core.analyses.recovery.pairs import Settings, analyse
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort

TABLES = (tables.changes, tables.between, tables.ledger, tables.incomplete, tables.every_marker, tables.pairs)


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Acute against recovery values of one marker.

    Raises
    ------
    FieldMissing
        when the marker is unknown, or the cohort lacks one of its phases or the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key=f"recovery_{result.marker.key}",
        title=f"{result.marker.label}: acute to recovery",
        finding=words.finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tuple(make(result) for make in TABLES),
        notes=words.notes(result),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "recovery", settings),
        origin=origin(cohort, "recovery", settings),
        tests=tests,
    )
