"""What changed, in sentences."""

from __future__ import annotations

from iren_core.analyses.changes.comparison import Changes
from iren_core.errors import first_few
from iren_core.wording import listed, patients

#: More names than this are counted, not listed.
_MOST_NAMED = 12


def summary(changes: Changes) -> tuple[str, ...]:
    """One sentence for each kind of change, the patients first."""
    said = [f"{patients(changes.n_before)} before, {changes.n_after} now."]
    if changes.by_row:
        said.append("A file has no patient numbers, so the rows were compared by their place in the file.")
    if changes.repeated:
        said.append(
            f"{_named(changes.repeated)} stand in several rows of a file; such rows were compared in their order."
        )
    for names, what in ((changes.added, "New"), (changes.removed, "No longer there")):
        if names:
            said.append(f"{what}: {patients(len(names))} ({_named(names)}).")
    for names, what in ((changes.rows_added, "more"), (changes.rows_removed, "fewer")):
        if names:
            rows = "row" if len(names) == 1 else "rows"
            said.append(f"{len(names)} {rows} {what} of patients who stand in both files ({_named(names)}).")
    for labels, what in (
        (changes.fields_added, "New fields"),
        (changes.fields_removed, "Fields no longer there"),
    ):
        if labels:
            said.append(f"{what}: {listed(labels)}.")
    cells, of = len(changes.edited), changes.edited["patient"].nunique()
    said.append(
        f"{cells} {'cell' if cells == 1 else 'cells'} of {patients(of)} differ."
        if cells
        else "No cell differs."
    )
    return tuple(said)


def _named(names: tuple[str, ...]) -> str:
    return listed(names) if len(names) <= _MOST_NAMED else first_few(names, _MOST_NAMED)
