"""Whether what stands in brackets beside a field's name leaves its meaning: "WBC (at admission)", "WBC (urine)"."""

from __future__ import annotations

import re

from iren_core import schema
from iren_core.intake.codings import is_value
from iren_core.intake.headers import Header, name_key
from iren_core.intake.match.names import fields_by_name, fields_called, markers_by_name
from iren_core.intake.match.terms import stand_beside

#: What says how a cell is to be filled in, or how a value was measured.
_HARMLESS = re.compile(
    r"heading above the patients|sheet's name|jahre|años|anos|ans|anni|tage|jours|días|"
    r"optional|required|必填|选填|可选|单选|多选|下拉|(?:free )?text|文本|填写|请填写?|请?注明|(?:please )?specify|"
    r"numeric|数字|数值|integer|整数|decimal|小数|calculated|auto(?:matic)?|自动计算?|计算|"
    r"if (?:any|known|applicable)|如有|elisa|clia|eclia|flow(?: cytometry)?|流式(?:细胞术)?|[\u4e00-\u9fff]{1,8}法|"
    r"静脉血?|静脉采血|全血|末梢血|外周血|peripheral|capillary|fasting|random|空腹|随机|急诊|急查|高敏|超敏|"
    r"high sensitivity|hs|ultrasensitive|"
    r"poct?|enzymatic|jaffe|全程|快速|定量|t ?cells?|alpha|neu|actual|measured|实测|y o|(?:yrs?|years?) old|generic|"
    r"any cause|all[ -]cause|任何原因|全因|new|新发|any site|isth|(?:ajcc|uicc)? ?\d(?:th)?(?: ed(?:ition)?)?|"
    r"n|no|sign|征|total|总分"
)
#: The markers by which cells are told apart, "CD4+ T cells (CD3+CD4+)", and the codes of a category.
_PHENOTYPE = re.compile(r"(?:cd\d{1,2}[+-]?[ /]*){2,}", re.IGNORECASE)
_CODES = re.compile(r"\d(?:[/,、\s-]*(?:(?:or|或)[/,、\s-]*)?\d)+")
#: A range of numbers, or a limit, as a reference or what a score can be.
_RANGE = re.compile(
    r"[<>]=?\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?\s*(?:[-–~～至到]|to)\s*\d+(?:\.\d+)?%?|ref.*|参考.*|正常.*"
)
_FEVER_LIMIT = re.compile(r"(?:体温|temp\w*|t)?\s*[<>]?=?\s*3[78](?:[.,]\d)?\s*(?:°?c|℃|度)?", re.IGNORECASE)
_DATE_FORMAT = re.compile(r"[ymdhs年月日时分\d/\-. :]+|iso.*|date", re.IGNORECASE)
_APART = re.compile(r"[/、|,;+&]|\bor\b|\bvs\.?(?!\w)|\band\b|或|还是|和|与")
#: The name of a variable behind its label, and what makes another thing of the label even there.
_VARIABLE = re.compile(r"[a-z]\w*", re.IGNORECASE | re.ASCII)
_ANOTHER_THING = re.compile(
    r"urin|csf|icu|oral|ocul|eye|genit|mucos|disch|cancer|tumou?r|famil|hist|prior|prev|before|(?<![a-z])d(?:ay)?_?(?!01?\b)\d"
)
#: Fields of free words, and the number of the patient, which stay so with any remark.
_OF_ANY_WORDS = frozenset({"patient_id", "concurrent_treatment", "culprit_other", "infection_pathogen"})


def remark_in_doubt(field: schema.Field, header: Header, *, whole: bool = False) -> str:
    """The remark in a header that may make something else of the field that its name means; "" where none does.

    whole : whether the name by which the field was found holds the remarks, but for the name of a variable
    """
    if field.name in _OF_ANY_WORDS:
        return ""
    within = header.unread and name_key(header.unread) not in header.keys
    if within and field.kind not in ("flag", "category"):
        return header.unread
    remarks = [remark for remark in header.remarks if not whole or name_key(remark) in header.keys]
    return next((remark for remark in remarks if not _leaves_meaning(field, remark)), "").strip("[]")


def _leaves_meaning(field: schema.Field, remark: str) -> bool:
    key = name_key(remark)
    if remark.startswith("[") and _VARIABLE.fullmatch(remark[1:-1]):
        return not _ANOTHER_THING.search(remark.casefold())
    if remark.startswith("[") and _holds_name(field, key):
        return True  # what "Age" was taken out of: "Age [Age/Sex]"
    plain = re.sub(r"[._\s#*]+", " ", remark.casefold()).strip()
    harmless = not key or _HARMLESS.fullmatch(plain)
    return bool(harmless or _names(field, key) or stand_beside(field.name, remark)) or _is_of_its_kind(
        field, remark, plain
    )


def _is_of_its_kind(field: schema.Field, remark: str, plain: str) -> bool:
    """Whether a remark tells how values of this kind are written, or which they may be."""
    if field.kind == "date":
        return bool(_DATE_FORMAT.fullmatch(plain))
    if field.is_number:
        cells = _PHENOTYPE.fullmatch(remark) if "_cells_ul_" in field.name else None
        return bool(cells or _RANGE.fullmatch(remark.casefold().strip()))
    limit = field.name == "fever" and _FEVER_LIMIT.fullmatch(plain)
    return bool(limit or _CODES.fullmatch(remark)) or _lists_values(field, remark)


def _names(field: schema.Field, key: str) -> bool:
    """Whether a remark is another name of the field: "C-reactive protein (CRP)"."""
    marker = markers_by_name().get(key)
    return any(name == field.name for name, _ in fields_called(key, "")) or (
        marker is not None and field.name in (f"{marker}_acute", f"{marker}_recovery")
    )


def _holds_name(field: schema.Field, key: str) -> bool:
    """Whether a name of the field is a part of a text without blanks."""
    return any(
        field.name == name
        for known, entries in fields_by_name().items()
        if known in key
        for name, *_ in entries
    )


def _lists_values(field: schema.Field, remark: str) -> bool:
    """Whether a remark lists what the cells may be: "Sex (M/F)"."""
    values = [part for part in map(str.strip, _APART.split(remark)) if part]
    return (len(values) > 1 or field.kind == "flag") and all(is_value(field, value) for value in values)
