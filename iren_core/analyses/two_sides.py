"""An interval and a p value that fall on different sides of 0.05: said in one sentence, wherever they stand together.

A 95% interval that holds the value of no difference and a p below 0.05 (or the reverse) come from two methods: a p by
an exact test or by ranks, an interval by an approximation or of another quantity. Neither is a slip.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from iren_core.wording import digits_off_zero, interval, listed, p_value

LEVEL = 0.05
#: More of them are counted instead of named.
_MOST_NAMED = 3


@dataclass(frozen=True)
class Beside:
    """An interval and the p that a card prints beside it.

    what : of what they are, as in the middle of a sentence
    nothing : the value of no difference, 1 of a ratio and 0 of a difference
    interval_by, test : the methods that gave them, named as the card names them
    digits : decimals with which the card prints the interval
    """

    what: str
    low: float
    high: float
    p_value: float
    nothing: float
    interval_by: str
    test: str
    digits: int = 2

    @property
    def holds_nothing(self) -> bool:
        """Whether the interval holds the value of no difference."""
        return self.low <= self.nothing <= self.high

    @property
    def fall_apart(self) -> bool:
        """Whether the interval says one thing and p the other; never where one of them is not known."""
        known = not any(math.isnan(one) for one in (self.low, self.high, self.p_value))
        return known and self.holds_nothing == (self.p_value < LEVEL)


class _Compared(Protocol):
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def p_value(self) -> float: ...
    @property
    def effect(self) -> str: ...
    @property
    def method(self) -> str: ...


def of_comparison(what: str, one: _Compared, digits: int = 2) -> Beside:
    """A comparison of ``iren_core.stats`` whose interval and p a card prints together; a ratio's no difference is 1."""
    nothing = 1 if "ratio" in one.effect else 0
    return Beside(what, one.low, one.high, one.p_value, nothing, one.effect, one.method, digits)


def two_sides(pairs: Iterable[Beside]) -> tuple[str, ...]:
    """The sentence for those that fall apart, a tuple so that it joins other notes: empty where none does.

    >>> two_sides([Beside("infection", 0.97, 9.0, 0.04, 1, "Woolf's", "Fisher's exact test")])[0][:79]
    'Interval and p fall on different sides of 0.05 for infection (0.97 to 9.00 hold'
    >>> two_sides([Beside("fever", 1.2, 9.0, 0.04, 1, "Woolf's", "Fisher's exact test")])
    ()
    """
    apart = [one for one in pairs if one.fall_apart]
    if not apart:
        return ()
    more = [f"{len(apart) - _MOST_NAMED} more"] if len(apart) > _MOST_NAMED else []
    named = listed([*map(_named, apart[:_MOST_NAMED]), *more])
    return (
        f"Interval and p fall on different sides of 0.05 for {named}. Both can be true, for they answer with different "
        "methods. Report both with their methods: p for whether there is a difference, the interval for how large it "
        "may be.",
    )


def _named(one: Beside) -> str:
    holds = "holds" if one.holds_nothing else "does not hold"
    digits = digits_off_zero(one.low, one.high, one.digits)
    return (
        f"{one.what} ({interval(one.low, one.high, digits)} {holds} {one.nothing:g} by {one.interval_by}, "
        f"{p_value(one.p_value)} by {one.test})"
    )
