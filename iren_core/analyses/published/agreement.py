"""Does what a cohort gives agree with what is printed?"""

from __future__ import annotations

import math

from iren_core.analyses.published.facts import NOT_SIGNIFICANT, Fact
from iren_core.analyses.published.recompute import Found
from iren_core.wording import MINUS, number

LEVEL = 0.05


def as_printed(fact: Fact, found: Found) -> bool:
    """Whether every printed number and the printed p come out at the precision of print, halves rounded up."""
    return _numbers_as_printed(fact, found) and p_as_printed(fact, found)


def p_as_printed(fact: Fact, found: Found) -> bool:
    """Whether the p comes out as printed; also true where none is printed."""
    if not fact.p:
        return True
    if math.isnan(found.p_value):
        return False
    if fact.p == NOT_SIGNIFICANT:
        return found.p_value >= LEVEL
    if fact.p.startswith("<"):
        return found.p_value < float(fact.p[1:])
    return _rounds_to(found.p_value, fact.p)


def _numbers_as_printed(fact: Fact, found: Found) -> bool:
    if fact.kind == "change":
        return (found.numbers[0] > 0) == (fact.category == "rise")
    return all(_rounds_to(value, text) for value, text in zip(found.numbers, fact.numbers, strict=True))


def decimals(printed: str) -> int:
    """How many decimals a number is printed with.

    >>> decimals("39.0"), decimals("32")
    (1, 0)
    """
    return len(printed.partition(".")[2])


def _rounds_to(value: float, printed: str) -> bool:
    return number(value, decimals(printed)) == printed.replace("-", MINUS)
