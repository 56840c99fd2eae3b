"""The blank template is understood completely when it comes back."""

import io
import re

import openpyxl
import pytest

from iren_core import schema
from iren_core.errors import UnreadableFile
from iren_core.intake import assemble, match_columns, read_table
from iren_core.intake.remarks import chinese_remark
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
            sheet.cell(5, column, values[field.name])  # the examples stand in rows 2 to 4
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
        "Albumin (g/L)", "白蛋白", "g/L", "number 数字", "", "15 to 55", "5 to 70", "g/dL × 10", "g/dL × 10",
        "albumin_g_l",
    ]  # fmt: skip
    assert chinese_label(schema.field("crp_mg_l_recovery")) == "C反应蛋白（恢复期）"


def test_categories_have_drop_downs(blank):
    sheet = openpyxl.load_workbook(io.BytesIO(blank))[PATIENTS_SHEET]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    sex = openpyxl.utils.get_column_letter([field.name for field in template_fields()].index("sex") + 1)
    assert rules[f"{sex}2:{sex}501"] == '"female,male"'


def test_numbers_and_dates_have_limits(blank):
    sheet = openpyxl.load_workbook(io.BytesIO(blank))[PATIENTS_SHEET]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    names = [field.name for field in template_fields()]

    def rule(name):
        letter = openpyxl.utils.get_column_letter(names.index(name) + 1)
        return rules[f"{letter}2:{letter}501"]

    scorten = rule("scorten")
    assert (scorten.type, scorten.formula1, scorten.formula2) == ("whole", "0", "7")
    assert rule("albumin_g_l").type == "decimal"
    assert rule("date_onset").type == "date"
    # A value below the limit of the assay is a text; a stop would keep it from being written.
    assert rule("il6_pg_ml_acute").errorStyle == "warning"


def test_the_examples_are_never_counted_and_it_is_said(blank):
    with_one = filled(blank, patient_id="007", age_years=50)
    result = assemble(with_one, "template.xlsx")
    assert result.frame["patient_id"].tolist() == ["007"]
    assert result.frame.index.tolist() == [5]
    said = "Not counted as patients, being the template's own examples: row 2, 3, 4."
    assert said in result.table.assumptions
    assert result.problems.empty


def test_the_examples_would_pass_as_patients(blank):
    """They show what to write, so nothing in them may be queried or left out."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for row in (2, 3, 4):
        book[PATIENTS_SHEET].cell(row, 1, f"P{row}")
    stream = io.BytesIO()
    book.save(stream)
    result = assemble(stream.getvalue(), "template.xlsx")
    assert result.problems["problem"].tolist() == []
    assert result.questions == ()
    assert result.frame["outcome"].tolist() == ["healed", "died", "not healed"]
    assert result.limits[["field", "bound"]].to_numpy().tolist() == [["il6_pg_ml_recovery", 1.5]]


def test_a_template_saved_as_text_still_knows_its_examples():
    head = ",".join(f'"{field.label_with_unit}"' for field in template_fields()[:3])
    text = f"{head}\nEXAMPLE 1 (示例),female,58\n1,male,60\n"
    assert assemble(text.encode(), "template.csv").frame["patient_id"].tolist() == ["1"]


def test_every_header_is_explained_in_chinese_where_it_stands(blank):
    sheet = openpyxl.load_workbook(io.BytesIO(blank))[PATIENTS_SHEET]
    for cell, field in zip(sheet[1], template_fields(), strict=True):
        assert cell.comment.text.startswith(chinese_label(field))


def test_every_remark_that_has_words_is_there_in_chinese():
    def has_words(text):
        return any(len(word) > 4 and word.islower() for word in re.findall(r"[A-Za-z]+", text))

    untranslated = [
        field.name
        for field in template_fields()
        if has_words(field.note) and not re.search("[\u4e00-\u9fff]", chinese_remark(field))
    ]
    assert untranslated == []
