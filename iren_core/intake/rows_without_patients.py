"""Rows that are no patients: those that name the group of the patients below, summaries, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from iren_core.errors import first_few
from iren_core.intake.codings import means, named_category
from iren_core.intake.line import Line, plain_text
from iren_core.intake.match import field_called
from iren_core.intake.table import Problem
from iren_core.intake.values import plain

#: A row with a single value in a table wider than this is no patient's if the value reads like a note.
_NARROW = 3
_LONGEST_IDENTITY = 24
#: Patients go by numbers where so many of them do.
_MOSTLY = 0.8
#: Words that stand for no patient, and such as may be somebody's initials: "SD", "N", "Max".
_CLEAR_WORDS = (
    r"mean|median|average|avg|(?:grand |sub-?)?totals?|std\.? ?dev\.?|standard deviation|range|minimum|maximum|iqr|"
    r"interquartile range|"
    r"合计|总计|小计|共计|总和|平均|平均值|平均数|均值|均数|中位数|中位值|标准差|最大值|最小值|极差|范围|"
    r"四分位数?间?距?|例数"
)
_SHORT_WORDS = r"sum|sd|s\.d\.|std|sem|min|max|n"
#: The first cell of a row that sums up the rows above it: "Subtotal steroid", "n = 12"; not the patient "SD 001".
CLEAR_SUMMARY = re.compile(
    rf"(?:{_CLEAR_WORDS})(?:[\s(:=±+,].*)?|n ?[=:] ?\d+|"
    r".*(?:小计|合计|均值|中位数)|.*\W(?:(?:sub-?)?total|mean|median)",
    re.IGNORECASE,
)
SUMMARY = re.compile(rf"{CLEAR_SUMMARY.pattern}|(?:{_SHORT_WORDS})(?:\s*[(:=±].*)?", re.IGNORECASE)
#: The beginning of a note.
NOTE = re.compile(
    r"(?:备注|附注|说明|注|note|notes|source|remark|legend|来源)\s*\d*\s*[:.]|[*†‡§※]|#\s", re.IGNORECASE
)
#: A row between the patients that names those below it, and how many it says that these are.
_GROUP = re.compile(r"\b(?:group|arm|cohort)\b|组$")
_PATIENTS_OF_GROUP = re.compile(r"\(?n ?[=:] ?\d+\)?|\d+ ?(?:patients|例)")
_NUMBER = re.compile(r"\d")
#: One of these stands between a word for a sum and a number.
_APART = re.compile(r"[\s(:=±+,（：＝，＋]")
_DASHES = frozenset("-–—/")
#: The column that is made of such rows.
HEADING = "{} (heading above the patients)"


def _is_numbered(text: str) -> bool:
    """Whether a text holds a number that is not one of patients: "SJS-1"."""
    return bool(_NUMBER.search(_bare(text)))


def _bare(text: str) -> str:
    return _PATIENTS_OF_GROUP.sub("", plain(text)).strip(" ()（）")


def _says_number_of_patients(text: str) -> bool:
    """Whether a text says how many patients there are and nothing else: "n = 18", "18例"."""
    return bool(_PATIENTS_OF_GROUP.fullmatch(plain(text)))


def named_group(text: str) -> tuple[str, str] | None:
    """The field of which a text names a group, and the text; ``None`` where it names none, or a patient.

    >>> named_group("Steroid group (n=18)"), named_group("SJS"), named_group("SJS-1"), named_group("死亡组")
    (('arm', 'Steroid group (n=18)'), ('diagnosis', 'SJS'), None, ('outcome', '死亡组'))
    """
    bare = _bare(text)
    if _is_numbered(text):
        return None  # "SJS-1" is a patient's number
    if means("outcome", _GROUP.sub("", bare).strip()):
        return "outcome", text
    known = next((field for field in ("arm", "diagnosis") if named_category(field, text)), "")
    field = known or ("arm" if _GROUP.search(bare) else "")
    return (field, text) if field else None


def _headings_said(headings: Mapping[int, str]) -> str:
    """The sentence on such rows: the number of each, and what it says."""
    shown = first_few([f"{number} (“{text}”)" for number, text in headings.items()])
    return f"Rows that name a group are no patients; a column repeats what they say for the patients below: {shown}."


def last_number(header: Iterable[str | None]) -> int:
    """The position of the last column with numbers of patients; 0 where none is known.

    >>> last_number(["No.", "Patient ID", "Age"])
    1
    """
    return max(
        (at for at, name in enumerate(header) if name and field_called(name) == "patient_id"), default=0
    )


def under_headings(
    lines: Sequence[Line], header: Sequence[str | None], width: int
) -> tuple[list[Line], list[Problem], list[str]]:
    """The patients, each with what the headings above it say; a summary between them is none.

    Returns the patients, what goes to the query list, and sentences on what was taken for granted.
    """
    lone = {line.number: text for line in lines if (text := _lone_text(line, width))}
    texts = _where_patients_begin(lines, lone, header[:width]) if lone else {}
    known = {number: group for number, text in texts.items() if (group := named_group(text))}
    patients_begin = (line.first_text for line in lines if line.number not in texts)
    numbered = are_numbered(text for text in patients_begin if not reads_like_summary(text))
    lines, problems = _without_summaries(lines, last_number(header), sure=numbered or bool(known))
    if not known:
        return [*lines], problems, []
    under: dict[str, str] = {}
    about = "arm"
    headings: dict[int, str] = {}
    patients: list[Line] = []
    for line in lines:
        text = texts.get(line.number, "")
        if text and (line.number in known or (numbered and not _is_numbered(text))):
            about = known[line.number][0] if line.number in known else about
            outer = list(under)[: list(under).index(about)] if about in under else list(under)
            under = {**{each: under[each] for each in outer}, about: text}
            headings[line.number] = text
        else:
            under = {} if text else under  # whatever it is, those below are not of the group above
            line.headings = dict(under)
            patients.append(line)
    return patients, problems, [_headings_said(headings)]


def _without_summaries(
    lines: Sequence[Line], number: int, *, sure: bool
) -> tuple[Sequence[Line], list[Problem]]:
    """The rows without those between the patients that sum some of them up; each of these goes to the query list.

    number : the position of the column with the patients' numbers
    sure : whether a short word such as "SD" is nobody's initials
    """
    sums = {line.number: line for line in lines if _sums_up(line, number, sure=sure)}
    return [line for line in lines if line.number not in sums], [*map(_no_patient, sums.values())]


def _sums_up(line: Line, number: int, *, sure: bool) -> bool:
    """Whether a word for a sum or a mean stands in place of a patient's number, and fewer words than numbers beside."""
    own = plain_text(line.cells[number]) if number < len(line.cells) else ""
    said = own or plain_text(line.first_text)
    clear = bool(CLEAR_SUMMARY.fullmatch(said))
    if not clear and not (sure and SUMMARY.fullmatch(said)):
        return False
    first = plain_text(line.first_text)  # may name the group once more
    others = [text for cell in line.held if (text := plain_text(cell)) not in (said, first)]
    words = sum(text not in _DASHES and not _NUMBER.search(text) for text in others)
    return words == 0 if not clear else 2 * words < max(len(others), 1)


def _where_patients_begin(
    lines: Sequence[Line], lone: Mapping[int, str], header: Sequence[str | None]
) -> dict[int, str]:
    """The lone texts that stand where patients begin, or have their number: one farther right is a patient's value."""
    begins = Counter(line.begins for line in lines if line.number not in lone)
    last = max(begins.most_common(1)[0][0] if begins else 0, last_number(header))
    return {line.number: lone[line.number] for line in lines if line.number in lone and line.begins <= last}


def _lone_text(line: Line, width: int) -> str:
    """The text of a row that holds nothing else than perhaps a number of patients, "n = 18"; "" for any other row."""
    held = line.held
    alone = width > _NARROW and bool(held) and all(isinstance(cell, str) for cell in held)
    return held[0] if alone and all(map(_says_number_of_patients, held[1:])) else ""


def are_numbered(names: Iterable[str]) -> bool:
    """Whether patients go by numbers, so that a bare word is none."""
    numbered = [not is_bare(name) for name in names]
    return sum(numbered) > _MOSTLY * len(numbered)


def is_bare(name: str) -> bool:
    """Whether a patient's number has no digit."""
    return not name[-1:].isdigit() and not _NUMBER.search(name)  # nearly every one ends in a digit


def reads_like_summary(cell: object) -> bool:
    """Whether a cell may be the first of a row that sums others up.

    >>> reads_like_summary("Mean (SD)"), reads_like_summary("SD-001"), reads_like_summary("P7")
    (True, False, False)
    """
    if not isinstance(cell, str) or not cell or (cell[-1].isdigit() and not _APART.search(cell)):
        return False  # as nearly every patient's number, which is looked at no longer
    return bool(SUMMARY.fullmatch(plain_text(cell)))


def like_summaries(cells: Iterable[object]) -> list[int]:
    """The places of the cells that may be the first of a row that sums others up.

    A digit behind nothing but letters and digits, as in nearly every patient's number, is passed by at once.
    """
    return [
        at
        for at, cell in enumerate(cells)
        if isinstance(cell, str) and not (cell.isalnum() and cell[-1].isdigit()) and reads_like_summary(cell)
    ]


def without_foot(
    body: Sequence[Line], header: Sequence[str | None], width: int
) -> tuple[Sequence[Line], list[Problem]]:
    """The rows without the summaries and notes below the last patient; each of these goes to the query list.

    What stands alone below a note belongs to it, as its second sentence.
    """
    end = len(body)
    number = last_number(header)
    for place in range(len(body) - 1, -1, -1):
        line = body[place]
        if line.blank or _is_foot(line, number, width, body[place - 1].blank):
            end = place
        elif not _is_alone(line, width):
            break
    return body[:end], [_no_patient(line, "below the patients ") for line in body[end:] if not line.blank]


def _no_patient(line: Line, where: str = "") -> Problem:
    said = f"This row {where}is a summary or a note; it was not counted as a patient."
    advice = "If it is a patient, write a patient number into its first cell."
    return Problem(line.number, "", line.first_text, said, advice, "warning")


def _is_foot(line: Line, number: int, width: int, after_blank: bool) -> bool:
    text = plain_text(line.first_text)
    if _sums_up(line, number, sure=True):
        return True
    return _is_alone(line, width) and bool(
        NOTE.match(text) or len(text) > _LONGEST_IDENTITY or (after_blank and " " in text)
    )


def _is_alone(line: Line, width: int) -> bool:
    """Whether a row holds a single text, in a table in which a patient has more."""
    held = line.held
    return width > _NARROW and len(held) == 1 and isinstance(held[0], str)
