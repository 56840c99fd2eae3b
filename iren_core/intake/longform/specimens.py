"""What a measurement was made in: the study's laboratory values are of blood, serum or plasma."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from iren_core.counted import rows_said
from iren_core.intake.headers import name_key, read_header
from iren_core.intake.match import field_called
from iren_core.intake.table import RawTable
from iren_core.intake.values import as_text, is_missing, plain

Specimen = Literal["blood", "other", "unknown"]
#: A column of such a name holds specimens even where none of its texts is known, unless these are numbers.
_NAMES = (
    "specimen specimentype specimensource sampletype sampletypes typeofsample typeofspecimen sampletypename material "
    "matrix samplematerial sample materialtype probenmaterial probenart "
    "标本 样本 标本类型 样本类型 标本种类 样本种类 标本名称 样本名称 标本类别 样本类别 检材 检验标本 送检标本 标本来源"
)
_OTHER = re.compile(
    r"尿(?!素|酸)|脑脊|痰|粪|大便|便常规|便潜血|胸水|胸腔|腹水|腹腔|积液|心包|引流|骨髓|疱液|水疱|唾液|组织|活检|分泌物|灌洗|"
    r"拭子|胃液|胆汁|汗液|关节|羊水|脐|体液|穿刺液|透析液|皮肤|导管|"
    r"\burin|\bcsf\b|cerebrospinal|liquor|sputum|stool|f(?:a?e)cal|f(?:a?e)ces|pleura|ascit|periton|"
    r"\bbone marrow|marrow|blister|saliva|tissue|biops|secretion|lavage|\bbalf?\b|swab|bile|sweat|synovial|amniotic|"
    r"cord |fluid|dialys|effusion|drain|gastric|skin\b|vitreous"
)
#: Short for urine and bone marrow, where nothing else stands in a cell.
_SHORT_FOR_OTHER = frozenset({"u", "ur", "ua", "uri", "bm"})
_BLOOD = re.compile(
    r"血|静脉|动脉|"
    r"blood|serum|plasma|\bsera\b|\bsst\b|\bpst\b|\bedta\b|heparin|citrate|\bwb\b|\bpbmcs?\b|blut|\bvenous\b|\bser\b|\bplas\b|"
    r"capillary|arterial"
)
#: A longer text is a remark.
_LONGEST = 30
#: By such names of a test it was made in something else than blood, "U-Glu", "GLU-U", "尿白细胞".
_TEST_OF_OTHER = re.compile(r"^ucr$|^d?u[- _](?=[a-z])|(?<=[a-z])[- _]u$|^24 ?h |24小时|\bhpf\b|高倍")
#: A remark may speak of urine and of blood.
_REMARKS = re.compile(
    "备注|注释|诊断|主诉|症状|结论|意见|描述|remark|comment|note|diagnos|impression|conclusion|finding",
    re.IGNORECASE,
)
#: By such a name a column holds the panels that tests are ordered in.
_PANEL = re.compile(
    r"panel|categor|group|section|profile|class|order|batter|组合|套餐|类别|分类|大项|检验名称|检验单|医嘱|专业|报告单"
)


def specimen_of(text: str) -> Specimen:
    """What a text says that a measurement was made in.

    >>> specimen_of("静脉血"), specimen_of("Urine, random"), specimen_of("EDTA"), specimen_of("X1")
    ('blood', 'other', 'blood', 'unknown')
    """
    text = plain(text)
    if text in _SHORT_FOR_OTHER or _OTHER.search(text):
        return "other"
    return "blood" if _BLOOD.search(text) else "unknown"


def of_other_specimen(test: str) -> bool:
    """Whether the name of a test says that it was not made in blood.

    >>> [of_other_specimen(test) for test in ("葡萄糖（尿）", "U-Glu", "尿素", "CRP")]
    [True, True, False, False]
    """
    text = plain(test)
    return bool(_TEST_OF_OTHER.search(text)) or specimen_of(text) == "other"


def specimen_column(table: RawTable, names: Mapping[str, int], taken: Collection[int | None]) -> int | None:
    """The column that says what each row was measured in: most of its texts are specimens, or its name says so.

    A column of panels says so too, where one of them is of another specimen ("尿常规").
    """
    told = [names[name] for name in _NAMES.split() if name in names and names[name] not in taken]
    others = [
        place
        for place, column in enumerate(table.columns)
        if place not in taken
        and place not in told
        and not field_called(column)
        and not _REMARKS.search(column)
    ]
    ways = (
        (told, _are_specimens),
        (others, _are_blood_and_other),
        (told, _may_be_specimens),
        (others, _are_panels),
    )
    return next((place for places, fits in ways for place in places if fits(table, place)), None)


def not_of_blood(table: RawTable, place: int | None, tests: Sequence[str]) -> dict[int, str]:
    """The rows, from 0, that were not made in blood, and what they name instead; "" where they name nothing.

    A row that names no specimen counts as one of blood, but not where its test is made in other specimens too; so does
    one of a panel of unknown specimens.

    tests : what is measured in each row
    """
    if place is None:
        return {}
    cells = table.cells[place].tolist()
    named = name_key(table.columns[place]) in _NAMES.split()
    kinds = [_kind(cell, named=named) for cell in cells]
    elsewhere = {test for test, kind in zip(tests, kinds, strict=True) if kind == "other"}
    return {
        row: as_text(cell) if kind else ""
        for row, (kind, cell, test) in enumerate(zip(kinds, cells, tests, strict=True))
        if kind != "blood" and (kind or test in elsewhere)
    }


def said_left_out(column: str, rows: Mapping[str, Sequence[int]]) -> str:
    """The sentence on the measurements left out, by what they were made in."""
    shown = "; ".join(
        f"{f'“{what}”' if what else 'no specimen named'} in {rows_said(list(dict.fromkeys(which)))}"
        for what, which in rows.items()
    )
    return f"By “{column}” only measurements of blood, serum and plasma were used. Left out: {shown}."


def _kind(cell: Any, *, named: bool) -> str:
    """What a cell says of the specimen; "" where it says nothing."""
    if is_missing(cell) or not re.search(r"\w", as_text(cell)):
        return ""
    kind = specimen_of(as_text(cell))
    return kind if named or kind != "unknown" else ""


def _are_specimens(table: RawTable, place: int) -> bool:
    """Whether most cells of a column are specimens."""
    cells = table.distinct(place)
    often = np.bincount(cells.codes, minlength=len(cells.values)).tolist()
    count: Counter[bool] = Counter()
    for cell, times in zip(cells.values, often, strict=True):
        if not is_missing(cell):
            text = as_text(cell) if isinstance(cell, str) else ""
            count[len(text) < _LONGEST and specimen_of(text) != "unknown"] += times
    return count[True] > count[False]


def _are_blood_and_other(table: RawTable, place: int) -> bool:
    """Whether most cells of a column without such a name are specimens, blood and another one."""
    said = {specimen_of(as_text(cell)) for cell in table.distinct(place).values if isinstance(cell, str)}
    return {"blood", "other"} <= said and _are_specimens(table, place)


def _may_be_specimens(table: RawTable, place: int) -> bool:
    """Whether a column of such a name can hold specimens that are not known: their numbers it may hold too."""
    if name_key(table.columns[place]) in ("sample", "样本"):  # it may say which of several it is
        return False
    texts = [as_text(cell) for cell in table.distinct(place).values if not is_missing(cell)]
    return bool(texts) and not any(re.search(r"\d", text) for text in texts)


def _are_panels(table: RawTable, place: int) -> bool:
    """Whether a column holds the panels that tests belong to, one of them of another specimen."""
    if not _PANEL.search(read_header(table.columns[place]).names[0]):
        return False
    texts = [as_text(cell) for cell in table.distinct(place).values if not is_missing(cell)]
    return any(specimen_of(text) == "other" for text in texts)
