"""The correlates card: points of up to four pairs, and the ranking of all fields behind them."""

from __future__ import annotations

from iren_core.analyses.correlates import picture, tables, words
from iren_core.analyses.correlates.associations import Settings, analyse
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """One outcome against up to four variables.

    Raises
    ------
    FieldMissing
        when the cohort has no value of the outcome, or of any chosen variable, or one of them is no number.
    NotEstimable
        when the same field was chosen for both axes, or none.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    group = settings.group
    return Card(
        key="correlates",
        title=f"What goes with {words.spoken(result.against)}",
        finding=words.finding(result),
        figure=picture.draw(
            result, styles_by_label(cohort, group) if group and cohort.has(group) else {}, line
        ),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tables.of(result),
        notes=words.notes(result),
        warning=words.warning(),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "correlates", settings),
        origin=origin(cohort, "correlates", settings),
        tests=tests,
    )
