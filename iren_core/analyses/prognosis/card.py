"""The prognosis card: the deceased against the healed, one factor at a time."""

from __future__ import annotations

from iren_core.analyses.prognosis import picture, tables, words
from iren_core.analyses.prognosis.factors import Settings, analyse
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.card import Card
from iren_core.cohort import Cohort


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """What went with death.

    Raises
    ------
    FieldMissing
        when the cohort has no outcome, none of the factors, or not the marker.
    NotEstimable
        when nobody died, or nobody healed.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key="prognosis",
        title="What went with death",
        finding=words.finding(result),
        figure=picture.draw(result, line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tables.of(result),
        notes=words.notes(result),
        warning=words.warning(),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "prognosis", settings),
        origin=origin(cohort, "prognosis", settings),
        tests=tests,
    )
