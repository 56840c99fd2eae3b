"""Reference ranges of the reader's own laboratory: between which values a marker counts as usual there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from iren_core.errors import FieldMissing, WrongSetting
from iren_core.schema import MARKERS, Marker
from iren_core.wording import significant

#: Key of a marker, lower and upper limit in its unit; ``None`` leaves that side open.
Range = tuple[str, float | None, float | None]

_LABELS = {marker.key: marker.label for marker in MARKERS}


@dataclass(frozen=True)
class ReferenceRange:
    """From ``low`` to ``high``, both within it, in the marker's unit; at least one of them is given.

    >>> str(ReferenceRange(None, 5.0)), str(ReferenceRange(4.5, 9.0)), str(ReferenceRange(500.0, None))
    ('up to 5', '4.5 to 9', '500 or more')
    """

    low: float | None
    high: float | None

    def __str__(self) -> str:
        """In words, without the unit."""
        low, high = ("" if limit is None else significant(limit, 10) for limit in (self.low, self.high))
        if not low:
            return f"up to {high}"
        return f"{low} to {high}" if high else f"{low} or more"

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Which values lie within it, shape (n,)."""
        return (values >= (-np.inf if self.low is None else self.low)) & (
            values <= (np.inf if self.high is None else self.high)
        )


def range_of(ranges: Iterable[Range], marker: Marker) -> ReferenceRange | None:
    """The range of a marker, or none."""
    return next((ReferenceRange(low, high) for key, low, high in ranges if key == marker.key), None)


def require_ranges(ranges: Iterable[Range]) -> None:
    """Raise ``FieldMissing`` for a marker that is none, ``WrongSetting`` for a range that holds no value."""
    for key, low, high in ranges:
        if key not in _LABELS:
            raise FieldMissing(
                f"A reference range of “{key}” was given.",
                "It is not one of the eight markers.",
                f"Take one of {', '.join(_LABELS)}.",
            )
        asked = f"A reference range of {_LABELS[key]} was given."
        given = [limit for limit in (low, high) if limit is not None]
        if not given or not all(map(math.isfinite, given)):
            raise WrongSetting(
                asked, "It has no limit that is a number.", "Give a lower limit, an upper one, or both."
            )
        if low is not None and high is not None and low >= high:
            raise WrongSetting(
                asked,
                f"Its lower limit, {significant(low, 10)}, is not below its upper limit, {significant(high, 10)}.",
                "Type the smaller number as the lower limit, or leave one of the two empty.",
            )
