"""One card made safe to share: tables, picture and words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from iren_core.card import Card, Table
from iren_core.share_safe.counts import LEAST, SMALL, Sizes, lacking_few, masked, tight_parts, tight_sizes
from iren_core.share_safe.pictures import mask_picture
from iren_core.share_safe.tables import (
    OVERLAPPING,
    complements,
    differences_of_shares,
    event_rows,
    holds,
    is_patient_by_patient,
    mask,
    take_out,
)
from iren_core.share_safe.worked_back import (
    coarse,
    p_values_beside,
    p_values_of,
    rounded,
    small_shares,
    tight_columns,
    tight_rows,
    tight_sums,
    without_p_values,
    without_small_shares,
)

#: What a card says of itself once it has been masked.
SAID = (
    f"Made to be shared: counts from 1 to {LEAST - 1} are shown as <{LEAST}; the estimates beside them, and counts "
    "from which they could be worked back, are masked too. Patients are not named, and tables of one row a patient "
    "are left out, and so are curves and points of fewer than five, curves that end at a masked count, and lanes of "
    "patients. Exact p-values of masked counts say only on which side of 0.05 they lie. Other curves and pictures of "
    "points still show their steps and points."
)
#: What makes the shared card from the same file, after the lines that make the card.
_CODE = (
    "\nfrom iren_core.share_safe import share_safe\n\n"
    'card = share_safe(card, cohort.frame["patient_id"])\n'
    "print(card.finding)\n"
)
#: A list of names, and how many more: without the names their number would be left, of one as of several.
_NAMELESS = "(?:a patient|not named)"
_MORE = rf"(?:(?:, | and )(?:{_NAMELESS}|\d+ more))"
_LISTED = re.compile(rf"(?<=: ){_NAMELESS}{_MORE}*(?=\.)|{_NAMELESS}{_MORE}+")
#: What a caption says of points that are not drawn where they are few.
_CROSSES = re.compile(rf"({SMALL} patients died without one): crosses drawn in the strip above the axis and")
_NO_FINDING = f"The answer rests on fewer than {LEAST} patients and is not shown where it is shared."
_SENTENCES = re.compile(r"(?<=\.)\s+(?=[A-Z0-9(])")
_RESTING = re.compile(r"\d%(?! (?:CI|confidence|interval|band))|CI [−\d(]|\bratio\b", re.IGNORECASE)
#: What is said of the values of fewer than five: "a median of 8 days (n < 5)".
_OF_FEW = re.compile(
    rf"\b(?:median|mean|difference) .*n < {LEAST}\b|n < {LEAST}\b.*\b(?:median|mean|difference) "
)
#: What a number of deaths could be worked back from where it is masked: an expected number and a ratio to it.
_OF_DEATHS = re.compile(
    r"\bSMR [\d.]+|\b(?:expects|predicts) \d|\bratios? of [\d.]+ (?:to [\d.]+ )?instead of"
)
#: Numbers that rest on nothing masked: a masked count and its whole, how many factors, a p.
_HARMLESS = re.compile(
    r"[<≥]?\d+ of [<≥]?\d+|\d+ more of \d+|and \d+ more(?=\.)|\d+ factors?\b|\d+ had p|\bp [<=≥>] ?0\.\d+|"
    r"95% CI(?! )|(?:below|sides of) 0\.05"
)
_NUMBER = re.compile(r"(?<![\w\-–+])[−-]?\d+(?:\.\d+)?(?![\w+])")
_BRACKET = re.compile(r" \(([^()]*)\)")
_SELECTED = re.compile(r"(\d+) of \d+ patients:")


def share_safe(card: Card, identities: Iterable[str] = ()) -> Card:
    """The card as it may leave the clinic; the same card always gives the same one, and a masked one itself.

    Parameters
    ----------
    identities : the patients' names or numbers, to be taken out of every sentence
    """
    if is_shared(card):
        return card
    selected = _SELECTED.search(card.provenance)
    sizes = lacking_few(int(selected[1])) if selected else {}
    if selected:
        said = (card.finding, card.caption, card.alt, *card.notes)
        sizes = tight_parts(said, int(selected[1])) | sizes
    told = [one for one in card.tables if not is_patient_by_patient(one) and one.key not in OVERLAPPING]
    for tight in (tight_sizes(_texts(card)), *map(tight_rows, told), *map(tight_columns, told)):
        sizes = tight | sizes
    for table in told:
        sizes = tight_sums(table, sizes) | sizes
    shares = [without_small_shares(table, sizes) for table in told]
    tables = [mask(table, sizes) for table, _ in shares]
    tokens: set[str] = set().union(*(gone for _, gone in (*shares, *tables)))
    if tokens:
        tokens = tokens.union(*map(differences_of_shares, card.tables))
    ps = p_values_beside(masked(text, sizes) for text in _texts(card))
    ps = ps.union(
        *(
            p_values_of(one.values, _tell(one, safe, sizes))
            for one, (safe, _) in zip(told, tables, strict=True)
        )
    )
    patients = _patients(identities)

    def say(text: str) -> str:
        return coarse(_say(text, tokens, patients, sizes), ps)

    kept = tuple(without_p_values(take_out(table, tokens), ps) for table, _ in tables)
    cells = any(
        not after.shown.astype(str).equals(before.shown.astype(str))
        for before, after in zip(told, kept, strict=True)
    )
    if tokens or cells or any(masked(text, sizes) != text for text in _texts(card)):
        kept = tuple(map(rounded, kept))
    return replace(
        card,
        finding=_sentences(card.finding, say) or _NO_FINDING,
        alt=_sentences(card.alt, say) or _NO_FINDING,
        caption=_CROSSES.sub(r"\1: not drawn and", _sentences(card.caption, say)),
        notes=(SAID, *(note for each in card.notes if (note := _note(each, say)))),
        warning=_sentences(card.warning, say),
        methods=_sentences(card.methods, lambda text: masked(_nameless(text, patients), sizes)),
        tables=kept,
        figure=mask_picture(card, say, _at_risk(kept)),
        provenance=masked(card.provenance),
        code=card.code + _CODE,
    )


def _tell(table: Table, safe: Table, sizes: Sizes) -> np.ndarray:
    """The rows of a table, masked in ``safe``, of which an exact p would tell a masked count."""
    beside = (
        complements(safe.shown) if len(safe.shown) == len(table.values) else np.zeros(len(table.values), bool)
    )
    return event_rows(table.values) | small_shares(table.values, sizes) | beside


def is_shared(card: Card) -> bool:
    """Whether a card was made to be shared."""
    return card.code.endswith(_CODE)


def _texts(card: Card) -> Iterator[str]:
    """Every sentence and every cell as shown."""
    yield from (card.finding, card.caption, card.alt, *card.notes)
    for table in card.tables:
        yield from map(str, table.shown.to_numpy().ravel())


def _patients(identities: Iterable[str]) -> re.Pattern[str]:
    """The patients as sentences name them; a bare number only after the word itself."""
    names = sorted({str(name) for name in identities if str(name)}, key=len, reverse=True)
    bare = [re.escape(name) for name in names if not name.isdigit() and len(name) > 1]
    after = "|".join(map(re.escape, names)) or r"(?!)"
    alone = rf"|(?<![\w-])(?:{'|'.join(bare)})(?![\w-])" if bare else ""
    return re.compile(rf"\b[Pp]atient (?:{after})(?![\w-]){alone}")


def _nameless(text: str, patients: re.Pattern[str]) -> str:
    nameless = patients.sub(
        lambda found: "a patient" if found[0].lower().startswith("patient ") else "not named", text
    )
    return _LISTED.sub("patients not named", nameless)


def _say(text: str, tokens: set[str], patients: re.Pattern[str], sizes: Sizes) -> str:
    """A sentence as it may be said; none where its numbers rest on a masked count."""
    text = _nameless(text, patients)
    said = masked(text, sizes)
    rests = said.count(SMALL) > text.count(SMALL) and _RESTING.search(said)
    of_deaths = tokens and _OF_DEATHS.search(said)
    tells = rests or of_deaths or _OF_FEW.search(said) or holds(said, tokens)
    return _without_estimates(said) if tells else said


def _without_estimates(said: str) -> str:
    """A sentence whose estimates all stand in brackets, without them; none where one stands outside.

    >>> _without_estimates("Death went with higher TNF-α (AUC 1.00, 95% CI 0.68 to 1.00, t-test, p < 0.001).")
    'Death went with higher TNF-α (t-test, p < 0.001).'
    >>> _without_estimates("The difference is 9 points (95% CI −14 to 35).")
    ''
    """
    if _NUMBER.search(_HARMLESS.sub("", _BRACKET.sub("", said))):
        return ""
    return _BRACKET.sub(_without_numbers, said)


def _without_numbers(bracket: re.Match[str]) -> str:
    kept = [one for one in re.split(r"[,;] ", bracket[1]) if not _NUMBER.search(_HARMLESS.sub("", one))]
    return f" ({', '.join(kept)})" if kept else ""


def _sentences(text: str, say: Callable[[str], str]) -> str:
    return " ".join(said for part in _SENTENCES.split(text) if (said := say(part)))


def _note(text: str, say: Callable[[str], str]) -> str:
    """A note as it may be said; none where its first sentence may not, of which the others speak."""
    return _sentences(text, say) if say(_SENTENCES.split(text)[0]) else ""


def _at_risk(tables: tuple[Table, ...]) -> dict[str, list[list[str]]]:
    """Group -> its masked rows of the table of patients at risk, a panel each."""
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for table in tables:
        if table.key == "at_risk":
            days = [name for name in table.shown.columns if str(name).startswith("Day ")]
            for _, row in table.shown.iterrows():
                rows[str(row["Group"])].append([str(row[day]) for day in days])
    return rows
