"""What the cells of a file hold: text, numbers, dates, or nothing."""

from iren_core.intake.values.dates import (
    DAY_ORDERS,
    ERA,
    LAST_SHORT_YEAR,
    SHORT_ORDERS,
    DateCell,
    DayOrder,
    day_order,
    possible_orders,
    read_date,
)
from iren_core.intake.values.numbers import (
    MARK_ANSWERS,
    DecimalMark,
    NumberCell,
    decimal_mark,
    mark_left_open,
    mark_of_thousands,
    plain_number,
    read_number,
    settled_mark,
)
from iren_core.intake.values.text import PercentCell, as_shown, as_text, is_missing, plain, printable

__all__ = [
    "DAY_ORDERS",
    "ERA",
    "LAST_SHORT_YEAR",
    "MARK_ANSWERS",
    "SHORT_ORDERS",
    "DateCell",
    "DayOrder",
    "DecimalMark",
    "NumberCell",
    "PercentCell",
    "as_shown",
    "as_text",
    "day_order",
    "decimal_mark",
    "is_missing",
    "mark_left_open",
    "mark_of_thousands",
    "plain",
    "plain_number",
    "possible_orders",
    "printable",
    "read_date",
    "read_number",
    "settled_mark",
]
