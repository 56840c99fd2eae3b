"""The blank template: a workbook whose columns are all understood, with the data dictionary beside it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from iren_core import schema
from iren_core.intake.codings import choices

if TYPE_CHECKING:
    from xlsxwriter import Workbook

PATIENTS_SHEET = "Patients"
DICTIONARY_SHEET = "Data dictionary"

#: Rows that carry drop-downs and date formats.
_PREPARED_ROWS = 500
#: A fixed date of making, so that the same version always writes the same bytes.
_MADE = datetime(2024, 1, 1)
_PHASES = {"acute": "急性期", "recovery": "恢复期"}
_KINDS: dict[schema.Kind, str] = {
    "text": "text",
    "category": "one of the categories",
    "flag": "yes or no",
    "number": "number",
    "integer": "whole number",
    "date": "date, as 2023-03-05",
}


def template_fields() -> tuple[schema.Field, ...]:
    """The fields of the template: every one but names and initials, which must not be handed on."""
    return tuple(field for field in schema.fields().values() if field.name != "initials")


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
    workbook.close()
    return stream.getvalue()


def chinese_label(field: schema.Field) -> str:
    """The Chinese name of a field: "C反应蛋白（急性期）" for a marker."""
    name = field.chinese[0] if field.chinese else ""
    phase = next((_PHASES[phase] for phase in _PHASES if field.name.endswith(f"_{phase}")), "")
    return f"{name}（{phase}）" if name and phase else name


def _write_patients(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet(PATIENTS_SHEET)
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "text": workbook.add_format({"num_format": "@"}),
    }
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 1)
    for column, field in enumerate(template_fields()):
        sheet.set_column(column, column, 16, formats.get(field.kind))
        sheet.write_string(0, column, field.label_with_unit, bold)
        if answers := choices(field):
            rule = {"validate": "list", "source": list(answers)}
            if field.name in schema.OPEN_CATEGORIES:
                rule["error_type"] = "information"
            sheet.data_validation(1, column, _PREPARED_ROWS, column, rule)


def _write_dictionary(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet(DICTIONARY_SHEET)
    bold = workbook.add_format({"bold": True, "bottom": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    widths = {
        "Column": 36,
        "中文": 28,
        "Unit": 12,
        "What to write": 24,
        "Categories": 34,
        "Usual": 16,
        "Possible": 16,
        "Remark": 60,
        "Short name": 28,
    }
    for column, (title, width) in enumerate(widths.items()):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 1)
    for row, field in enumerate(template_fields(), start=1):
        for column, text in enumerate(_dictionary_row(field)):
            sheet.write_string(row, column, text, wrapped)


def _dictionary_row(field: schema.Field) -> tuple[str, ...]:
    return (
        field.label_with_unit,
        chinese_label(field),
        field.unit,
        _KINDS[field.kind],
        ", ".join(choices(field)) if field.kind == "category" else "",
        _range(field.warn_min, field.warn_max),
        _range(field.hard_min, field.hard_max),
        field.note,
        field.name,
    )


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{low:g} to {high:g}"
