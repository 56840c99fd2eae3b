"""Units as spreadsheets write them, and the conversions that are clear."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from iren_core import schema
from iren_core.intake.one_reading import once_a_reading

#: Further spellings of a unit; the key is the spelling used here. Powers of ten are handled in ``unit_key``.
_SPELLINGS: dict[str, str] = {
    "years": "y yr yrs year years 岁 周岁 年",
    "days": "d day days 天 日",
    "weeks": "wk wks week weeks 周 星期",
    "months": "mo month months 月 个月",
    "hours": "h hr hrs hour hours 小时",
    "cm": "cm 厘米 公分",
    "m": "m meter metre meters metres 米",
    "mm": "mm 毫米",
    "in": "in inch inches",
    "kg": "kg kgs 公斤 千克",
    "jin": "jin 斤 市斤",
    "lb": "lb lbs pound pounds",
    "g": "g gram grams 克",
    "mg": "mg 毫克",
    "kg/m2": "kg/m2 kg/m^2 kg/㎡",
    "mg/day": "mg/day mgd mg/24h mg/d mg/天 mg/日 mgperday",
    "g/day": "g/day g/d g/天",
    "mg/kg/day": "mg/kg/day mg/kg/24h mg/kg/d mg/kg.d mg/(kg.d) mg/kg.day mg/kg·d mg/(kg·d) mg/kg/天",
    "mg/kg": "mg/kg",
    "g/kg": "g/kg",
    "fraction": "fraction fractions",
    "%": "% %bsa %tbsa bsa% percent pct",
    "g/l": "g/l gl 克/升",
    "g/dl": "g/dl gdl g% g/100ml",
    "mg/l": "mg/l mgl",
    "mg/dl": "mg/dl mgdl mg% mg/100ml",
    "ug/ml": "ug/ml mcg/ml",
    "ug/l": "ug/l ugl mcg/l",
    "ng/ml": "ng/ml ngml",
    "ng/l": "ng/l",
    "pg/ml": "pg/ml pgml",
    "mmol/l": "mmol/l mmoll mm mmol",
    "umol/l": "umol/l umoll um umol",
    "meq/l": "meq/l",
    "u/l": "u/l iu/l",
    "bpm": "bpm beats/min /min 次/分 次/分钟 次/min",
    "°c": "°c ℃ c 摄氏度 degc",
    "°f": "°f ℉ f degf",
    "/ul": "/ul cells/ul cell/ul 个/ul /mm3 /mm^3 cells/mm3 cells/mm^3 个/mm3 10^6/l",
    "10^9/l": "10^9/l 10^3/ul k/ul 10^3/mm3 10^3/mm^3",
    "10^4/ul": "10^4/ul 万/ul 万/mm3",
    # No field is in these, and none is converted: known so that a column in them is not taken for another unit.
    "m2": "m2 m^2 平方米 sqm",
    "cm2": "cm2 cm^2 平方厘米",
    "stone": "stone stones st",
    "ounces": "oz ounce ounces",
    "feet": "ft foot feet 英尺",
    "minutes": "min mins minute minutes 分钟",
    "mmhg": "mmhg",
    "kpa": "kpa",
}
_PER = re.compile(r"([^\W\d]+) per ([^\W\d]+)")
#: "mg·kg-1·d-1" is mg/kg/d.
_TO_THE_MINUS_ONE = re.compile(
    r"(?:[·⋅.*/]| (?=kg|d\b|d-))([munpd]?l|kg|d)\^?(?:-1(?!\d)|\^?⁻\^?¹)", re.IGNORECASE
)
_KEYS = {spelling: key for key, spellings in _SPELLINGS.items() for spelling in spellings.split()}

#: Single letters that are units only inside brackets or after a separator.
_SHORT = frozenset(
    {
        "gl",
        "st",
        "oz",
        "ft",
        "min",
        "c",
        "f",
        "m",
        "g",
        "d",
        "h",
        "y",
        "mm",
        "um",
        "in",
        "mo",
        "年",
        "月",
        "日",
        "周",
        "天",
    }
)


class Conversion(NamedTuple):
    """Value in the field's unit = value in the column's unit × scale + shift."""

    scale: float
    shift: float = 0.0


SAME = Conversion(1.0)

#: (unit of the field, unit of the column): what follows from the units alone.
_BY_UNIT: dict[tuple[str, str], Conversion] = {
    ("g/l", "g/dl"): Conversion(10),
    ("mg/l", "mg/dl"): Conversion(10),
    ("mg/l", "ug/ml"): SAME,
    ("ng/ml", "ug/l"): SAME,
    ("ng/ml", "ug/ml"): Conversion(1000),
    ("ng/ml", "mg/l"): Conversion(1000),
    ("pg/ml", "ng/l"): SAME,
    ("pg/ml", "ng/ml"): Conversion(1000),
    ("/ul", "10^9/l"): Conversion(1000),
    ("10^9/l", "/ul"): Conversion(0.001),
    ("10^9/l", "10^4/ul"): Conversion(10),
    ("10^9/l", "g/l"): SAME,  # giga a litre
    ("kg", "jin"): Conversion(0.5),
    ("kg", "g"): Conversion(0.001),
    ("kg", "lb"): Conversion(0.45359237),
    ("cm", "m"): Conversion(100),
    ("cm", "mm"): Conversion(0.1),
    ("cm", "in"): Conversion(2.54),
    ("days", "weeks"): Conversion(7),
    ("days", "hours"): Conversion(1 / 24),
    ("days", "months"): Conversion(30.4375),
    ("years", "months"): Conversion(1 / 12),
    ("mmol/l", "meq/l"): SAME,
    ("umol/l", "mmol/l"): Conversion(1000),
    ("mg", "g"): Conversion(1000),
    ("mg/day", "g/day"): Conversion(1000),
    ("°c", "°f"): Conversion(5 / 9, -160 / 9),
    ("%", "fraction"): Conversion(100),
}

#: Field and unit of the column: what needs the molar mass of the substance. One mmol of glucose weighs
#: 180.16 mg, one µmol of creatinine 0.11312 mg, one mmol of urea 60.06 mg of which 28.01 mg are nitrogen.
_BY_FIELD: dict[tuple[str, str], Conversion] = {
    ("glucose_mmol_l", "mg/dl"): Conversion(1 / 18.016),
    ("creatinine_umol_l", "mg/dl"): Conversion(88.4),
}
UREA_MG_DL = Conversion(0.1665)
UREA_NITROGEN_MG_DL = Conversion(0.357)


def keep_raised(text: str) -> str:
    """Text with a "^" before every raised, lowered or circled digit, which would else become a plain one.

    >>> keep_raised("10⁹/L"), keep_raised("5²"), keep_raised("5①")
    ('10^9/L', '5^2', '5^1')
    """
    if text.isascii():
        return text
    return re.sub(
        r"[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u2473]",
        lambda found: "^" + unicodedata.normalize("NFKC", found[0]),
        text,
    )


def with_strokes(text: str) -> str:
    """Text in which what is divided by stands behind a stroke.

    >>> with_strokes("mg·kg-1·d-1"), with_strokes("10^9·L⁻¹"), with_strokes("cells per uL"), with_strokes("IL-1")
    ('mg/kg/d', '10^9/L', 'cells/uL', 'IL-1')
    """
    text = _PER.sub(
        lambda found: f"{found[1]}/{found[2]}" if unit_key(f"{found[1]}/{found[2]}") else found[0], text
    )
    return _TO_THE_MINUS_ONE.sub(r"/\1", text)


@once_a_reading
def unit_key(text: str) -> str:
    """The unit that a text spells, in one spelling; "" when it spells none.

    >>> unit_key("×10⁹/L"), unit_key("μg/L"), unit_key("个/µl"), unit_key("bedside")
    ('10^9/l', 'ug/l', '/ul', '')
    """
    return _KEYS.get(_plain(text), "")


def without_brackets(text: str) -> str:
    """A text without brackets around it.

    >>> without_brackets("(mg/L)"), without_brackets("（岁）")
    ('mg/L', '岁')
    """
    return text.strip(" ()（）[]")


def looks_like_unit(text: str) -> bool:
    """Whether a text that is no known unit is still written like one: "mg%", "pmol/L", "IU/mL".

    >>> looks_like_unit("pmol/L"), looks_like_unit("SJS/TEN"), looks_like_unit("bedside")
    (True, False, False)
    """
    amount = r"(?:[kmunpf]?(?:g|mol|iu|u|eq|l)|mg|10\^\d+|%)"
    return bool(re.fullmatch(rf"{amount}?(?:/(?:[kmudc]?l|kg|g|d|day|h|m2|mm3)|%)+", _plain(text)))


@lru_cache(maxsize=1)
def trailing_unit_pattern() -> re.Pattern[str]:
    """A unit at the end of a header without brackets: "weight kg", "身高cm", "ALB_g/L"."""
    long = sorted((s for s in _KEYS if s not in _SHORT), key=len, reverse=True)
    short = sorted(_SHORT, key=len, reverse=True)
    joined = "|".join(re.escape(s) for s in long)
    apart = "|".join(re.escape(s) for s in short)
    return re.compile(rf"(?:%|(?<![a-z0-9])(?:[×x*] ?)?(?:{joined})|(?<=[\s,_;])(?:{apart}))$")


def conversion(field: schema.Field, unit: str, header_key: str = "") -> Conversion | None:
    """How a column's values become the field's unit; ``None`` when that is not clear.

    unit : the column's unit as ``unit_key`` gives it; "" means the header names none, and the field's holds
    header_key : the column's name, which tells urea from urea nitrogen
    """
    target = unit_key(field.unit)
    if unit in ("", target):
        return SAME
    if field.name == "urea_mmol_l" and unit == "mg/dl":
        nitrogen = any(word in header_key for word in ("bun", "nitrogen", "尿素氮"))
        return UREA_NITROGEN_MG_DL if nitrogen else UREA_MG_DL
    return _BY_FIELD.get((field.name, unit)) or _BY_UNIT.get((target, unit))


def fitting_units(field: schema.Field, value: float) -> list[str]:
    """Units in which an impossible value would be a usual one: albumin 3.9 would fit g/dL.

    >>> fitting_units(schema.field("albumin_g_l"), 3.9)
    ['g/dl']
    """
    low, high = field.warn_min, field.warn_max
    if low is None or high is None:
        return []
    return [
        unit
        for unit, rule in convertible_units(field).items()
        if low <= value * rule.scale + rule.shift <= high
    ]


def convertible_units(field: schema.Field, header_key: str = "") -> dict[str, Conversion]:
    """Every unit other than the field's own from which a value can be converted, and how.

    >>> convertible_units(schema.field("albumin_g_l"))
    {'g/dl': Conversion(scale=10, shift=0.0)}
    """
    target = unit_key(field.unit)
    units = [unit for to, unit in _BY_UNIT if to == target]
    units += [unit for name, unit in _BY_FIELD if name == field.name]
    units += ["mg/dl"] if field.name == "urea_mmol_l" else []
    found = {unit: conversion(field, unit, header_key) for unit in units}
    return {unit: rule for unit, rule in found.items() if rule is not None}


def unit_words(key: str) -> str:
    """A unit as a reader writes it.

    >>> unit_words("ug/dl"), unit_words("10^9/l"), unit_words("jin")
    ('µg/dL', '10^9/L', 'jin (斤)')
    """
    if key == "jin":
        return "jin (斤)"
    if key == "bpm" or "/" not in key:
        return key
    return re.sub(r"\bu(?=g|mol|l)", "µ", re.sub(r"/([umd]?)l$", r"/\1L", key)).replace("/uL", "/µL")


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", keep_raised(text)).casefold().replace("μ", "u").replace("µ", "u")
    plain = re.sub(r"\s+|^per(?=\W)", "", plain).strip(",;:")
    plain = _TO_THE_MINUS_ONE.sub(r"/\1", plain)
    plain = re.sub(r"^[×x*](?=10)", "", plain)
    return re.sub(r"^10(?:\^|\*{1,2}|e)?(\d)(?=/)", r"10^\1", plain)
