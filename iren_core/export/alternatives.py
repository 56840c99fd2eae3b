"""What each chart of a slide shows, for a reader who cannot see it: a card tells of all its panels at once."""

from __future__ import annotations

import re
from collections.abc import Sequence


def alternative_texts(alt: str, panels: Sequence[tuple[str, str]], provenance: str) -> list[str]:
    """A text for each panel, given as title and note: its own words, its part of ``alt``, the provenance.

    Where ``alt`` does not tell every panel apart as ``title: words``, it is given whole after the panel's words.

    >>> alternative_texts("Deaths. SJS (n = 21): 0 died and TEN: 3 died.", [("SJS", "n = 21"), ("TEN", "")], "a.csv")
    ['SJS. n = 21. Deaths. 0 died. a.csv', 'TEN. Deaths. 3 died. a.csv']
    """
    if len(panels) == 1:
        return [_joined(alt, *panels[0], provenance)]
    parts = _parts(alt, [_name(title) for title, _ in panels])
    return [_joined(title, note, part, provenance) for (title, note), part in zip(panels, parts, strict=True)]


def _parts(alt: str, names: Sequence[str]) -> list[str]:
    """What the text says of all panels followed by what it says of each; the whole text where it names not all."""
    found = {name: re.search(rf"(?<!\w){re.escape(name)}(?: \([^()]*\))?: ", alt) for name in names if name}
    places = {name: place for name, place in found.items() if place}
    if len(places) < len(names):
        return [alt] * len(names)
    starts = sorted(place.start() for place in places.values())
    ends = dict(zip(starts, [*starts[1:], len(alt)], strict=True))
    common = alt[: starts[0]]
    return [_joined(common, _trimmed(alt[places[name].end() : ends[places[name].start()]])) for name in names]


def _name(title: str) -> str:
    """The title without the number of patients after it."""
    return re.sub(r"\s*\([^()]*\)$", "", title)


def _trimmed(part: str) -> str:
    """Without the comma or the "and" that leads to the next panel."""
    return re.sub(r"[,;]?\s*(\band)?\s*$", "", part)


def _joined(*parts: str) -> str:
    """The parts as sentences; a provenance line, which comes last, keeps its end."""
    *sentences, last = (part.strip() for part in parts)
    return " ".join([*(f"{part.rstrip('.')}." for part in sentences if part), last]).strip()
