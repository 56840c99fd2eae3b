"""The recovery card: pairs of one marker, the change by group, and who lacks a value and why."""

from __future__ import annotations

from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.recovery import all_markers, limit_table, picture, tables, words
from iren_core.analyses.recovery.pairs import Settings, analyse
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort

TABLES = {
    "one marker": (
        tables.changes,
        tables.between,
        tables.ledger,
        tables.incomplete,
        tables.every_marker,
        tables.pairs,
    ),
    "all markers": (tables.every_marker, tables.every_between, tables.every_ledger),
}


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Acute against recovery values of one marker, or of all of them.

    Raises
    ------
    FieldMissing
        when the marker is unknown, or the cohort lacks one of its phases or the field to group by.
    EmptySelection
        when the filters leave no patient.
    CohortError
        when a reference range holds no value, or a logarithmic axis would hide one.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    in_words = all_markers if settings.view == "all markers" else words
    tests = in_words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key=in_words.key(result),
        title=in_words.title(result),
        finding=in_words.finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=in_words.alt(result),
        caption=in_words.caption(result),
        tables=(*(make(result) for make in TABLES[settings.view]), *limit_table.limits(result)),
        notes=in_words.notes(result),
        warning=in_words.warning(),
        methods=in_words.methods(result),
        provenance=line,
        code=script(cohort, "recovery", settings),
        origin=origin(cohort, "recovery", settings),
        tests=tests,
    )
