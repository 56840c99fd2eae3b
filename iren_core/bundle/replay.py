"""Makes the cards of a recipe again. What is not as it was when they were made is said, and the work goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module

from iren_core.bundle.recipe import File, Recipe, columns_of, versions
from iren_core.card import Card
from iren_core.cohort import Cohort, read_cohort, read_joined
from iren_core.errors import CohortError
from iren_core.share_safe import share_safe
from iren_core.wording import listed

_NAMES = {"iren_core": "irEN cohort explorer", "python": "Python"}
#: No longer list of columns is read.
_MOST_COLUMNS = 6


@dataclass(frozen=True, eq=False)
class Replayed:
    """The cards made again.

    cohorts : the whole cohort behind them, once for each way in which it was read
    remarks : a sentence for everything that is not as it was, and for every card that cannot be made
    """

    cards: tuple[Card, ...]
    cohorts: tuple[Cohort, ...]
    remarks: tuple[str, ...]


def replay(recipe: Recipe, data: bytes, filename: str, *others: tuple[bytes, str]) -> Replayed:
    """Make the cards of the recipe from this file, and the others where the cohort was joined from several.

    Cards that were made to be shared are masked again.

    Another file, another version or a column that is understood differently is said in a sentence; so is a card
    that this file cannot give. The others are made.

    Raises
    ------
    CohortError
        when the file cannot be read as a cohort at all.
    """
    remarks = _other_versions(recipe.made_with)
    cohorts = []
    for file in recipe.files:
        cohort, said = _read(file, [(data, filename), *others])
        cohorts.append(cohort)
        remarks += said
    cards = []
    for request in recipe.requests:
        try:
            cohort = cohorts[request.file].select(request.selection)
            make = import_module(f"iren_core.analyses.{request.question}").card
            card = make(cohort, request.settings)
            cards.append(share_safe(card, cohort.frame["patient_id"]) if request.shared else card)
        except CohortError as error:
            name = request.question.replace("_", " ")
            remarks.append(f"The card on {name} ({request.selection}) could not be made again. {error}")
    return Replayed(tuple(cards), tuple(cohorts), tuple(dict.fromkeys(remarks)))


def _other_versions(made_with: Mapping[str, str]) -> list[str]:
    here = versions()
    other = [
        f"{_NAMES.get(name, name)} {number} (here {here[name]})"
        for name, number in made_with.items()
        if name in here and here[name] != number
    ]
    if not other:
        return []
    return [f"The settings were made with {listed(other)}; numbers may differ from those of then."]


def _read(file: File, given: Sequence[tuple[bytes, str]]) -> tuple[Cohort, list[str]]:
    hashes = {sha256(data).hexdigest(): (data, name) for data, name in given}
    pieces = file.reading.get("pieces", ())
    same = {piece.sha256 for piece in pieces} <= hashes.keys() if pieces else file.sha256 in hashes
    data, filename = hashes.get(file.sha256, given[0])
    remarks = []
    if not same:
        here = listed(f"“{name}” (SHA-256 {found[:8]})" for found, (_, name) in hashes.items())
        remarks.append(
            f"The settings were made from {file}; this is {here}, another file or another state of it. The same "
            "questions are put to it; numbers may differ."
        )
    try:
        cohort = read_joined(given, **file.reading) if pieces else read_cohort(data, filename, **file.reading)
    except CohortError as error:
        if same or not file.reading:
            raise
        remarks.append(
            f"It could not be read as the first one was and was read by its own column names. {error}"
        )
        return read_cohort(data, filename), remarks
    return cohort, remarks + _other_columns(file, cohort)


def _other_columns(file: File, cohort: Cohort) -> list[str]:
    """Columns that both files have and that are taken for something else than then."""
    now = columns_of(cohort.source)
    other = [
        f"“{column}” ({field or 'not used'} then, {now[column] or 'not used'} now)"
        for column, field in file.columns.items()
        if column in now and now[column] != field
    ]
    if not other:
        return []
    more = [f"{len(other) - _MOST_COLUMNS} more"] if len(other) > _MOST_COLUMNS else []
    return [f"Columns understood differently from then: {listed(other[:_MOST_COLUMNS] + more)}."]
