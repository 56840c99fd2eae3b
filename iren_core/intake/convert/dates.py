"""Columns of dates, in one order of day, month and year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from iren_core.counted import counted
from iren_core.errors import CohortError
from iren_core.intake.convert.column import (
    ORDER,
    Column,
    Findings,
    Question,
    denies_healing,
    remarked,
    says_nothing,
)
from iren_core.intake.headers import read_header
from iren_core.intake.table import Problem
from iren_core.intake.values import (
    DAY_ORDERS,
    ERA,
    LAST_SHORT_YEAR,
    SHORT_ORDERS,
    DateCell,
    DayOrder,
    as_text,
    day_order,
    half_exchanged,
    is_missing,
    possible_orders,
    read_date,
)

#: How a header gives the order of its dates, its words without punctuation.
_ORDERS_IN_HEADERS: dict[DayOrder, re.Pattern[str]] = {
    "day first": re.compile(r"\b(?:dd? mm? (?:yy){1,2}|ddmm(?:yy){1,2}|dmy)\b|日 ?月 ?年"),
    "month first": re.compile(r"\b(?:mm? dd? (?:yy){1,2}|mmdd(?:yy){1,2}|mdy)\b|月 ?日 ?年"),
    "year first": re.compile(r"\b(?:(?:yy){1,2} mm? dd?|(?:yy){1,2}mmdd|ymd)\b|年 ?月 ?日"),
}


def dates_of(column: Column, findings: Findings, answers: Mapping[str, str]) -> pd.DatetimeIndex:
    """The dates of a column; their order is asked where nothing in the column tells it."""
    order = _answered_order(column, answers) or day_order(column.cells.values)
    why = ""
    if order == "unknown" and (in_header := order_in_header(column.name, column.cells.values)):
        order, why = in_header, ", as its header says"
    if order == "unknown":
        _ask_order(column, findings)
    else:
        if ORDER not in answers and possible_orders(column.cells.values) == (order,):
            why = (
                ", the only order that puts them between "
                f"{ERA[0]}, when checkpoint inhibitors came, and {ERA[-1]}"
            )
        findings.assumptions.append(f"Dates in “{column.name}” are written with the {order}{why}.")
    _doubt_true_dates(column, order, findings)
    reads = [
        DateCell() if says_nothing(cell) or denies_healing(column.field, cell) else read_date(cell, order)
        for cell in column.cells.values
    ]
    if short := [row for row, _ in remarked(column, [read.short_year for read in reads])]:
        cells = counted(len(short), "cell")
        give = "gives" if len(short) == 1 else "give"
        findings.assumptions.append(
            f"In “{column.name}” {cells} (the first in row {short[0]}) {give} the year with two digits: read as 20__ "
            f"(2000 to {LAST_SHORT_YEAR})."
        )
    for row, code in remarked(column, [bool(read.fault) for read in reads]):
        problem = f"{reads[code].fault} The date was left out."
        value = as_text(column.cells.values[code])
        findings.problems.append(
            Problem(row, column.name, value, problem, "Write it as 2023-03-05 (year, month, day).")
        )
    return pd.DatetimeIndex(column.cells.spread((read.value for read in reads), "datetime64[ns]"))


def _doubt_true_dates(column: Column, order: DayOrder, findings: Findings) -> None:
    """Query a column that Excel seems to have opened where dates are written in the other order."""
    cell = half_exchanged(column.cells.values, order)
    if cell is None or not (first := read_date(cell, order).value):
        return
    row = int(column.rows[column.cells.codes.tolist().index(column.cells.values.index(cell))])
    other = first.replace(day=first.month, month=first.day)
    problem = (
        f"Some dates of this column are texts written with the {order}, all after the 12th of the month, and those "
        "that Excel took for dates are all on the 1st to 12th: it may have exchanged their day and month. They count "
        f"as they stand, this one as {as_text(first)}; exchanged it would be {as_text(other)}."
    )
    advice = "Compare some with the source; if they are exchanged, write all of the column as 2023-03-05."
    findings.problems.append(Problem(row, column.name, as_text(first), problem, advice, "warning"))


def _answered_order(column: Column, answers: Mapping[str, str]) -> DayOrder | None:
    """Whether the day or the month comes first, as a reader has said."""
    for order in SHORT_ORDERS:
        if answers.get(ORDER) == order:
            return order
    if ORDER in answers:
        raise CohortError(
            f"The order of day and month in {column.field.label} was given as “{answers[ORDER]}”.",
            "There is no such order.",
            f"Take one of: {', '.join(SHORT_ORDERS)}.",
        )
    return None


def order_in_header(name: str, cells: Sequence[Any]) -> DayOrder | None:
    """The order that a header gives, "Onset (dd/mm/yyyy)", where the dates can be read so."""
    possible = possible_orders(cells) or DAY_ORDERS
    for order, pattern in _ORDERS_IN_HEADERS.items():
        if order in possible and pattern.search(read_header(name).names[0]):
            return order
    return None


def _ask_order(column: Column, findings: Findings) -> None:
    """Ask whether the day or the month comes first, where nothing in the column tells."""
    orders = possible_orders(column.cells.values) or DAY_ORDERS
    for code, cell in enumerate(column.cells.values):
        if is_missing(cell) or read_date(cell, "unknown").value:
            continue
        either = [(order, read_date(cell, order).value) for order in orders]
        if not all(value for _, value in either):
            continue
        row = int(column.rows[column.cells.codes.tolist().index(code)])
        shown = "; ".join(f"{order} it is {as_text(value)}" for order, value in either)
        asked = ", ".join(f"the {order.removesuffix(' first')}" for order in orders[:-1])
        asked += f" or the {orders[-1].removesuffix(' first')}"
        sentence = f"Which comes first in these dates, {asked}? Row {row} reads {cell}: {shown}."
        findings.questions.append(Question(column.field.name, column.name, (ORDER,), orders, sentence))
        return
