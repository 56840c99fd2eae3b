"""The adverse event card: how many, in whom, and when."""

from __future__ import annotations

from iren_core.analyses.adverse_events import picture, tables, words
from iren_core.analyses.adverse_events.events import Settings, analyse
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort

_TITLES = {
    "each event": "Major adverse events",
    "time to first infection": "Time to first infection",
    "patient by patient": "Courses of the patients",
}


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Adverse events between groups, as the chosen view shows them.

    Raises
    ------
    FieldMissing
        when the cohort has none of the events, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key=f"adverse_events_{settings.view.replace(' ', '_')}",
        title=_TITLES[settings.view],
        finding=words.finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=(
            tables.events(result),
            tables.onset(result),
            tables.incidence(result),
            tables.courses(result),
        ),
        notes=words.notes(result),
        warning=words.warning(result),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "adverse_events", settings),
        origin=origin(cohort, "adverse_events", settings),
        tests=tests,
    )
