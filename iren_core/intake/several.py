"""Tables put together again from their pieces: read, turned and joined as a reader chose then."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, get_args

from iren_core.errors import CohortError, UnreadableFile
from iren_core.intake.below import one_below_another
from iren_core.intake.join import REPEATED_WORDS, Unmatched, join, link, same_columns
from iren_core.intake.longform import (
    ACUTE_RULES,
    RECOVERY_RULES,
    PatientDates,
    long_form,
    one_row_a_patient,
    patient_dates,
)
from iren_core.intake.match import match_columns
from iren_core.intake.one_reading import reading
from iren_core.intake.read import read_tables
from iren_core.intake.table import Piece, RawTable

#: A file as its bytes and its name.
NamedBytes = tuple[bytes, str]


@reading
def put_together(files: Sequence[NamedBytes], pieces: Sequence[Piece]) -> RawTable:
    """One table with a row a patient, from the tables that the pieces name.

    Parameters
    ----------
    files : in any order; each piece is looked for by the hash of its file, then by its name, then by its place

    Raises
    ------
    CohortError
        when a file cannot be read, lacks a sheet or a column, or the pieces cannot be joined.
    """
    if not pieces:
        raise CohortError("Tables were to be joined.", "None is named.", "Name at least one.")
    tables = [
        _table(data, name, piece)
        for (data, name), piece in zip(_in_order(files, pieces), pieces, strict=True)
    ]
    dates = patient_dates([(table, match_columns(table)) for table in tables])
    turned = [_turned(table, piece, dates) for table, piece in zip(tables, pieces, strict=True)]
    begins = [0, *(at for at in range(1, len(pieces)) if pieces[at].how == "below")]
    whole = one_below_another([turned[at] for at in begins])
    for at in range(1, len(pieces)):
        if at not in begins:
            whole = _joined(whole, turned[at], pieces[at])
    return whole


def _in_order(files: Sequence[NamedBytes], pieces: Sequence[Piece]) -> list[NamedBytes]:
    """The file of each piece."""
    by_hash = {sha256(data).hexdigest(): (data, name) for data, name in files}
    by_name = {name: (data, name) for data, name in files}
    places = {digest: place for place, digest in enumerate(dict.fromkeys(piece.sha256 for piece in pieces))}
    found = []
    for piece in pieces:
        file = by_hash.get(piece.sha256) or by_name.get(piece.filename)
        if file is None and places[piece.sha256] < len(files) == len(places):
            file = files[places[piece.sha256]]
        if file is None:
            names = ", ".join(f"“{name}”" for _, name in files)
            raise CohortError(
                f"“{piece.filename}” was to be joined with other tables.",
                f"It is not among the files given: {names}.",
                f"Give all files of the cohort: {', '.join(dict.fromkeys(each.filename for each in pieces))}.",
            )
        found.append(file)
    return found


def _table(data: bytes, filename: str, piece: Piece) -> RawTable:
    tables = read_tables(data, filename)
    for table in tables:
        if isinstance(table, RawTable) and (len(tables) == 1 or table.sheet == piece.sheet):
            return table
    raise UnreadableFile(
        f"The sheet “{piece.sheet}” of “{filename}” was to be read.",
        "There is no table of this name.",
        "Give the file that the settings were made from.",
    )


def _turned(table: RawTable, piece: Piece, dates: dict[str, PatientDates]) -> RawTable:
    if not piece.acute:
        return table
    form = long_form(table, match_columns(table))
    if form is None or piece.acute not in ACUTE_RULES or piece.recovery not in RECOVERY_RULES:
        raise CohortError(
            f"“{piece.filename}” was to be turned into one row a patient.",
            "It is no list of measurements any more, or the rule is not known.",
            "Load the file on the page Load data.",
        )
    return one_row_a_patient(table, form, piece.acute, piece.recovery, dates)


def _joined(first: RawTable, second: RawTable, piece: Piece) -> RawTable:
    keys = list(zip((first, second), piece.joined_by, strict=False))
    there = (
        piece.how == "beside"
        and len(piece.joined_by) == 2
        and all(name in table.columns for table, name in keys)
    )
    if not there or piece.unmatched not in get_args(Unmatched) or piece.repeated not in REPEATED_WORDS:
        shown = " and ".join(f"“{name}”" for name in piece.joined_by)
        raise CohortError(
            f"“{piece.filename}” was to be joined by {shown or 'the patient number'}.",
            "One of these columns is not there, or the rule of joining is not known.",
            "Load the files on the page Load data and join them there.",
        )
    found = link(first, second, *(table.columns.index(name) for table, name in keys))
    how: dict[str, Any] = {"unmatched": piece.unmatched, "repeated": piece.repeated}
    return join(first, second, found, same=same_columns(match_columns(first), match_columns(second)), **how)
