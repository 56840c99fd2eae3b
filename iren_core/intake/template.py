"""The blank template: a workbook whose columns are all understood, with the data dictionary beside it.

Three example rows show how a patient is written. They are known by their patient numbers and never counted.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from iren_core import schema
from iren_core.errors import NoTable
from iren_core.intake.codings import NO_TNFI, UNNAMED_TNFI, choices
from iren_core.intake.remarks import chinese_remark
from iren_core.intake.table import RawTable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

PATIENTS_SHEET = "Patients"
DICTIONARY_SHEET = "Data dictionary"
README_SHEET = "Read me 说明"

#: Rows that carry drop-downs, limits and date formats.
_PREPARED_ROWS = 500
_LINE_POINTS = 15
#: A fixed date of making, so that the same version always writes the same bytes.
_MADE = datetime(2024, 1, 1)
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)
_PHASES = {"acute": "急性期", "recovery": "恢复期"}
_KINDS: dict[schema.Kind, str] = {
    "text": "text 文字",
    "category": "one of the categories 选一项",
    "flag": "yes or no 是/否",
    "number": "number 数字",
    "integer": "whole number 整数",
    "date": "date, as 2023-03-05 日期",
}
_CATEGORIES_IN_CHINESE = {
    "female": "女",
    "male": "男",
    "SJS": "剥脱 <10%",
    "overlap": "剥脱 10-30%",
    "TEN": "剥脱 >30%",
    "combination": "激素+TNF抑制剂",
    "corticosteroid": "单用激素",
    "etanercept": "依那西普",
    "infliximab": "英夫利西单抗",
    "adalimumab": "阿达木单抗",
    UNNAMED_TNFI: "TNF抑制剂（药名不详）",
    NO_TNFI: "未用TNF抑制剂",
    "healed": "痊愈",
    "not healed": "未愈",
    "died": "死亡",
    "alive": "存活",
}
#: Without these the main questions have no answer; their headers are filled.
CORE_FIELDS = frozenset({
    "patient_id", "diagnosis", "arm", "detachment_bsa_pct", "scorten", "outcome", "reepithelization_days",
    "death_day", "followup_days",
})  # fmt: skip
_README = (
    ("One row a patient, from row 5 on. Rows 2 to 4 are examples: they are never counted, and may be deleted.",
     "每位患者一行, 从第5行开始填写. 第2至4行为示例, 不计入分析, 可删除."),
    ("Filled headers are the columns that the main questions need; every other column may stay empty.",
     "有底色的列为主要分析所需, 其余各列可留空."),
    ("Leave a cell empty where a value is not known. A value below the limit of the assay: write <1.5.",
     "未知的值请留空. 低于检测下限时写 <1.5."),
    ("Day 0 is the day of the first corticosteroid dose. Leave the healing day of a patient who died unhealed empty.",
     "第0天为首次使用激素之日. 未愈而死亡者, 愈合天数留空."),
    ("Use study numbers. No names, hospital numbers, telephone numbers or dates of birth.",
     "请用研究编号. 请勿填写姓名, 住院号, 电话或出生日期."),
    ("Do not rename the headers: they are understood as they stand, without a click.",
     "请勿修改表头, 原样即可自动识别."),
)  # fmt: skip

_EXAMPLES: tuple[dict[str, Any], ...] = (
    {"sex": "female", "age_years": 58, "malignancy_type": "lung", "ici_drug": "sintilimab", "diagnosis": "SJS",
     "arm": "combination", "tnfi_drug": "etanercept", "tnfi_start_day": 2, "fever": "yes", "peak_temp_c": 38.6,
     "erythema_bsa_pct": 40, "detachment_bsa_pct": 6, "scorten": 2, "reepithelization_days": 14, "outcome": "healed",
     "followup_days": 90, "crp_mg_l_acute": 62.5, "crp_mg_l_recovery": 4.1, "il6_pg_ml_acute": 35.2,
     "il6_pg_ml_recovery": "<1.5", "date_onset": date(2023, 3, 3), "date_steroid_start": date(2023, 3, 5),
     "date_healing": date(2023, 3, 19)},
    {"sex": "male", "age_years": 66, "malignancy_type": "gastrointestinal", "ici_drug": "camrelizumab",
     "diagnosis": "TEN", "arm": "corticosteroid", "fever": "yes", "peak_temp_c": 39.2, "erythema_bsa_pct": 70,
     "detachment_bsa_pct": 45, "scorten": 4, "outcome": "died", "death_day": 16, "death_cause": "sepsis",
     "followup_days": 16, "infection": "yes", "infection_onset_day": 11, "crp_mg_l_acute": 120},
    {"sex": "male", "age_years": 49, "malignancy_type": "hepatocellular", "ici_drug": "pembrolizumab",
     "diagnosis": "overlap", "arm": "corticosteroid", "fever": "no", "erythema_bsa_pct": 55, "detachment_bsa_pct": 18,
     "scorten": 2, "outcome": "not healed", "followup_days": 60, "infection": "no"},
)  # fmt: skip
#: What stands in place of their patient numbers.
_EXAMPLE_NUMBERS = tuple(f"EXAMPLE {row} (示例)" for row, _ in enumerate(_EXAMPLES, start=1))


def template_fields() -> tuple[schema.Field, ...]:
    """The fields of the template: every one but names and initials, which must not be handed on."""
    return tuple(field for field in schema.fields().values() if field.name != "initials")


def without_examples(table: RawTable) -> RawTable:
    """The table without the template's own examples, which say so in place of a patient number.

    Raises
    ------
    NoTable
        when there is nothing else in it.
    """
    cells = table.distinct(0)
    if set(_EXAMPLE_NUMBERS).isdisjoint(cells.values):
        return table
    examples = cells.spread((cell in _EXAMPLE_NUMBERS for cell in cells.values), bool)
    if examples.all():
        raise NoTable(
            f"“{table.filename}” was to be read as a table of patients.",
            "It holds no row under its header but the template's own examples.",
            "Write the patients below them, one row each.",
        )
    rows = table.rows[examples].tolist()
    said = f"Not counted as patients, being the template's own examples: row {', '.join(map(str, rows))}."
    return replace(
        table,
        cells=table.cells[~examples].reset_index(drop=True),
        rows=table.rows[~examples],
        assumptions=(*table.assumptions, said),
        problems=table.problems[~table.problems["row"].isin(rows)].reset_index(drop=True),
    )


def template_xlsx() -> bytes:
    """The blank template as a workbook: a sheet for the patients and one that explains each column.

    The same version of the program writes the same bytes each time.
    """
    import xlsxwriter  # noqa: PLC0415 - slow to import, and only the download needs it

    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": "irEN cohort explorer, blank template", "created": _MADE})
    _write_patients(workbook)
    _write_dictionary(workbook)
    _write_readme(workbook)
    workbook.close()
    return stream.getvalue()


def chinese_label(field: schema.Field) -> str:
    """The Chinese name of a field: "C反应蛋白（急性期）" for a marker."""
    name = field.chinese[0] if field.chinese else ""
    phase = next((_PHASES[phase] for phase in _PHASES if field.name.endswith(f"_{phase}")), "")
    return f"{name}（{phase}）" if name and phase else name


# ---- the patients ------------------------------------------------------------------------------------


def _write_patients(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet(PATIENTS_SHEET)
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
    plain, core = workbook.add_format(head), workbook.add_format(head | {"bg_color": "#D6E8F7"})
    formats = {
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "text": workbook.add_format({"num_format": "@"}),
    }
    sheet.set_row(0, 62)
    sheet.freeze_panes(1, 1)
    for column, field in enumerate(template_fields()):
        sheet.set_column(column, column, 24 if column == 0 else 16, formats.get(field.kind))
        sheet.write_string(0, column, field.label_with_unit, core if field.name in CORE_FIELDS else plain)
        sheet.write_comment(0, column, _explanation(field), {"author": "", "x_scale": 1.8, "font_size": 9})
        if rule := _rule(field):
            sheet.data_validation(1, column, _PREPARED_ROWS, column, rule)
    _write_examples(workbook, sheet)


def _write_examples(workbook: Workbook, sheet: Worksheet) -> None:
    look = {"italic": True, "font_color": "#6B7280", "bg_color": "#F3F4F6"}
    grey = workbook.add_format(look)
    day = workbook.add_format(look | {"num_format": "yyyy-mm-dd"})
    for row, (number, example) in enumerate(zip(_EXAMPLE_NUMBERS, _EXAMPLES, strict=True), start=1):
        for column, field in enumerate(template_fields()):
            value = number if column == 0 else example.get(field.name)
            if isinstance(value, str):
                sheet.write_string(row, column, value, grey)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), day)
            elif value is not None:
                sheet.write_number(row, column, value, grey)
            else:
                sheet.write_blank(row, column, None, grey)


def _explanation(field: schema.Field) -> str:
    """What stands over a header when the mouse rests on it, in both languages."""
    usual, possible = _range(field.warn_min, field.warn_max), _range(field.hard_min, field.hard_max)
    lines = (
        chinese_label(field),
        _KINDS[field.kind] + (f", {field.unit}" if field.unit else ""),
        f"Usual 常见: {usual}" if usual else "",
        f"Possible 允许: {possible}" if possible else "",
        field.note,
        chinese_remark(field),
    )
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _rule(field: schema.Field) -> dict[str, Any]:
    """The drop-down or the limits of a column; a value below the limit of an assay ("<1.5") may still be written."""
    if answers := choices(field):
        open_ended = field.name in schema.OPEN_CATEGORIES
        return {
            "validate": "list",
            "source": list(answers),
            "error_type": "information" if open_ended else "stop",
        }
    if field.kind == "date":
        return _limits("date", _EARLIEST, _LATEST, "A date, as 2023-03-05. 请填日期.")
    if field.is_number and field.hard_min is not None and field.hard_max is not None:
        said = f"{_KINDS[field.kind]}, {_range(field.hard_min, field.hard_max)} {field.unit}".strip()
        kind = "integer" if field.kind == "integer" else "decimal"
        style = "warning" if field.name.endswith(tuple(_PHASES)) else "stop"
        low, high = (int(end) if kind == "integer" else end for end in (field.hard_min, field.hard_max))
        return _limits(kind, low, high, said) | {"error_type": style}
    return {}


def _limits(kind: str, low: Any, high: Any, said: str) -> dict[str, Any]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": "Cannot be right 超出范围",
        "error_message": said,
    }


# ---- what explains them ------------------------------------------------------------------------------


def _write_dictionary(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet(DICTIONARY_SHEET)
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    widths = {
        "Column 列名": 36,
        "中文": 28,
        "Unit 单位": 12,
        "What to write 填写": 26,
        "Categories 选项": 42,
        "Usual 常见": 16,
        "Possible 允许": 16,
        "Remark": 60,
        "备注": 50,
        "Short name 变量名": 28,
    }
    for column, (title, width) in enumerate(widths.items()):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for row, field in enumerate(template_fields(), start=1):
        texts = _dictionary_row(field)
        lines = max(_lines(text, width) for text, width in zip(texts, widths.values(), strict=True))
        sheet.set_row(row, _LINE_POINTS * lines)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, wrapped)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two letters."""
    letters = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return max(1, math.ceil(1.1 * letters / width))


def _dictionary_row(field: schema.Field) -> tuple[str, ...]:
    categories = (f"{name} {_CATEGORIES_IN_CHINESE.get(name, '')}".strip() for name in choices(field))
    return (
        field.label_with_unit,
        chinese_label(field),
        field.unit,
        _KINDS[field.kind],
        ", ".join(categories) if field.kind == "category" else "",
        _range(field.warn_min, field.warn_max),
        _range(field.hard_min, field.hard_max),
        field.note,
        chinese_remark(field),
        field.name,
    )


def _write_readme(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet(README_SHEET)
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 70, wrapped)
    for row, (english, chinese) in enumerate(_README):
        sheet.write_string(row, 0, english, wrapped)
        sheet.write_string(row, 1, chinese, wrapped)


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{low:g} to {high:g}"
