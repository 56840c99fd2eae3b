"""What both rules for values beyond an assay's limit give, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from iren_core.analyses.recovery.limits import BEYOND_LIMIT_LABELS, OTHER_RULE, BeyondLimit
from iren_core.analyses.recovery.pairs import GroupPairs, MarkerPairs, Result
from iren_core.analyses.recovery.tables import change, change_header, with_bounds
from iren_core.card import Table
from iren_core.errors import CohortError
from iren_core.schema import Marker
from iren_core.stats.groups import GroupComparison
from iren_core.stats.paired import PairedComparison
from iren_core.wording import UNKNOWN, significant, statistic

TITLE = "Values beyond an assay's limit"
NOTE = (
    "“At the limit”: pairs with a value known only to lie beyond an assay's limit, for which the limit itself is "
    "taken. “Either way”: those of them that may have risen as well as fallen. The limit itself pulls such values, "
    "their spread and their change towards it (Helsel 2012); leaving them out loses the lowest or the highest values."
)


def limits(result: Result) -> tuple[Table, ...]:
    """Both rules for values beyond an assay's limit side by side; no table where they give the same pairs."""
    if not result.other_rule:
        return ()
    own = {one.marker.key: one for one in result.shown}
    rows = [row for other in result.other_rule for row in _both_rules(result, own[other.marker.key], other)]
    return (
        Table(
            "limits",
            TITLE,
            pd.DataFrame([shown for shown, _ in rows]),
            pd.DataFrame([values for _, values in rows]),
            note=NOTE,
        ),
    )


_COUNTS = ("Pairs", "At the limit", "Either way")
_Row = tuple[dict[str, str], dict[str, object]]


def _both_rules(result: Result, own: MarkerPairs, other: MarkerPairs) -> Iterator[_Row]:
    rules = [result.settings.beyond_limit, OTHER_RULE[result.settings.beyond_limit]]
    header = change_header(result)
    for place in range(len(own.groups)):
        for rule, one in zip(rules, (own.groups[place], other.groups[place]), strict=True):
            yield _row(_head(own.marker, one.label, rule), _counts(one), header, one.comparison)
    for rule, found in zip(rules, (own.between, other.between), strict=True):
        yield _row(_head(own.marker, "Between groups", rule), dict.fromkeys(_COUNTS), header, found)


def _head(marker: Marker, label: str, rule: BeyondLimit) -> dict[str, str]:
    return {"Marker": marker.short, "Group": label, "Rule": BEYOND_LIMIT_LABELS[rule]}


def _counts(group: GroupPairs) -> dict[str, int | None]:
    numbers = (len(group.patients), int(group.at_limit.any(axis=1).sum()), group.n_either_way)
    return dict(zip(_COUNTS, numbers, strict=True))


def _row(
    head: dict[str, str],
    counts: dict[str, int | None],
    header: str,
    found: PairedComparison | GroupComparison | CohortError,
) -> _Row:
    shown = head | {name: UNKNOWN if n is None else str(n) for name, n in counts.items()}
    values: dict[str, object] = {name.casefold(): one for name, one in (head | counts).items()}
    if isinstance(found, CohortError):
        return shown | {header: UNKNOWN, "Test": statistic(found)}, values | {"test": str(found)}
    return (
        shown | {header: answer(found), "Test": statistic(found)},
        values
        | {"effect": found.effect, "estimate": found.estimate, "low": found.low, "high": found.high}
        | {"test": found.method, "p_value": found.p_value},
    )


def answer(found: PairedComparison | GroupComparison) -> str:
    """The effect of a comparison with its interval where it has one, without its name and its test."""
    if isinstance(found, PairedComparison):
        return change(found)
    if len(found.labels) > 2:
        return f"{found.effect} {significant(found.estimate)}"
    return with_bounds(found)
