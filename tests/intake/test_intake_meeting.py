"""How the tables of one upload belong together: the same patients, other patients, or a question."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from iren_core.intake import RawTable, assemble, assemble_table, match_columns, read_table, read_tables
from iren_core.intake.below import one_below_another
from iren_core.intake.join import join, link, same_columns
from iren_core.intake.keys import Contradiction, contradiction, likely_keys
from iren_core.intake.meeting import likely_first, propose

from ..conftest import workbook_of

ROOT = Path(__file__).parents[2]


def tables_of(**sheets: str) -> list[RawTable]:
    return [each for each in read_tables(workbook_of(**sheets), "a.xlsx") if isinstance(each, RawTable)]


def proposed(tables: list[RawTable]):
    """The names of the first table, of those below it and beside it, and name -> what is asked."""
    first = likely_first(tables)
    found = propose(tables, first)

    def named(place: int) -> str:
        return str(tables[place].sheet)

    asked = {named(place): said for place, said in found.asked.items()}
    return named(first), sorted(map(named, found.below)), sorted(map(named, found.beside)), asked


def joined(first: RawTable, second: RawTable) -> RawTable:
    ours, theirs = match_columns(first), match_columns(second)
    keys = likely_keys(first, second, ours, theirs)
    assert keys is not None
    return join(first, second, link(first, second, *keys), same=same_columns(ours, theirs))


def values(whole: RawTable, field: str) -> list[object]:
    frame = assemble_table(whole, match_columns(whole)).frame
    return [None if pd.isna(value) else value for value in frame[field].tolist()]


def lines(header: str, *rows: object) -> str:
    return "\n".join([header, *map(str, rows)]) + "\n"


# ---- the same patients: by which number they are joined ---------------------------------------------


@pytest.mark.parametrize(
    "header", ["MRN", "Hospital ID", "Hospital No.", "住院号", "病案号", "Study ID", "Subject No", "研究编号"]
)
@pytest.mark.parametrize("counted", ["#", "No", "序号"])
def test_a_number_of_the_hospital_or_the_study_joins_and_no_running_one(header: str, counted: str):
    base = lines(f"{counted},{header},Age", *(f"{row},{3400 + row},{50 + row}" for row in range(1, 7)))
    labs = lines(
        f"{counted},{header},WBC", *(f"{row},{3400 + (row + 2) % 6 + 1},{row}" for row in range(1, 7))
    )
    tables = tables_of(base=base, labs=labs)
    assert proposed(tables) == ("base", [], ["labs"], {})
    whole = joined(*sorted(tables, key=lambda table: str(table.sheet)))
    # 3401 to 3406 stand in rows 4, 5, 6, 1, 2, 3 of the labs
    assert values(whole, "wbc") == [4, 5, 6, 1, 2, 3]
    assert values(whole, "age_years") == [51, 52, 53, 54, 55, 56]


@pytest.mark.parametrize(
    ("header", "ours", "theirs"),
    [
        ("MRN", [f"34{row}1" for row in range(6)], [f"88{row}1" for row in range(6)]),
        ("Hospital ID", [f"H34{row}" for row in range(6)], [f"H88{row}" for row in range(6)]),
        ("Name", [f"{name} A" for name in "abcdef"], [f"{name} A" for name in "bcdefa"]),
        ("姓名", [f"{name}一" for name in "张王李赵陈刘"], [f"{name}一" for name in "王李赵陈刘张"]),
        ("Initials", ["AB", "CD", "EF", "GH", "IJ", "KL"], ["CD", "EF", "GH", "IJ", "KL", "AB"]),
    ],
)
def test_where_another_number_or_a_name_contradicts_the_reader_is_asked(
    header: str, ours: list[str], theirs: list[str]
):
    base = lines(f"No,{header},Age", *(f"{at},{who},{50 + at}" for at, who in enumerate(ours, start=1)))
    labs = lines(f"No,{header},WBC", *(f"{at},{who},{at}" for at, who in enumerate(theirs, start=1)))
    tables = tables_of(base=base, labs=labs)
    first, below, beside, asked = proposed(tables)
    assert (below, beside) == ([], [])
    other = "labs" if first == "base" else "base"
    assert asked == {
        other: f"Of 6 patients with the same “No” 6 do not agree in “{header}”: see row 2 and row 2 of this table."
    }


def test_one_patient_alone_is_said_in_the_singular():
    unlike = Contradiction("number", ("MRN", "MRN"), rows=1, of=1, example=(2, "", 3, ""))
    assert (
        unlike.sentence("No")
        == "Of 1 patient with the same “No” 1 does not agree in “MRN”: see row 2 and row 3 of this table."
    )
    unlike = Contradiction("person", ("Sex", "Gender"), rows=1, of=1, example=(2, "F", 3, "M"))
    assert unlike.sentence("No") == (
        "Of 1 patient with the same “No” 1 is not the same person by “Sex” and “Gender” or another column: row 2 says "
        "“F”, row 3 of this table “M”."
    )


def test_a_slip_in_one_row_is_a_query_and_shows_nobody_s_number():
    base = lines("No,MRN,Age", *(f"{row},{3400 + row},{50 + row}" for row in range(1, 13)))
    labs = lines("No,MRN,WBC", *(f"{row},{3400 + row + (row == 3) * 5000},{row}" for row in range(1, 13)))
    first, second = (
        read_table(text.encode(), f"{name}.csv") for name, text in (("base", base), ("labs", labs))
    )
    ours, theirs = match_columns(first), match_columns(second)
    assert contradiction(first, second, ours, theirs, (0, 0)) is None
    whole = join(first, second, link(first, second, 0, 0), same=same_columns(ours, theirs))
    queries = assemble_table(whole, match_columns(whole)).problems
    assert queries[queries["column"] == "MRN"][["row", "value", "problem"]].to_numpy().tolist() == [
        [4, "", "“labs.csv” gives another one. The value of the first table was kept."]
    ]


def test_a_name_in_two_scripts_contradicts_nothing():
    base = lines("ID,Name,Age", "P1,张一,50", "P2,王一,51", "P3,李一,52")
    labs = lines("ID,Name,WBC", "P1,Zhang Yi,5", "P2,Wang Yi,6", "P3,Li Yi,7")
    assert proposed(tables_of(base=base, labs=labs))[1:] == ([], ["labs"], {})


def test_a_birthday_between_two_sheets_makes_nobody_another_person():
    base = lines("ID,Age,Sex,Dx", *(f"S{row},{50 + row},M,SJS" for row in range(1, 7)))
    later = lines("ID,Age,Outcome", *(f"S{row},{51 + row},healed" for row in range(1, 7)))
    assert proposed(tables_of(base=base, later=later)) == ("base", [], ["later"], {})


def test_patients_of_a_sheet_that_adds_no_column_are_not_passed_by():
    sheet = [f"S{row},{50 + row},M,SJS" for row in range(1, 7)]
    tables = tables_of(old=lines("ID,Age,Sex,Dx", *sheet[:4]), final=lines("ID,Age,Sex,Dx", *sheet))
    first = next(at for at, table in enumerate(tables) if table.sheet == "old")
    [said] = propose(tables, first).asked.values()
    assert said == "Of its 6 patients 2 do not stand in the table of the patients: S5, S6."


# ---- other patients: one below another --------------------------------------------------------------

STEROID = lines("No,Age,Sex,BSA", *(f"{row},{50 + row},{'MF'[row % 2]},{row}" for row in range(1, 7)))
COMBINATION = lines(
    "No,Sex,BSA,Age,TNFi,愈合时间",
    *(f"{row},{'FM'[row % 3 == 0]},{30 + row},{70 - 3 * row},etanercept,{14 + row}" for row in range(1, 6)),
)
GROUPS = [
    ("激素组", "联合组", ["corticosteroid", "combination"]),
    ("激素单药组", "激素+TNFi组", ["corticosteroid", "combination"]),
    ("Steroid group", "Combination", ["corticosteroid", "combination"]),
    ("GC", "GC+TNFi", ["corticosteroid", "combination"]),
]


@pytest.mark.parametrize(("steroid", "combination", "arms"), GROUPS, ids=[each[0] for each in GROUPS])
def test_sheets_of_two_groups_are_put_one_below_another(steroid: str, combination: str, arms: list[str]):
    tables = tables_of(**{steroid: STEROID, combination: COMBINATION})
    assert proposed(tables) == (combination, [steroid], [], {})
    by_name = {table.sheet: table for table in tables}
    result = assemble_table(
        whole := one_below_another([by_name[combination], by_name[steroid]]), match_columns(whole)
    )
    frame = result.frame
    assert frame.index.tolist() == [2, 3, 4, 5, 6, 1002, 1003, 1004, 1005, 1006, 1007]
    assert frame["patient_id"].tolist() == [
        *(f"{combination} {row}" for row in range(1, 6)),
        *(f"{steroid} {row}" for row in range(1, 7)),
    ]
    assert frame["arm"].tolist() == [arms[1]] * 5 + [arms[0]] * 6
    assert frame["age_years"].tolist() == [67, 64, 61, 58, 55, 51, 52, 53, 54, 55, 56]
    assert frame["sex"].tolist()[:6] == ["female", "female", "male", "female", "female", "female"]
    assert frame["tnfi_drug"].notna().tolist() == [True] * 5 + [False] * 6
    assert frame["reepithelization_days"].tolist()[:5] == [15, 16, 17, 18, 19]
    assert frame["reepithelization_days"].isna().tolist()[5:] == [True] * 6
    assert result.questions == ()
    said = " ".join(result.table.assumptions)
    assert f"as different patients: 5 of “{combination}”, 6 of “{steroid}”" in said
    assert f"row 1002 is row 2 of “{steroid}”" in said
    assert f"“{steroid}” has no column “TNFi”, “愈合时间”: missing for its patients." in said
    assert "it is taken from the tables' names" in said


def test_a_name_of_a_sheet_that_says_no_arm_beside_one_that_does_is_asked_about():
    tables = tables_of(**{"SM (n=6)": STEROID, "SM+TNFi (n=5)": COMBINATION})
    assert proposed(tables)[1] == ["SM (n=6)"]
    whole = one_below_another(tables)
    [question] = assemble_table(whole, match_columns(whole)).questions
    assert (question.field, question.column) == ("arm", "Treatment arm (sheet's name)")
    assert "“SM”" in question.sentence
    assert "SM 1" in whole.cells[0].tolist()


def test_sheets_of_years_in_any_order_of_columns_keep_numbers_that_do_not_repeat():
    first = lines("ID,Sex,Age,Dx", *(f"A{row},M,{50 + row},SJS" for row in range(1, 6)))
    second = lines("Dx,ID,Sex,Age", *(f"TEN,B{row},F,{60 + row}" for row in range(1, 5)))
    tables = tables_of(**{"2022": first, "2023": second, "汇总": "年份,例数\n2022,5\n2023,4\n"})
    assert proposed(tables) == ("2022", ["2023"], [], {})
    whole = one_below_another([table for table in tables if table.sheet != "汇总"])
    assert whole.cells[0].tolist() == ["A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4"]
    assert values(whole, "diagnosis") == ["SJS"] * 5 + ["TEN"] * 4


def test_files_of_two_hospitals_and_the_same_numbers():
    one = read_table(STEROID.encode(), "Hospital A.csv")
    two = read_table(
        lines("No,Age,Sex,BSA", *(f"{row},{80 - row},F,40" for row in range(1, 7))).encode(), "B.csv"
    )
    assert propose([one, two], 0).below == (1,)
    whole = one_below_another([one, two])
    assert whole.filename == "Hospital A.csv + B.csv"
    assert whole.cells[0].tolist()[::6] == ["Hospital A 1", "B 1"]


def test_another_state_of_the_same_sheet_is_not_put_below():
    later = STEROID.replace("3,53", "3,54")
    assert proposed(tables_of(final=STEROID, copy=later))[1:] == ([], [], {})


def test_a_list_of_one_group_and_one_of_another_without_a_column_in_common_are_asked_about():
    steroid = lines("No,BSA", *(f"{row},{row}" for row in range(1, 7)))
    combination = lines("No,TNFi,愈合时间", *(f"{row},etanercept,{14 + row}" for row in range(1, 6)))
    _first, below, beside, asked = proposed(tables_of(激素组=steroid, 联合组=combination))
    assert (below, beside, len(asked)) == ([], [], 1)
    assert "called after groups of patients" in next(iter(asked.values()))


def test_values_in_another_unit_keep_it():
    one = read_table(lines("ID,age,albumin (g/L)", "A1,50,39", "A2,51,33", "A3,52,30").encode(), "a.csv")
    two = read_table(lines("ID,age,albumin (g/dL)", "B1,60,3.1", "B2,61,2.8", "B3,62,3").encode(), "b.csv")
    assert values(one_below_another([one, two]), "albumin_g_l") == [39, 33, 30, 31, 28, 30]


def test_values_whose_unit_is_in_doubt_do_not_stand_below_others():
    one = read_table(lines("ID,age,albumin (g/L)", "A1,50,39", "A2,51,33", "A3,52,30").encode(), "a.csv")
    two = read_table(lines("ID,age,albumin", "B1,60,3.1", "B2,61,2.8", "B3,62,3").encode(), "b.csv")
    whole = one_below_another([one, two])
    assert values(whole, "albumin_g_l") == [39, 33, 30, None, None, None]
    assert "“b” has no column “albumin (g/L)”: missing for its patients." in whole.assumptions


def test_urea_nitrogen_does_not_stand_below_urea():
    one = read_table(lines("ID,age,Urea (mg/dL)", "A1,50,60", "A2,51,30").encode(), "a.csv")
    two = read_table(lines("ID,age,BUN (mg/dL)", "B1,60,28", "B2,61,14").encode(), "b.csv")
    assert "BUN (mg/dL)" in one_below_another([one, two]).columns


def test_codes_that_mean_something_else_do_not_stand_below_each_other():
    one = read_table(lines('ID,age,"sex (1=male, 2=female)"', "A1,50,1", "A2,51,2").encode(), "a.csv")
    two = read_table(lines('ID,age,"sex (1=female, 2=male)"', "B1,60,1", "B2,61,2").encode(), "b.csv")
    assert values(one_below_another([one, two]), "sex") == ["male", "female", None, None]


def test_a_query_names_the_sheet_and_its_row():
    tables = tables_of(激素组=STEROID.replace("3,53,F", "3,530,F"), 联合组=COMBINATION)
    whole = one_below_another(sorted(tables, key=lambda table: len(table.columns), reverse=True))
    problems = assemble_table(whole, match_columns(whole)).problems
    [query] = problems[problems["value"] == "530"].itertuples()
    assert (query.row, query.column) == (1004, "Age")
    assert query.problem.endswith("(“激素组”, row 4.)")


def test_the_workbook_with_marked_cells_holds_both_groups():
    from iren_core.export.annotated import annotated_workbook  # noqa: PLC0415 - slow to import

    data = workbook_of(激素组=STEROID.replace("3,53,F", "3,530,F"), 联合组=COMBINATION)
    whole = one_below_another([each for each in read_tables(data, "a.xlsx") if isinstance(each, RawTable)])
    problems = assemble_table(whole, match_columns(whole)).problems
    book = openpyxl.load_workbook(io.BytesIO(annotated_workbook(data, whole, problems)))
    sheet = book.worksheets[0]
    [marked] = [cell for row in sheet.iter_rows() for cell in row if cell.value in {"530", 530}]
    assert "row 4" in marked.comment.text
    assert [row[0].value for row in sheet.iter_rows(min_row=1006, max_row=1007)] != [None, None]
    assert sheet.row_dimensions[500].hidden


@pytest.mark.parametrize("name", ["Controls", "健康对照", "Excluded", "排除病例", "backup 2022", "HC"])
def test_other_people_of_a_sheet_set_aside_are_asked_about_and_it_is_never_the_patients(name: str):
    patients = lines("ID,Age,Sex,BSA", *(f"P{row},{50 + row},M,{row}" for row in range(1, 7)))
    others = lines("ID,Age,Sex,BSA,WBC", *(f"C{row},{30 + row},F,0,5" for row in range(1, 9)))
    first, below, beside, asked = proposed(tables_of(**{name: others, "data": patients}))
    assert (first, below, beside) == ("data", [], [])
    assert asked[name].startswith("By its name it may hold others than the patients of the study")


def test_a_data_dictionary_holds_no_patients():
    fields = ("ID", "Age", "Sex", "BSA", "Height", "Weight", "CRP acute", "SCORTEN")
    meant = ("who it is", "18 to 100", "M or F", "0 to 100", "130 to 210", "30 to 150", "in mg/L", "points")
    patients = lines(",".join(fields), *(f"P{row},{50 + row},M,{row},170,70,90,2" for row in range(1, 7)))
    on_its_side = lines(",".join(fields), ",".join(meant), ",".join(meant[::-1]))
    downwards = lines("Field,Meaning", *map(",".join, zip(fields, meant, strict=True)))
    for dictionary in (on_its_side, downwards):
        assert proposed(tables_of(data=patients, Sheet2=dictionary)) == ("data", [], [], {})


def test_the_template_s_own_sheets_raise_no_question():
    book = openpyxl.load_workbook(ROOT / "sample_data" / "template.xlsx")
    at = {cell.value: cell.column for cell in book["Patients"][1]}
    for row in range(8):
        book["Patients"].cell(5 + row, at["Patient"], f"P{row}")
        book["Patients"].cell(5 + row, at["Age (years)"], 50 + row)
    written = io.BytesIO()
    book.save(written)
    tables = [each for each in read_tables(written.getvalue(), "t.xlsx") if isinstance(each, RawTable)]
    assert proposed(tables) == ("Patients", [], [], {})


def test_an_age_is_no_number_of_a_patient():
    one = lines("Age,Sex,BSA", *(f"{50 + row},M,{row}" for row in range(1, 9)))
    two = lines("Age,Sex,BSA,WBC", *(f"{52 + row},F,{40 + row},{row}" for row in range(1, 9)))
    first, second = (read_table(text.encode(), "a.csv") for text in (one, two))
    assert likely_keys(first, second, match_columns(first), match_columns(second)) is None
    assert propose([first, second], 0).below == (1,)


# ---- hidden sheets ----------------------------------------------------------------------------------


def hidden(name: str, **sheets: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(**sheets)))
    book[name].sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


FINAL = lines("ID,Sex,Age,Dx,Arm", *(f"{row},M,{50 + row},SJS,combination" for row in range(1, 9)))
OLD = lines(
    "ID,Sex,Age,Dx,Arm,WBC,Hb,PLT,SCORTEN,BSA,Urea,Glucose",
    *(f"{row},M,{49 + row},SJS,combination,5,100,200,1,5,5,6" for row in range(1, 5)),
)


@pytest.mark.parametrize("name", ["old_2022", "旧版"])
def test_a_hidden_sheet_is_chosen_before_no_sheet_that_is_shown(name: str):
    data = hidden(name, final=FINAL, **{name: OLD})
    tables = [each for each in read_tables(data, "a.xlsx") if isinstance(each, RawTable)]
    assert proposed(tables) == ("final", [], [], {name: "The sheet is hidden in the workbook."})
    table = read_table(data, "a.xlsx")
    assert (table.sheet, table.hidden) == ("final", False)
    assert f"not read: “{name}” (hidden)." in table.assumptions[0]


def test_a_hidden_sheet_behind_a_cover_is_read_and_said_to_be_hidden():
    data = hidden("data", cover="Study,Contact\nirEN,ward 3\n", data=FINAL)
    tables = [each for each in read_tables(data, "a.xlsx") if isinstance(each, RawTable)]
    assert tables[likely_first(tables)].sheet == "data"
    result = assemble(data, "a.xlsx")
    assert len(result.frame) == 8
    assert "The sheet “data” is hidden in the workbook." in result.table.assumptions


# ---- a sheet for each phase -------------------------------------------------------------------------

PHASES = [
    ("急性期", "恢复期", "CRP,铁蛋白"),
    ("治疗前", "治疗后", "CRP(mg/L),铁蛋白(ng/mL)"),
    ("Acute", "Recovery", "CRP (mg/L),Ferritin"),
    ("Labs acute", "Labs recovery", "CRP,Ferritin"),
    ("急性期检验", "恢复期检验", "CRP,铁蛋白"),
]


@pytest.mark.parametrize(("acute", "recovery", "markers"), PHASES, ids=[each[0] for each in PHASES])
def test_markers_of_a_sheet_called_after_a_phase_are_of_that_phase(acute: str, recovery: str, markers: str):
    patients = lines("ID,Sex,Age,Dx", *(f"P{row},M,{50 + row},SJS" for row in range(1, 5)))
    before = lines(f"ID,{markers}", *(f"P{row},{100 + row},{900 + row}" for row in range(1, 5)))
    after = lines(f"ID,{markers}", *(f"P{row},{row},{300 + row}" for row in range(4, 1, -1)))
    tables = tables_of(**{"基本信息": patients, acute: before, recovery: after})
    assert proposed(tables) == ("基本信息", [], sorted([acute, recovery]), {})
    by_name = {table.sheet: table for table in tables}
    whole = joined(joined(by_name["基本信息"], by_name[acute]), by_name[recovery])
    assert values(whole, "crp_mg_l_acute") == [101, 102, 103, 104]
    assert values(whole, "crp_mg_l_recovery") == [None, 2, 3, 4]
    assert values(whole, "ferritin_ng_ml_recovery") == [None, 302, 303, 304]
    assert any(f"called “{recovery}”, so the recovery values" in said for said in whole.assumptions)


def test_a_sheet_called_after_a_phase_without_one_of_the_other_phase_stays_as_it_is():
    [table] = tables_of(Baseline=lines("ID,Age,CRP", "P1,50,100", "P2,51,90"))
    assert table.columns == ("ID", "Age", "CRP")
