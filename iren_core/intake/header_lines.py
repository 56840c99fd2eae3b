"""Headers of several lines: groups above the names, and phases, names and units below them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from iren_core import schema
from iren_core.intake.headers import read_header, split_phase
from iren_core.intake.match import field_called, phase_of, recognised
from iren_core.intake.units import unit_key, without_brackets
from iren_core.intake.values import plain

Names = list[str | None]

#: What stands before the units in a row of them.
_UNITS = re.compile(r"units?|单位")
_NUMBER = re.compile(r"[<>≤≥~≈]?\s*\d+(?:[.,]\d+)?")
#: How many of the words of a further line, and which share, must be units, phases or names.
_FEWEST_KNOWN, _LEAST_KNOWN = 2, 0.5


def joined_above(names: Sequence[str | None], above: Sequence[Any]) -> Names:
    """The names joined with the cells of the line above them.

    A phase written once above several markers belongs to each; a name above an empty cell is its name.

    >>> joined_above(["id", "CRP", "IL-6", "CRP"], [None, "Labs acute", None, "Recovery"])
    ['id', 'CRP acute', 'IL-6 acute', 'CRP Recovery']
    """
    joined: Names = []
    phase = marker = ""
    for index, name in enumerate(names):
        cell = above[index] if index < len(above) else None
        text = str(cell).strip() if cell is not None else ""
        if text:
            phase = _phase_of_group(text)
            marker = text if not phase and recognised(text) else ""
        if name and marker and says_phase(name):
            joined.append(f"{marker} {name}")
        elif name and phase:
            joined.append(_in_phase(name, phase))
        else:
            joined.append(name or (text if text and recognised(text) else None))
    return joined


def joined_below(names: Sequence[str | None], below: Sequence[Any]) -> Names | None:
    """The names joined with a line of phases, names and units below them; ``None`` where the line is none.

    A phase belongs to the marker above it or left of it, a name to the group above it or left of it. A word like
    "points" may stand among the units.

    >>> joined_below(["id", "CRP", None, "Wt"], [None, "before", "after", "kg"])
    ['id', 'CRP before', 'CRP after', 'Wt (kg)']
    >>> joined_below(["id", "Acute phase", None], [None, "CRP", "IL-6"])
    ['id', 'CRP Acute phase', 'IL-6 Acute phase']
    """
    again = {index: name for index, name in enumerate(names) if name}  # a name merged over both lines
    cells = {
        index: cell
        for index, cell in enumerate(below)
        if cell is not None and str(cell).strip() != again.get(index)
    }
    if _UNITS.fullmatch(_plain(cells.get(0))):
        del cells[0]
    if not all(isinstance(cell, str) and not _NUMBER.fullmatch(_plain(cell)) for cell in cells.values()):
        return None  # a patient, as nearly every first row is: no word of it is looked up
    phases = {index for index, cell in cells.items() if says_phase(cell)}
    if phases != cells.keys():  # "61 y" of a patient reads like a time
        phases = {index for index in phases if not cells[index].strip()[0].isdigit()}
    upper: Names = [*names, *[None] * (max(cells, default=0) + 1 - len(names))]
    named = {
        index
        for index, cell in cells.items()
        if _is_name(cell) and (index == 0 or not recognised(upper[index] or ""))
    } - phases
    if not _is_header_line(cells, phases, named):
        return None
    joined: Names = []
    marker = group = ""
    for index, name in enumerate(upper):
        cell = cells.get(index)
        marker = name or (marker if index in phases else "")
        group = _phase_of_group(name) if name else group
        if index in phases:
            joined.append(f"{marker} {cell}".strip())
        elif index in named:
            joined.append(_in_phase(str(cell).strip(), group) if group else str(cell).strip())
        else:
            joined.append(f"{name} ({without_brackets(str(cell))})" if name and cell is not None else name)
    return joined


def holds_units_alone(below: Sequence[Any]) -> bool:
    """Whether no cell of a line below the names is a phase or a name."""
    return not any(says_phase(cell) or _is_name(cell) for cell in below if cell is not None)


def says_phase(cell: object) -> bool:
    """Whether a cell is a phase or a visit and nothing else; a bare number may be a value."""
    return isinstance(cell, str) and not cell.strip().isdigit() and phase_of(cell)


def _is_name(cell: object) -> bool:
    return isinstance(cell, str) and not unit_key(without_brackets(cell)) and recognised(cell)


def _is_header_line(cells: Mapping[int, str], phases: Set[int], named: Set[int]) -> bool:
    """Whether most of these words are phases, names or units, and none stands where a patient's number would."""
    units = {index for index, cell in cells.items() if unit_key(without_brackets(cell))}
    if all(len(without_brackets(cells[index])) == 1 and cells[index] != "%" for index in units):
        units = set()  # "F", "M" and "y" are what patients have
    known = len(units | phases | named)
    if units == cells.keys():
        return known >= _FEWEST_KNOWN
    no_patient = 0 not in cells or 0 in named
    return known >= max(_FEWEST_KNOWN, _LEAST_KNOWN * len(cells)) and no_patient


def _phase_of_group(text: str) -> str:
    """The phase that the title of a group of columns is or names; "" for a title without one, or a known name."""
    if phase_of(text):
        return text
    if recognised(text):
        return ""
    found = {phase for name in read_header(text).names for _, phase in split_phase(name)}
    phases = [phase for phase in found if isinstance(phase, str)]
    return phases[0] if len(phases) == 1 else ""


def _in_phase(name: str, phase: str) -> str:
    """A name with the phase of its group, where that tells anything of it.

    The laboratory values of the acute phase are meant by their name alone; of another phase they are others.
    """
    joined = f"{name} {phase}"
    alone, together = field_called(name), field_called(joined)
    if alone is None:
        return joined if recognised(name) or recognised(joined) else name
    if together:
        return name if together == alone else joined
    return joined if "/" in schema.field(alone).unit else name


def _plain(cell: object) -> str:
    return plain(str(cell)) if cell is not None else ""
