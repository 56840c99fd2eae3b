"""Errors that a clinician can read: what was asked, what was found, what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class CohortError(Exception):
    """A request that cannot be met, as one to three sentences.

    Parameters
    ----------
    asked : what was asked, e.g. ``"The healing curves need the day on which each patient healed."``
    found : what was found, e.g. ``"This cohort has no such column."``
    advice : what to do, e.g. ``"Match a column to it on the page Load data."``
    """

    def __init__(self, asked: str, found: str, advice: str) -> None:
        self.asked = asked
        self.found = found
        self.advice = advice
        super().__init__(asked, found, advice)

    def __str__(self) -> str:
        """The sentences, one after another."""
        return " ".join(part for part in self.args if part)


class UnreadableFile(CohortError):  # noqa: N818 - the name says what happened, as the sentence does
    """The bytes are not a spreadsheet that can be read."""


class NoTable(UnreadableFile):
    """The file can be read; this sheet of it holds no table, as one with notes or an empty one."""


class FieldMissing(CohortError):  # noqa: N818
    """The cohort lacks a field that the question needs."""


class WrongSetting(CohortError):  # noqa: N818
    """What the reader typed cannot be meant; the cohort has no part in it."""


class EmptySelection(CohortError):  # noqa: N818
    """The filters leave no patient."""


class NotEstimable(CohortError):  # noqa: N818
    """The data do not determine the statistic: too few patients, no events, no variation."""


def or_reason(compute: Callable[[], T]) -> T | CohortError:
    """What ``compute`` returns, or the error that says why it cannot be had."""
    try:
        return compute()
    except CohortError as error:
        return error


def first_few(items: Sequence[object], most: int = 10) -> str:
    """The first of many things by name, and how many more there are.

    >>> first_few([4, 5, 9]), first_few(["a", "b", "c", "d"], most=2)
    ('4, 5, 9', 'a, b and 2 more')
    """
    shown = ", ".join(map(str, items[:most]))
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"
