"""The blank template is understood completely when it comes back."""

import io

import openpyxl
import pytest

from iren_core import schema
from iren_core.errors import UnreadableFile
from iren_core.intake import assemble, match_columns, read_table
from iren_core.intake.template import (
    DICTIONARY_SHEET,
    PATIENTS_SHEET,
    chinese_label,
    template_fields,
    template_xlsx,
)


@pytest.fixture(scope="module")
def blank():
    return template_xlsx()


def filled(blank, **values):
    book = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = book[PATIENTS_SHEET]
    for column, field in enumerate(template_fields(), start=1):
        if field.name in values:
            sheet.cell(2, column, values[field.name])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_every_column_of_the_template_is_recognised(blank):
    table = read_table(filled(blank, patient_id="007", age_years=50), "template.xlsx")
    assert table.sheet == PATIENTS_SHEET
    matches = match_columns(table)
    assert [match.field for match in matches] == [field.name for field in template_fields()]
    assert {match.how for match in matches} == {"exact"}


def test_a_filled_template_comes_back_as_it_was_written(blank):
    values = {"patient_id": "007", "sex": "female", "arm": "combination", "outcome": "healed", "scorten": 3}
    frame = assemble(filled(blank, **values), "template.xlsx").frame
    assert {name: frame[name].iloc[0] for name in values} == values


def test_a_blank_template_has_no_patient(blank):
    with pytest.raises(UnreadableFile, match="It holds no row under its header"):
        read_table(blank, "template.xlsx", sheet=PATIENTS_SHEET)


def test_the_same_bytes_on_each_run(blank):
    assert template_xlsx() == blank


def test_names_have_no_column(blank):
    assert [name for name in schema.fields() if name not in {field.name for field in template_fields()}] == [
        "initials"
    ]


def test_the_dictionary_explains_every_column_in_both_languages(blank):
    sheet = openpyxl.load_workbook(io.BytesIO(blank))[DICTIONARY_SHEET]
    rows = {row[-1].value: [cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=2)}
    assert list(rows) == [field.name for field in template_fields()]
    assert all(row[1] for row in rows.values())
    assert rows["albumin_g_l"] == [
        "Albumin (g/L)", "白蛋白", "g/L", "number", "", "15 to 55", "5 to 70", "g/dL × 10", "albumin_g_l"
    ]  # fmt: skip
    assert chinese_label(schema.field("crp_mg_l_recovery")) == "C反应蛋白（恢复期）"


def test_categories_have_drop_downs(blank):
    sheet = openpyxl.load_workbook(io.BytesIO(blank))[PATIENTS_SHEET]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    sex = openpyxl.utils.get_column_letter([field.name for field in template_fields()].index("sex") + 1)
    assert rules[f"{sex}2:{sex}501"] == '"female,male"'
