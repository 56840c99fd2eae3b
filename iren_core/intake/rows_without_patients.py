"""Rows that are no patients: those that name the group of the patients below, summaries, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence

from iren_core.errors import first_few
from iren_core.intake.codings import means, named_category
from iren_core.intake.line import Line, plain_text
from iren_core.intake.match import field_called
from iren_core.intake.table import Problem
from iren_core.intake.values import plain

#: A row with a single value in a table wider than this is no patient's if the value reads like a note.
_NARROW = 3
_LONGEST_IDENTITY = 24
#: A longer text above the header is a title.
_LONGEST_HEADING = 40
#: A longer text names no group of patients.
_LONGEST_GROUP = 200
#: Patients go by numbers where so many of them do.
_MOSTLY = 0.8
#: Words that stand for no patient, and such as may be somebody's initials: "SD", "N", "Max".
_CLEAR_WORDS = (
    r"mean|median|average|avg|(?:grand |sub-?)?totals?|std\.? ?dev\.?|standard deviation|range|minimum|maximum|iqr|"
    r"interquartile range|"
    r"合计|总计|小计|共计|总和|平均|平均值|平均数|均值|均数|中位数|中位值|标准差|最大值|最小值|极差|范围|"
    r"四分位数?间?距?|例数|(?:[ptfz]|χ2?|chi-?squared?|卡方)[ -]?(?:values?|值)|test statistics?|(?:检验)?统计量|"
    r"\d\d ?% ?ci|(?:\d\d ?% ?)?(?:confidence interval|置信区间|可信区间)|"
    r"\d{1,2}(?:st|nd|rd|th) (?:per)?centile|(?:per)?centile|(?:(?:lower|upper|1st|3rd|first|third) )?quartile|"
    r"第? ?\d{1,2} ?百分位数?|(?:上|下)四分位数?|coefficient of variation|变异系数|[x×] ?± ?sd?|m ?\(iqr\)|mean ?± ?sd"
)
#: The values that healthy people have.
_REFERENCE_WORDS = (
    r"(?:laboratory |lab )?(?:normal|reference|ref\.?) ?(?:ranges?|intervals?|values?|limits?)|"
    r"(?:lower|upper) (?:reference )?limit(?: of normal)?|lln|uln|"
    r"(?:正常)?参考(?:值|范围|区间|值范围)|正常(?:值|范围|区间|值范围)"
)
_SHORT_WORDS = r"sum|sd|s\.d\.|std|sem|min|max|n"
#: Such words among patients who go by numbers: "Q1", "Q3" and "P75" where no other is called so.
_CODE = re.compile(r"q[123]|p(?:5|10|25|50|75|90|95)|[ptfzu]|χ2?|se|df|cv ?%?", re.IGNORECASE)
#: A mean that is said in another column than that of the patients' numbers.
_MEAN = re.compile(r"mean|median|average|subtotal|平均值?|平均数|均值|均数|中位数|小计|合计", re.IGNORECASE)
_REFERENCE = re.compile(rf"(?:{_REFERENCE_WORDS})(?:[\s(:=,].*)?", re.IGNORECASE)
#: The first cell of a row that sums up the rows above it: "Subtotal steroid", "n = 12"; not the patient "SD 001".
CLEAR_SUMMARY = re.compile(
    rf"(?:{_CLEAR_WORDS})(?:[\s(:=±+,].*)?|n ?[=:] ?\d+|"
    rf".*(?:小计|合计|均值|中位数)|.*\W(?:(?:sub-?)?total|mean|median)|{_REFERENCE.pattern}",
    re.IGNORECASE,
)
SUMMARY = re.compile(rf"{CLEAR_SUMMARY.pattern}|(?:{_SHORT_WORDS})(?:\s*[(:=±].*)?", re.IGNORECASE)
#: What a printed page says of itself, and who made it.
_PAGE = re.compile(
    r"第 ?\d+ ?页|共 ?\d+ ?页|page ?\d+(?: ?(?:of|/) ?\d+)?$|(?:date )?printed (?:on|by)\b|print(?:ing)? date|"
    r"(?:(?:制表|打印|审核|填表|统计|复核|校对|报告|录入|导出)(?:人员?|者|员|日期|时间|单位))(?:\s*[:/].*|$)|"
    r"(?:prepared|compiled|checked|exported|created) (?:by|on)\b",
    re.IGNORECASE,
)
#: The beginning of a note.
NOTE = re.compile(
    r"(?:备注|附注|说明|注|note|notes|source|remark|legend|(?:数据|资料)?来源|缩写|abbreviations?|footnotes?)\s*\d*\s*[:.]|"
    rf"[*†‡§※]|#\s|p\s*[=<>]\s*0?\.\d|{_PAGE.pattern}",
    re.IGNORECASE,
)
#: What a letter or a number stands for: "A: corticosteroid monotherapy".
_LEGEND = re.compile(r"[A-Za-z0-9]{1,2}\s*[:=]\s*[^\d\s:=][^:=]{2,}")
#: A row between the patients that names those below it, and how many it says that these are.
_GROUP = re.compile(r"\b(?:group|arm|cohort)\b|组$")
_PATIENTS_OF_GROUP = re.compile(
    r"[（(\[]?\s*(?:(?<![a-z])n\s*[=:＝：]\s*\d+|(?<!\d)\d+\s*(?:例|patients|pts))\s*[)）\]]?", re.IGNORECASE
)
_NUMBER = re.compile(r"\d")
#: One of these stands between a word for a sum and a number.
_APART = re.compile(r"[\s(:=±+,（：＝，＋]")
#: The number of a table before its title.
_TABLE = re.compile(r"(?:table|续?表) ?(?:\d+|[一二三四五六七八九十]) ?[.:：、．]? *", re.IGNORECASE)
#: Where the words for an arm may be parted from those for a diagnosis.
_PART = re.compile(r"[\s,;:|/()\-–—]+")
_DASHES = frozenset("-–—/")
#: The column that is made of such rows.
HEADING = "{} (heading above the patients)"


def _is_numbered(text: str) -> bool:
    """Whether a text holds a number that is not one of patients: "SJS-1"."""
    return bool(_NUMBER.search(_bare(text)))


def _bare(text: str) -> str:
    return without_number_of_patients(plain(text)).strip(" ()（）")


def without_number_of_patients(name: str) -> str:
    """The name of a group or a sheet without how many patients it says that there are.

    >>> without_number_of_patients("SM+TNFi (n=5)"), without_number_of_patients("联合组 12例")
    ('SM+TNFi', '联合组')
    """
    return _PATIENTS_OF_GROUP.sub("", name).strip()


def _says_number_of_patients(text: str) -> bool:
    """Whether a text says how many patients there are and nothing else: "n = 18", "18例"."""
    return bool(_PATIENTS_OF_GROUP.fullmatch(plain(text)))


def named_groups(text: str) -> list[tuple[str, str]]:
    """The fields of which a text names a group, each with its part of the text; empty where it names none.

    >>> named_groups("Combination therapy - SJS"), named_groups("SJS-1")
    ([('arm', 'Combination therapy'), ('diagnosis', 'SJS')], [])
    """
    if len(text) > _LONGEST_GROUP:
        return []
    text = _TABLE.sub("", text)
    wide = plain_text(text)
    for cut in sorted(
        _PART.finditer(wide), key=lambda cut: cut[0].isspace()
    ):  # a dash parts more than a blank
        both = [named_group(part.strip()) for part in (wide[: cut.start()], wide[cut.end() :].strip(" ()"))]
        found = [group for group in both if group]
        if len({field for field, _ in found}) == 2:
            return found
    group = named_group(text)
    return [group] if group else []


def is_title(text: str) -> bool:
    """Whether a text that stands alone is a table's title: "Table 2. Laboratory values", or a long one.

    >>> is_title("表2 实验室检查"), is_title("P-007")
    (True, False)
    """
    return bool(_TABLE.match(text)) or (len(text) > _LONGEST_IDENTITY and " " in text)


def named_group(text: str) -> tuple[str, str] | None:
    """The field of which a text names a group, and the text; ``None`` where it names none, or a patient.

    >>> named_group("Steroid group (n=18)"), named_group("SJS"), named_group("SJS-1"), named_group("死亡组")
    (('arm', 'Steroid group (n=18)'), ('diagnosis', 'SJS'), None, ('outcome', '死亡组'))
    """
    if len(text) > _LONGEST_GROUP or _is_numbered(text):
        return None  # "SJS-1" is a patient's number
    bare = _bare(text)
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
    known = {number: groups for number, text in texts.items() if (groups := named_groups(text))}
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
            for field, said in known.get(line.number, [(about, text)]):
                about = field
                outer = list(under)[: list(under).index(about)] if about in under else list(under)
                under = {**{each: under[each] for each in outer}, about: said}
            headings[line.number] = text
        else:
            under = {} if text else under  # whatever it is, those below are not of the group above
            line.headings = dict(under)
            patients.append(line)
    return patients, problems, [_headings_said(headings)]


def may_head_patients(above: Line, body: Sequence[Line], header: Sequence[str | None]) -> bool:
    """Whether the row above the header names the group of the patients below it, as others between the patients do."""
    text = _lone_text(above, len(header))
    if not text or _is_numbered(text) or len(plain_text(text)) > _LONGEST_HEADING:
        return False
    between = (each for line in body if (each := _lone_text(line, len(header))))
    return any(map(named_groups, between))


def _without_summaries(
    lines: Sequence[Line], number: int, *, sure: bool
) -> tuple[Sequence[Line], list[Problem]]:
    """The rows without those between the patients that sum some of them up; each of these goes to the query list.

    number : the position of the column with the patients' numbers
    sure : whether a short word such as "SD" is nobody's initials
    """
    codes = _codes_of_sums(lines, number)
    sums = {
        line.number: line
        for line in lines
        if line.number in codes or _sums_up(line, number, sure=sure) or _tells_of_the_page(line)
    }
    return [line for line in lines if line.number not in sums], [*map(_no_patient, sums.values())]


def _sums_up(line: Line, number: int, *, sure: bool) -> bool:
    """Whether a word for a sum or a mean stands in place of a patient's number, and fewer words than numbers beside."""
    own = plain_text(line.cells[number]) if number < len(line.cells) else ""
    said = own or plain_text(line.first_text)
    if not own or is_bare(own):
        said = next((text for text in map(plain_text, line.held) if _MEAN.fullmatch(text)), said)
    clear = bool(CLEAR_SUMMARY.fullmatch(said))
    if not clear and not (sure and SUMMARY.fullmatch(said)):
        return False
    first = plain_text(line.first_text)  # may name the group once more
    others = [text for cell in line.held if (text := plain_text(cell)) not in (said, first)]
    words = sum(text not in _DASHES and not _NUMBER.search(text) for text in others)
    return words == 0 if not clear else 2 * words < max(len(others), 1)


def _codes_of_sums(lines: Sequence[Line], number: int) -> set[int]:
    """The rows of numbers that begin with "Q1" or "P" where patients go by numbers, and by none with that letter."""
    names = {line.number: _name(line, number) for line in lines}
    found = {at for at, name in names.items() if len(name) < 5 and _CODE.fullmatch(name)}
    others = (
        [name for at, name in names.items() if at not in found and not reads_like_summary(name)]
        if found
        else []
    )
    if not others or not are_numbered(others):
        return set()
    letters = {name[:1].casefold() for name in others}
    values = {
        line.number: [plain_text(cell) for cell in line.held if plain_text(cell) != names[line.number]]
        for line in lines
    }
    worded = all(
        any(not _NUMBER.search(text) for text in values[at]) for at in names.keys() - found if values[at]
    )
    found = {
        at
        for at in found
        if is_bare(names[at])
        or names[at][0].casefold() not in letters
        or (worded and not _follows(names[at], {*others}))
    }
    return {at for at in found if values[at] and all(_NUMBER.search(text) for text in values[at])}


def _follows(code: str, names: Container[str]) -> bool:
    """Whether a patient has the number before that of "P25", or the next."""
    number = int(code[1:])
    return any(f"{code[0]}{each}" in names for each in (number - 1, number + 1))


def _name(line: Line, number: int) -> str:
    """What stands in place of a patient's number, or where that is empty first in a row."""
    return plain_text(line.cells[number] if number < len(line.cells) else None) or plain_text(line.first_text)


def _tells_of_the_page(line: Line) -> bool:
    """Whether a row holds nothing but what a printed page says of itself."""
    held = line.held
    return len(line.cells) > 1 and 0 < len(held) <= _NARROW and bool(_PAGE.match(plain_text(held[0])))


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


def without_foot(
    body: Sequence[Line], header: Sequence[str | None], width: int
) -> tuple[Sequence[Line], list[Problem]]:
    """The rows without the summaries and notes below the last patient; each of these goes to the query list.

    What stands alone below a note belongs to it, as its second sentence.
    """
    end = len(body)
    number = last_number(header)
    codes = _codes_of_sums(body, number)
    for place in range(len(body) - 1, -1, -1):
        line = body[place]
        if line.blank or line.number in codes or _is_foot(line, number, width, body[place - 1].blank):
            end = place
        elif not _is_alone(line, width):
            break
    return body[:end], [_no_patient(line, "below the patients ") for line in body[end:] if not line.blank]


def _no_patient(line: Line, where: str = "") -> Problem:
    what = (
        "gives reference ranges"
        if _REFERENCE.fullmatch(plain_text(line.first_text))
        else "is a summary or a note"
    )
    said = f"This row {where}{what}; it was not counted as a patient."
    advice = "If it is a patient, write a patient number into its first cell."
    return Problem(line.number, "", line.first_text, said, advice, "warning")


def _is_foot(line: Line, number: int, width: int, after_blank: bool) -> bool:
    text = plain_text(line.first_text)
    if _sums_up(line, number, sure=True) or _tells_of_the_page(line):
        return True
    held = line.held
    if width > 1 and len(held) == 1 and isinstance(held[0], str) and _reads_like_note(text):
        return True
    return _is_alone(line, width) and (len(text) > _LONGEST_IDENTITY or (after_blank and " " in text))


def _reads_like_note(text: str) -> bool:
    long = len(text) > _LONGEST_IDENTITY and " " in text
    return long or bool(NOTE.match(text) or _LEGEND.fullmatch(text))


def _is_alone(line: Line, width: int) -> bool:
    """Whether a row holds a single text, in a table in which a patient has more."""
    held = line.held
    return width > _NARROW and len(held) == 1 and isinstance(held[0], str)
