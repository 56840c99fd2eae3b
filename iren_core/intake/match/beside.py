"""Whether what stands in brackets beside a field's name leaves its meaning: "WBC (at admission)", "WBC (urine)"."""

from __future__ import annotations

import re

from iren_core import schema
from iren_core.intake.codings import is_value
from iren_core.intake.headers import Header, name_key
from iren_core.intake.match.names import fields_called, markers_by_name
from iren_core.intake.match.terms import stand_beside

#: What says how a cell is to be filled in, or how a value was measured.
_HARMLESS = re.compile(
    r"heading above the patients|jahre|años|anos|ans|anni|tage|jours|días|"
    r"optional|required|必填|选填|可选|单选|多选|下拉|(?:free )?text|文本|填写|请填写?|请?注明|(?:please )?specify|"
    r"numeric|数字|数值|integer|整数|decimal|小数|calculated|auto(?:matic)?|自动计算?|计算|"
    r"if (?:any|known|applicable)|如有|elisa|clia|eclia|flow(?: cytometry)?|流式(?:细胞术)?|[\u4e00-\u9fff]{1,8}法|"
    r"静脉血?|静脉采血|全血|末梢血|外周血|peripheral|capillary|fasting|random|空腹|随机|急诊|急查|高敏|超敏|"
    r"high sensitivity|hs|ultrasensitive|"
    r"n|no|sign|征|total|总分"
)
#: A range of numbers, or a limit, as a reference or what a score can be.
_RANGE = re.compile(
    r"[<>]=?\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?\s*(?:[-–~～至到]|to)\s*\d+(?:\.\d+)?%?|ref.*|参考.*|正常.*"
)
_FEVER_LIMIT = re.compile(r"(?:体温|temp\w*|t)?\s*[<>]?=?\s*3[78](?:[.,]\d)?\s*(?:°?c|℃|度)?", re.IGNORECASE)
_DATE_FORMAT = re.compile(r"[ymdhs年月日时分\d/\-. :]+|iso.*|date", re.IGNORECASE)
_APART = re.compile(r"[/、|,;+&]|\bor\b|\bvs\.?(?!\w)|\band\b|或|还是|和|与")


def remark_in_doubt(field: schema.Field, header: Header) -> str:
    """The remark in a header that may make something else of the field that its name means; "" where none does."""
    if field.name == "patient_id":
        return ""
    if header.unread and field.kind not in ("flag", "category"):
        return "the coding"
    return next((remark for remark in header.remarks if not _leaves_meaning(field, remark)), "")


def _leaves_meaning(field: schema.Field, remark: str) -> bool:
    plain = re.sub(r"[._\s]+", " ", remark.casefold()).strip()
    key = name_key(remark)
    if not key or _HARMLESS.fullmatch(plain) or _names(field, key) or stand_beside(field.name, remark):
        return True
    if field.kind == "date":
        return bool(_DATE_FORMAT.fullmatch(plain))
    if field.is_number:
        return bool(_RANGE.fullmatch(remark.casefold().strip()))
    return (field.name == "fever" and bool(_FEVER_LIMIT.fullmatch(plain))) or _lists_values(field, remark)


def _names(field: schema.Field, key: str) -> bool:
    """Whether a remark is another name of the field: "C-reactive protein (CRP)"."""
    marker = markers_by_name().get(key)
    return any(name == field.name for name, _ in fields_called(key, "")) or (
        marker is not None and field.name in (f"{marker}_acute", f"{marker}_recovery")
    )


def _lists_values(field: schema.Field, remark: str) -> bool:
    """Whether a remark lists what the cells may be: "Sex (M/F)"."""
    values = [part for part in map(str.strip, _APART.split(remark)) if part]
    return (len(values) > 1 or field.kind == "flag") and all(is_value(field, value) for value in values)
