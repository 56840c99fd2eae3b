"""Sheets called after a phase ("急性期", "Recovery"): their markers are those of the phase."""

from __future__ import annotations

from dataclasses import replace

from iren_core import schema
from iren_core.intake.headers import read_header, split_phase
from iren_core.intake.layout import unique_names
from iren_core.intake.match import field_called
from iren_core.intake.table import RawTable, problem_frame

#: What a sheet's name may say besides.
_BESIDES = (
    "检验",
    "检查",
    "化验",
    "指标",
    "数据",
    "结果",
    "labs",
    "lab",
    "laboratory",
    "values",
    "data",
    "markers",
)
_PHASES = ("acute", "recovery")


def phase_of_name(name: str | None) -> str:
    """The phase that a sheet is called after; "" where it is called otherwise.

    >>> phase_of_name("急性期"), phase_of_name("Labs (recovery)"), phase_of_name("Patients")
    ('acute', 'recovery', '')
    """
    for words in read_header(name or "").names:
        bare = words
        for besides in _BESIDES:
            bare = bare.replace(besides, " ")
        for rest, phase in split_phase(f"x {' '.join(bare.split())}"):
            if rest == "x" and phase in _PHASES:
                return str(phase)
    return ""


def phase_of_sheet(table: RawTable) -> str:
    """The phase that a table's sheet is called after, where another sheet is called after the other; else ""."""
    phases = {phase_of_name(name) for name in table.sheets} - {""}
    return phase_of_name(table.sheet) if phases == set(_PHASES) else ""


def with_phase(table: RawTable) -> RawTable:
    """The table with its sheet's phase before each marker that names none, where another sheet has the other phase."""
    phase = phase_of_sheet(table)
    if not phase:
        return table
    named = {column: name for column in table.columns if (name := _of_phase(column, phase))}
    if not named:
        return table
    columns = unique_names([named.get(column, column) for column in table.columns])
    called = dict(zip(table.columns, columns, strict=True))
    problems = table.problems.assign(column=[called.get(each, each) for each in table.problems["column"]])
    shown = ", ".join(f"“{column}”" for column in named)
    said = f"The sheet is called “{table.sheet}”, so the {phase} values are taken to stand in {shown}."
    return replace(
        table,
        columns=tuple(columns),
        labels={called[column]: labels for column, labels in table.labels.items()},
        problems=problem_frame(problems.itertuples(index=False, name=None)),
        assumptions=(*table.assumptions, said),
    ).with_distinct({place: table.distinct(place) for place in table.cells})


def _of_phase(column: str, phase: str) -> str:
    """A marker's header with the phase before it; "" for any other column."""
    if field_called(column):
        return ""
    name = f"{phase} {column}"
    markers = {f"{marker.key}_{phase}" for marker in schema.MARKERS}
    return name if field_called(name) in markers else ""
