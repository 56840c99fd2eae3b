"""The healing card: curves in panels, the answer in words, and the tables behind them."""

from __future__ import annotations

from iren_core.analyses.healing import cautions, picture, tables, words
from iren_core.analyses.healing.curves import Settings, analyse
from iren_core.analyses.provenance import origin, provenance, script
from iren_core.analyses.subgroups import styles_by_label
from iren_core.card import Card
from iren_core.cohort import Cohort
from iren_core.schema import field

TABLES = (tables.summary, tables.comparison, tables.rules, tables.at_risk, tables.steps)
WHERE_TREATMENT_WAITED = (tables.starts, tables.delays)


def card(cohort: Cohort, settings: Settings | None = None) -> Card:
    """Days to healing by group.

    Raises
    ------
    FieldMissing
        when the cohort has no healing day or no time zero, or lacks the field to group by.
    EmptySelection
        when the filters leave no patient.
    """
    settings = settings or Settings()
    result = analyse(cohort, settings)
    tests = words.tests(result)
    line = provenance(cohort, tests)
    return Card(
        key="healing",
        title=f"Healing by {field(settings.group).label.lower()}",
        finding=words.finding(result),
        figure=picture.draw(result, styles_by_label(cohort, settings.group), line),
        alt=words.alt(result),
        caption=words.caption(result),
        tables=tuple(
            make(result) for make in (*TABLES, *(WHERE_TREATMENT_WAITED if result.by_start else ()))
        ),
        notes=cautions.notes(result),
        warning=cautions.warning(settings),
        methods=words.methods(result),
        provenance=line,
        code=script(cohort, "healing", settings),
        origin=origin(cohort, "healing", settings),
        tests=tests,
    )
