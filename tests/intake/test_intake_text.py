"""Text files: every usual encoding and separator, rows of the wrong width, marks that are never closed."""

import codecs

import pytest

from iren_core.errors import UnreadableFile
from iren_core.intake import read_table
from iren_core.intake.text import decode

HEADER = ("患者编号", "性别", "白蛋白(g/L)")
ROWS = (("007", "男", "38.5"), ("NA", "女", "41"))

LATIN_HEADER = ("Patient ID", "Größe", "Albumin (g/L)")
LATIN_ROWS = (("007", "Müller", "38.5"), ("1E2", "Zoë", "41"))


def written(header, rows, separator):
    return "\r\n".join(separator.join(cells) for cells in (header, *rows)) + "\r\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
    ],
)
def test_chinese_text_in_every_encoding_and_with_every_separator(codec, name, separator):
    table = read_table(written(HEADER, ROWS, separator).encode(codec), "cohort.csv")
    assert table.columns == HEADER
    assert table.cells.to_numpy().tolist() == [list(row) for row in ROWS]
    assert table.rows.tolist() == [2, 3]
    assert table.assumptions[0] == f"Read as {name} text."
    assert table.problems.empty


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(("codec", "name"), [("cp1252", "Windows Latin-1"), ("latin-1", "Windows Latin-1")])
def test_western_text(codec, name, separator):
    table = read_table(written(LATIN_HEADER, LATIN_ROWS, separator).encode(codec), "cohort.csv")
    assert table.columns == LATIN_HEADER
    assert table.cells.to_numpy().tolist() == [list(row) for row in LATIN_ROWS]
    assert table.assumptions[0] == f"Read as {name} text."


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("id,Peak temperature (℃)\n1,39\n", "gb18030", "GB18030"),
        ("id,Ferritin (μg/L)\n1,39\n", "gb18030", "GB18030"),
        ("id,疱疹\n1,天疱疮\n", "gb18030", "GB18030"),
        ("id,Größe\n1,170\n", "cp1252", "Windows Latin-1"),
        ("id,Température (°C)\n1,39\n", "cp1252", "Windows Latin-1"),
        ("id,WBC (×10/µL), ±\n1,39,1\n", "cp1252", "Windows Latin-1"),
    ],
)
def test_a_single_word_tells_the_encoding(text, codec, name):
    assert decode(text.encode(codec), "cohort.csv") == (text, name)


def test_japanese_text_is_named_by_its_encoding():
    text = written(("患者", "診断", "治療"), [("1", "中毒性表皮壊死融解症", "ステロイド全身投与")] * 3, ",")
    assert decode(text.encode("cp932"), "cohort.csv") == (text, "CP932")


def test_utf16_without_a_mark_needs_no_chinese():
    assert decode("id,age\n1,50\n".encode("utf-16-le"), "x.csv") == ("id,age\n1,50\n", "UTF-16")


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 30, b"age\x00,sex", codecs.BOM_UTF16_LE + b"\x00\xd8,"],
)
def test_bytes_that_are_no_text_are_refused_with_a_sentence(data):
    with pytest.raises(UnreadableFile) as refusal:
        read_table(data, "cohort.csv")
    assert str(refusal.value) == (
        "“cohort.csv” was to be read as a table of patients. It is neither a workbook nor text. "
        "Open it in Excel and save it as .xlsx or as CSV."
    )


def test_a_header_with_commas_in_a_file_with_semicolons():
    data = b"Patient;C-reactive protein, acute;IL-6, acute\n1;3,5;2,25\n2;4,0;1,5\n"
    table = read_table(data, "cohort.csv")
    assert table.columns == ("Patient", "C-reactive protein, acute", "IL-6, acute")
    assert table.cells.to_numpy().tolist() == [["1", "3,5", "2,25"], ["2", "4,0", "1,5"]]


def test_what_no_document_can_hold_is_taken_out_and_said():
    data = "id,Age\x0b(years),malignancy\n1,50,lung\x0bcancer\n2,60,liver\ufffe\n3,70,_x000B_skin_x0001_\n4,70,a\x0c\n"
    table = read_table(data.encode(), "co\x0bhort\x01\n.csv")
    assert table.columns == ("id", "Age (years)", "malignancy")
    assert table.cells[2].tolist() == ["lung cancer", "liver", "skin", "a"]
    assert table.filename == "co hort .csv"
    assert "Characters that cannot be printed were taken out of row 1, 2, 3, 4." in table.assumptions
    assert "Characters that cannot be printed were taken out of the file's name." in table.assumptions


def test_usual_text_is_left_as_it_is():
    table = read_table("id,note\n1,a\u00a0b 😀 _x_ é\n".encode(), "Köln 二.csv")
    assert table.cells[1].tolist() == ["a\u00a0b 😀 _x_ é"]
    assert not any("printed" in said for said in table.assumptions)


def test_the_line_sep_of_excel_is_obeyed_and_said():
    table = read_table(b"sep=;\nid;age\n1;50\n", "cohort.csv")
    assert table.columns == ("id", "age")
    assert table.rows.tolist() == [3]
    assert "Columns are separated by “;”, as the first line says." in table.assumptions


def test_comment_lines_above_the_header_are_skipped_and_said():
    table = read_table(b"# synthetic, not patients\n# made by hand\nid,age\n1,50\n", "cohort.csv")
    assert table.columns == ("id", "age")
    assert table.rows.tolist() == [4]
    assert "2 comment lines above the header, beginning with #, were skipped." in table.assumptions


def test_a_number_sign_may_head_the_column_of_patients():
    table = read_table(b"#,age\n1,50\n2,60\n", "cohort.csv")
    assert table.columns == ("#", "age")
    assert len(table.cells) == 2


def test_a_row_with_a_cell_too_many_is_a_query_and_shifts_nothing():
    table = read_table(b"id,age,sex,crp\n1,50,M,3,9\n2,60,F,4\n", "cohort.csv")
    assert table.cells.to_numpy().tolist() == [["1", None, None, None], ["2", "60", "F", "4"]]
    assert table.problems[["row", "value", "problem"]].to_numpy().tolist() == [
        [
            2,
            "9",
            "The row has 5 cells, the header 4: its values may have slid into wrong columns, "
            "so only the first was kept.",
        ]
    ]


def test_empty_cells_beyond_the_header_do_no_harm():
    table = read_table(b"id,age,\n1,50,,\n2,60,\n", "cohort.csv")
    assert table.columns == ("id", "age")
    assert table.problems.empty


def test_a_row_with_a_cell_too_few_is_a_query():
    table = read_table(b"id,age,sex\n1,50\n2,60,F\n", "cohort.csv")
    assert table.cells.to_numpy().tolist() == [["1", "50", None], ["2", "60", "F"]]
    assert table.problems["row"].tolist() == [2]
    assert table.problems["problem"][0] == "The row has 2 cells, the header 3: the last ones were left empty."


def test_row_names_as_r_writes_them_get_a_column_of_their_own():
    table = read_table(b'"age","sex"\n"a",50,"M"\n"b",60,"F"\n', "cohort.csv")
    assert table.columns == ("column A", "age", "sex")
    assert table.cells.to_numpy().tolist() == [["a", "50", "M"], ["b", "60", "F"]]
    assert any("row names" in said for said in table.assumptions)


def test_a_quotation_mark_that_is_never_closed_swallows_no_patient():
    table = read_table(b'id,note,age\n1,"tall,50\n2,"short",60\n3,x,70\n', "cohort.csv")
    assert table.cells[0].tolist() == ["1", "2", "3"]
    assert table.cells[2].tolist() == ["50", "60", "70"]
    assert table.problems["row"].tolist() == [2]
    assert table.problems["problem"][0] == (
        "A quotation mark is out of place in this row, so quotation marks were ignored in it."
    )


@pytest.mark.parametrize("last", ['3,ok,steroid",62', '3,"ok,steroid,62'])
def test_marks_that_pair_up_across_rows_swallow_no_patient(last):
    lines = ["ID,note,arm,weight", '1,ok,"steroid,60', "2,ok,steroid,61", last, "4,ok,steroid,63"]
    table = read_table("\n".join(lines).encode(), "cohort.csv")
    assert table.cells.to_numpy().tolist() == [
        [number, "ok", "steroid", weight]
        for number, weight in (("1", "60"), ("2", "61"), ("3", "62"), ("4", "63"))
    ]
    assert table.rows.tolist() == [2, 3, 4, 5]
    assert table.problems["row"].tolist() == [2, 4]
    assert table.problems["problem"].unique().tolist() == [
        "A quotation mark is out of place in this row, so quotation marks were ignored in it."
    ]


def test_marks_at_the_beginning_of_rows_swallow_no_patient():
    table = read_table(b'ID,note,arm\n1,ok,a\n"2,,b\n3",ok,c\n4,ok,d\n', "cohort.csv")
    assert table.cells[0].tolist() == ["1", "2", "3", "4"]
    assert table.problems["row"].tolist() == [3, 4]


def test_a_note_with_commas_and_line_breaks_in_the_middle_of_a_row_stays_one_cell():
    table = read_table(b'id,note,age,sex\n1,"fever, chills\nthen rash, pain",50,M\n2,x,60,F\n', "cohort.csv")
    assert table.cells.to_numpy().tolist() == [
        ["1", "fever, chills\nthen rash, pain", "50", "M"],
        ["2", "x", "60", "F"],
    ]
    assert table.problems.empty


def test_a_cell_may_hold_line_breaks_and_separators():
    table = read_table(b'id,"Albumin\n(g/L)",note\n1,38,"a, b\nc ""d"""\n2,40,e\n', "cohort.csv")
    assert table.columns == ("id", "Albumin\n(g/L)", "note")
    assert table.cells.to_numpy().tolist() == [["1", "38", 'a, b\nc "d"'], ["2", "40", "e"]]
    assert table.rows.tolist() == [2 + 1, 2 + 3]


def test_identities_stay_text():
    table = read_table(b"id,age\n007,50\n1E2,51\nNA,52\n1.0,53\n", "cohort.csv")
    assert table.cells[0].tolist() == ["007", "1E2", "NA", "1.0"]


def test_blank_rows_are_skipped_and_said_and_row_numbers_stay_those_of_the_file():
    table = read_table(b"id,age\n1,50\n\n,\n2,60\n\n\n", "cohort.csv")
    assert table.rows.tolist() == [2, 5]
    assert "2 blank rows were skipped." in table.assumptions


def test_a_header_repeated_further_down_is_no_patient():
    table = read_table(b"id,age\n1,50\nid,age\n2,60\n", "cohort.csv")
    assert table.rows.tolist() == [2, 4]
    assert "Row 3 repeats the header and was skipped." in table.assumptions


def test_repeated_headers_get_numbers():
    table = read_table(b"id,CRP,CRP,CRP\n1,2,3,4\n", "cohort.csv")
    assert table.columns == ("id", "CRP", "CRP (2)", "CRP (3)")


def test_a_row_of_units_under_the_header_joins_it():
    table = read_table(b"id,Weight,Albumin\n,kg,g/dL\n1,60,3.9\n", "cohort.csv")
    assert table.columns == ("id", "Weight (kg)", "Albumin (g/dL)")
    assert table.rows.tolist() == [3]
    assert "Row 2 holds the units of the columns." in table.assumptions


def test_a_row_of_units_may_hold_a_word_that_is_no_unit():
    rows = "编号,年龄,白蛋白,剥脱面积,SCORTEN评分,诊断\n,岁,g/L,%,分,\nP1,61,31,12,3,SJS\n"
    table = read_table(rows.encode(), "cohort.csv")
    assert table.rows.tolist() == [3]
    assert table.columns == ("编号", "年龄 (岁)", "白蛋白 (g/L)", "剥脱面积 (%)", "SCORTEN评分 (分)", "诊断")


def test_a_patient_without_a_number_is_no_row_of_units():
    rows = "id,age,drug,arm,sex\n,61 y,5 mg,combination,F\n2,50 y,6 mg,steroid,M\n"
    assert read_table(rows.encode(), "cohort.csv").rows.tolist() == [2, 3]


def test_what_stands_alone_below_a_note_belongs_to_it():
    notes = "\n\n注：1. 未查表示未检测\n2. 治疗前为入院时\n3. 面积以百分比计\n"
    table = read_table(f"id,age,sex,wbc\nP1,61,F,5\nP2,50,M,6\nP3,,,{notes}".encode(), "cohort.csv")
    assert table.rows.tolist() == [2, 3, 4]
    said = table.problems[table.problems["problem"].str.contains("summary or a note")]
    assert said["row"].tolist() == [6, 7, 8]


def test_a_title_above_the_header_is_stepped_over():
    table = read_table(b"irEN cohort;;\nSt. Elsewhere;;\nID;Age;Sex\n1;50;F\n", "cohort.csv")
    assert table.columns == ("ID", "Age", "Sex")
    assert table.header_row == 3
    assert "The rows above row 3 were not read." in table.assumptions


def test_a_second_header_line_may_hold_phases_units_and_words():
    lines = (
        "id,Wt,Urea,CRP,,IL-6,,Lymph,1st steroid\n"
        ",kg,mg/dL,before,after,acute,D14,×10^9/L,dd/mm/yyyy\n1,60,15,9,,,,1,03/04/2023\n"
    )
    table = read_table(lines.encode(), "cohort.csv")
    assert table.columns == (
        "id", "Wt (kg)", "Urea (mg/dL)", "CRP before", "CRP after", "IL-6 acute", "IL-6 D14", "Lymph (×10^9/L)",
        "1st steroid (dd/mm/yyyy)",
    )  # fmt: skip
    assert table.rows.tolist() == [3]
    assert "The header has two lines, rows 1 and 2." in table.assumptions


def test_a_patient_of_words_without_a_number_is_no_second_header_line():
    rows = "id,sex,onset,visit,arm,albumin\n,F,after,acute,combination,<30\n2,M,before,acute,steroid,31\n"
    assert read_table(rows.encode(), "cohort.csv").rows.tolist() == [2, 3]


@pytest.mark.parametrize("cell", ['="{}"', '"=""{}"""', '="{}" '])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_number_written_as_the_formula_of_a_text_is_that_text(cell, separator):
    rows = [[cell.format(number), "50", "M"] for number in ("004001", "004002")]
    rows.append(["004003", cell.format("51"), cell.format("")])
    data = "\n".join(separator.join(row) for row in [["ID", "Age", "Sex"], *rows]).encode()
    table = read_table(data, "cohort.csv")
    assert table.cells[0].tolist() == ["004001", "004002", "004003"]
    assert table.cells[1].tolist() == ["50", "50", "51"]
    assert table.cells[2].tolist() == ["M", "M", None]
    said = "Cells such as =“004001” are formulas that give a text; the text was read, “004001”."
    assert said in table.assumptions


def test_the_formula_of_a_text_with_a_separator_stays_one_cell():
    table = read_table(b'ID,Remark,Age\n="001",="a, b",50\n="002",x="y",51\n', "cohort.csv")
    assert table.cells[0].tolist() == ["001", "002"]
    assert table.cells[1].tolist() == ["a, b", 'x="y"']


def test_a_large_text_with_formulas_is_read_the_same():
    rows = "".join(f'="{number:05}",50,M\n' for number in range(3_000))
    table = read_table(f"ID,Age,Sex\n{rows}".encode(), "cohort.csv")
    assert table.cells[0].tolist() == [f"{number:05}" for number in range(3_000)]
