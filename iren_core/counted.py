"""How many there are, as a sentence says it: the noun and the verb in the right number."""

from __future__ import annotations

from collections.abc import Sequence

from iren_core.errors import first_few


def counted(n: int, one: str, several: str = "") -> str:
    """A number of things, the noun in the right number.

    >>> counted(1, "pair"), counted(3, "pair"), counted(2, "diagnosis", "diagnoses")
    ('1 pair', '3 pairs', '2 diagnoses')
    """
    return f"{n} {one if n == 1 else several or one + 's'}"


def rows_said(rows: Sequence[object]) -> str:
    """Rows by their numbers, the first of many.

    >>> rows_said([3]), rows_said([3, 5])
    ('row 3', 'rows 3, 5')
    """
    return f"{'row' if len(rows) == 1 else 'rows'} {first_few(rows)}"


def was(n: int) -> str:
    """The verb for so many in the past; ``has`` and ``is_`` are its siblings.

    >>> was(1), was(2)
    ('was', 'were')
    """
    return "was" if n == 1 else "were"


def has(n: int) -> str:
    """The verb for what so many have.

    >>> has(1), has(0)
    ('has', 'have')
    """
    return "has" if n == 1 else "have"


def is_(n: int) -> str:
    """The verb for what so many are.

    >>> is_(1), is_(2)
    ('is', 'are')
    """
    return "is" if n == 1 else "are"


def lacks(n: int) -> str:
    """The verb for what so many lack.

    >>> lacks(1), lacks(2)
    ('lacks', 'lack')
    """
    return "lacks" if n == 1 else "lack"
