"""Columns that tell who a patient is: found by their headers and by the shape of their values, and left out.

Nothing here keeps or repeats a value. A column is only ever judged as a whole, so that a single odd cell neither
condemns a laboratory value nor saves a list of names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from iren_core import schema
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import Distinct, RawTable
from iren_core.intake.values import as_text, is_missing, plain, read_date

#: Share of the values that must have the shape of an identifier.
_MOST = 0.5
#: Share of different values from which a column is a list of people rather than of categories.
_DISTINCT = 0.8
#: A number by which a person can be found has as many digits; one with fewer is a running number.
_FEWEST_DIGITS = {"hospital or identity numbers": 4, "identity card numbers": 6, "telephone numbers": 6}
#: Whoever was born later than this was a child when checkpoint inhibitors came; a date before it is a birth.
_LAST_BIRTH_YEAR = 2003

NAMES = "names or initials"
STAFF = "names of staff"
HOSPITAL_NUMBERS = "hospital or identity numbers"
CARDS = "identity card numbers"
TELEPHONES = "telephone numbers"
MAIL = "e-mail addresses"
BIRTHS = "full dates of birth"
ADDRESSES = "home addresses"
#: How the query begins that says that the patients' own numbers tell who they are.
NUMBERS_LOOK_LIKE = "The patient numbers look like"
WITHIN_TEXT = "telephone or identity card numbers within its text"


def _header(chinese: str, latin: str) -> re.Pattern[str]:
    """Headers in one case and width, without marks: a Chinese word anywhere in it, Latin ones the whole of it."""
    return re.compile(rf".*(?:{chinese}).*|(?:{latin})(?: (?:no|number|id))?")


_HEADERS: dict[str, re.Pattern[str]] = {
    CARDS: _header(
        "身份证|证件号|护照",
        "(?:national |citizen )?(?:id ?card|identity)(?: card)?|passport|ssn|social security",
    ),
    TELEPHONES: _header(
        "电话|手机|联系方式", "(?:tele|cell |mobile )?phone|mobile|tel|contact|whatsapp|wechat"
    ),
    MAIL: _header("邮箱|电子邮件", "e ?mail(?: address)?"),
    BIRTHS: _header("出生|生日", "(?:birth ?date|date of birth|dob|birthday|born|d o b)(?: .*)?"),
    ADDRESSES: _header("住址|地址|户籍", "(?:home |postal |street )?address|post ?code|zip(?: ?code)?"),
    STAFF: _header(
        "(?:医生|医师|大夫|护士)(?:姓名)?$",
        "(?:attending |treating |responsible )?(?:doctor|physician|dermatologist|nurse)(?: in charge| name)?",
    ),
    NAMES: _header(
        "姓名|名字|^姓$",
        "(?:patients? |pt |full |first |last |family |given |middle )?(?:name|initials)s?(?: of patient)?|surname",
    ),
    HOSPITAL_NUMBERS: _header(
        "住院号|病案号|病历号|门诊号|就诊卡|医保|登记号",
        "m ?r ?n|(?:hospital|medical record|admission|inpatient|chart|insurance|file)(?: record)?",
    ),
}
_CARD = re.compile(r"\d{17}[\dXx]")
_TELEPHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|\+\d[\d -]{7,}\d|0\d{2,3}-\d{7,8}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_HOSPITAL_NUMBER = re.compile(r"[A-Za-z]{0,2}\d{7,}")
_WITHIN = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
#: The hundred commonest family names, of some 85 % of the people of China (public census tables).
_FAMILY_NAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_CHINESE_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_LATIN_NAME = re.compile(r"[A-Z][a-zA-Z'’-]+(?:, ?| )(?:[A-Z]\.? )?[A-Z][a-zA-Z'’-]+")


class Identifier(NamedTuple):
    """A column that tells, or may tell, who the patients are.

    kind : what it holds, e.g. ``"telephone numbers"``
    by_header : whether its header says so; else only its values look so
    """

    column: str
    kind: str
    by_header: bool

    @property
    def sentence(self) -> str:
        """What was found, without a value of it."""
        return f"The column “{self.column}” {'holds' if self.by_header else 'seems to hold'} {self.kind}"


class _Cells(NamedTuple):
    """The different cells of a column that are not empty, and how often each stands there."""

    values: list[Any]
    often: list[int]

    @classmethod
    def of(cls, cells: Distinct) -> _Cells:
        often = np.bincount(cells.codes, minlength=len(cells.values)).tolist()
        kept = [(v, n) for v, n in zip(cells.values, often, strict=True) if not is_missing(v)]
        return cls([value for value, _ in kept], [number for _, number in kept])

    def as_texts(self) -> _Cells:
        return self._replace(values=[as_text(value) for value in self.values])

    def most(self, holds: Callable[[Any], Any]) -> bool:
        """Whether it holds of most cells; stops as soon as that is settled."""
        needed = _MOST * sum(self.often)
        met, left = 0, sum(self.often)
        for value, number in zip(self.values, self.often, strict=True):
            left -= number
            met += number if holds(value) else 0
            if met > needed or met + left <= needed:
                break
        return met > needed


def identifiers(table: RawTable, matches: Sequence[ColumnMatch]) -> tuple[Identifier, ...]:
    """The columns that tell who the patients are, in the order of the file.

    Headers are asked first. Values are looked at only where the name of the column does not make it a category, a
    number or a date of the disease: a list of drugs in Chinese can look like a list of names.
    """
    found = []
    for place, match in enumerate(matches):
        if not _may_tell(match):
            continue
        cells = _Cells.of(table.distinct(place))
        if not cells.values:
            continue
        if kind := _by_header(match, cells):
            found.append(Identifier(match.column, kind, True))
        elif kind := _by_values(match, cells):
            found.append(Identifier(match.column, kind, False))
    return tuple(found)


def told_by_header(column: str) -> str:
    """What a header says that tells who a patient is, whatever stands below it; "" where it says nothing of the kind.

    >>> told_by_header("Hospital ID"), told_by_header("住院号"), told_by_header("Age")
    ('hospital or identity numbers', 'hospital or identity numbers', '')
    """
    header = re.sub(r"[\s_.:/#()*-]+", " ", plain(column)).strip()
    return next((kind for kind, pattern in _HEADERS.items() if pattern.fullmatch(header)), "")


def leave_out(
    matches: Iterable[ColumnMatch], found: Iterable[Identifier], keep: Container[str] = ()
) -> tuple[ColumnMatch, ...]:
    """The matches without the columns that tell who the patients are.

    Kept are those that a reader chose or names in ``keep``, and the patient number, which study numbers can replace.
    """
    why = {identifier.column: identifier for identifier in found}
    return tuple(
        replace(match, field=None, how="none", note=f"{why[match.column].kind.capitalize()}: personal data.")
        if match.column in why
        and match.column not in keep
        and match.how != "chosen"
        and match.field != "patient_id"
        else match
        for match in matches
    )


def study_numbers(identities: Sequence[str]) -> list[str]:
    """A running number for each patient, in the order in which the patients first appear.

    >>> study_numbers(["20230071", "20230044", "20230071"])
    ['1', '2', '1']
    """
    number = {identity: str(place) for place, identity in enumerate(dict.fromkeys(identities), start=1)}
    return [number[identity] for identity in identities]


def is_card_number(text: str) -> bool:
    """Whether the last digit of an 18-digit identity card number fits the others (GB 11643-1999).

    >>> is_card_number("11010519491231002X"), is_card_number("110105194912310021")
    (True, False)
    """
    if not _CARD.fullmatch(text):
        return False
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(weight * int(digit) for weight, digit in zip(weights, text, strict=False))
    return "10X98765432"[total % 11] == text[-1].upper()


def _may_tell(match: ColumnMatch) -> bool:
    """Whether a column can tell who a patient is: not where its name makes it a category, a number or a date."""
    return not (match.field and match.used) or schema.field(match.field).kind == "text"


def _by_header(match: ColumnMatch, cells: _Cells) -> str:
    if match.field == "initials" and match.used:
        return NAMES
    kind = told_by_header(match.column)
    fewest = _FEWEST_DIGITS.get(kind, 0)
    if not kind or not cells.most(lambda cell: _digits(cell) >= fewest):
        return ""  # "telephone follow-up: healed"
    if kind == BIRTHS and cells.most(_is_less_than_a_date):
        return ""  # the year alone tells no more than the age
    return kind


def _by_values(match: ColumnMatch, cells: _Cells) -> str:
    known = schema.field(match.field) if match.field and match.used else None
    texts = cells.as_texts()
    names_people = known is None or known.name == "patient_id"
    shapes: tuple[tuple[str, Callable[[], bool]], ...] = (
        (MAIL, lambda: any("@" in text and _MAIL.fullmatch(text) for text in texts.values)),
        (CARDS, lambda: texts.most(is_card_number)),
        (TELEPHONES, lambda: texts.most(_TELEPHONE.fullmatch)),
        (BIRTHS, lambda: known is None and cells.most(_is_birth)),
        (NAMES, lambda: names_people and _are_names(texts)),
        (
            HOSPITAL_NUMBERS,
            lambda: names_people and known is not None and texts.most(_HOSPITAL_NUMBER.fullmatch),
        ),
        (WITHIN_TEXT, lambda: bool(_WITHIN.search("\n".join(t for t in texts.values if not t.isdigit())))),
    )
    return next((kind for kind, holds in shapes if holds()), "")


def _are_names(texts: _Cells) -> bool:
    """Whether the texts are shaped like names of people, and nearly all different."""
    if len(set(texts.values)) < max(2, _DISTINCT * sum(texts.often)):
        return False
    return any(texts.most(shape) for shape in (_is_chinese_name, _LATIN_NAME.fullmatch))


def _digits(cell: Any) -> int:
    return sum(letter.isdigit() for letter in as_text(cell))


def _is_less_than_a_date(cell: Any) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:\D\d{1,2})?\D?", as_text(cell)))


def _is_birth(cell: Any) -> bool:
    if isinstance(cell, str) and len(cell) < 8:
        return False
    date = (
        cell
        if isinstance(cell, datetime)
        else read_date(cell, "unknown").value
        if isinstance(cell, str)
        else None
    )
    return date is not None and 1900 < date.year <= _LAST_BIRTH_YEAR


def _is_chinese_name(text: str) -> bool:
    return bool(_CHINESE_NAME.fullmatch(text)) and text[0] in _FAMILY_NAMES
