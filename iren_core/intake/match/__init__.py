"""Match the columns of a file to the fields of the data dictionary, by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake.headers import Header, read_header, split_phase
from iren_core.intake.match.column_match import LEFT_OUT, ColumnMatch
from iren_core.intake.match.decisions import give_out, settle_visits, suggest, wrong_kind
from iren_core.intake.match.doubts import doubted
from iren_core.intake.match.offers import offers_by_halves, offers_by_name, visit_of
from iren_core.intake.one_reading import reading
from iren_core.intake.table import RawTable

__all__ = [
    "HEADER_SEARCH_ROWS",
    "LEFT_OUT",
    "LONGEST_HEADER",
    "ColumnMatch",
    "field_called",
    "match_columns",
    "phase_of",
    "recognised",
]


#: The header is looked for among this many rows.
HEADER_SEARCH_ROWS = 15
#: A longer text is no header: it is cut, and to take it apart would take time without end.
LONGEST_HEADER = 500


@reading
def match_columns(
    table: RawTable, mapping: Mapping[str, str | None] | None = None
) -> tuple[ColumnMatch, ...]:
    """One match per column, in the order of the file; each field is given at most once.

    Parameters
    ----------
    mapping : column -> field chosen by a reader (``None`` leaves it out); the others go by their names

    Raises
    ------
    CohortError
        when the mapping names a column or a field that does not exist, or one field twice.
    """
    chosen = dict(mapping or {})
    _check_mapping(table.columns, chosen)
    headers = [read_header(column) for column in table.columns]
    offers = [
        [_chosen(column, chosen[column], header)]
        if column in chosen
        else list(offers_by_name(column) or offers_by_halves(column))
        for column, header in zip(table.columns, headers, strict=True)
    ]
    settle_visits(offers, table.columns, headers)
    offers = [
        [doubted(offer, header, table.cells[index]) for offer in found]
        for index, (found, header) in enumerate(zip(offers, headers, strict=True))
    ]
    matches = give_out(table.columns, headers, offers)
    return tuple(suggest(matches, headers, table.cells))


def recognised(text: str) -> bool:
    """Whether a cell reads like the header of a column that is known."""
    # What is a date only if its values are is used by nobody yet and has no note.
    return len(text) <= LONGEST_HEADER and (
        any(offer.used or offer.note for offer in offers_by_name(text))
        or visit_of(text) is not None
        or any(offer.used for offer in offers_by_halves(text))
    )


def field_called(text: str) -> str | None:
    """The field that a header names for certain; ``None`` where it names none or only resembles one."""
    if len(text) > LONGEST_HEADER:
        return None
    offers = offers_by_name(text) or offers_by_halves(text)
    return next((offer.field for offer in offers if offer.used and not wrong_kind(offer)), None)


def phase_of(text: str) -> bool:
    """Whether a cell says nothing but a phase, as the upper line of a two-line header does."""
    return 0 < len(text) <= LONGEST_HEADER and any(
        rest == "x" for name in read_header(text).names for rest, _ in split_phase(f"x {name}")
    )


def _chosen(column: str, name: str | None, header: Header) -> ColumnMatch:
    if name is None:
        return ColumnMatch(column, None, "none", 0.0, header.unit, LEFT_OUT)
    return ColumnMatch(column, name, "chosen", 100.0, header.unit)


def _check_mapping(columns: Sequence[str], mapping: Mapping[str, str | None]) -> None:
    asked = "Columns were matched to fields by hand."
    if unknown := [column for column in mapping if column not in columns]:
        raise CohortError(
            asked, f"The file has no column “{unknown[0]}”.", "Take a column from the file's header."
        )
    fields = [name for name in mapping.values() if name is not None]
    if unknown := [name for name in fields if name not in schema.fields()]:
        raise CohortError(
            asked, f"The data dictionary has no field “{unknown[0]}”.", "Take a name from the blank template."
        )
    if twice := [name for name in fields if fields.count(name) > 1]:
        raise CohortError(
            asked,
            f"Two columns were matched to “{schema.field(twice[0]).label}”.",
            "Keep one of them and leave the other out.",
        )
