"""Lists of measurements as laboratories and hospitals export them: times, specimens, marks and events."""

import pytest

from iren_core.intake import assemble_table, match_columns, read_table
from iren_core.intake.longform import long_form, one_row_a_patient, patient_dates


def turned(*lines, acute=None, recovery=None):
    table = read_table("\n".join(lines).encode(), "list.csv")
    matches = match_columns(table)
    form = long_form(table, matches)
    rules = acute or form.acute_rules[-1], recovery or form.recovery_rules[-1]
    whole = one_row_a_patient(table, form, *rules, patient_dates([(table, matches)]))
    return assemble_table(whole, match_columns(whole))


def values(result, field):
    if field not in result.frame:
        return None
    column = result.frame[field]
    return column.astype(object).where(column.notna(), None).tolist()


def crp(result):
    return values(result, "crp_mg_l_acute"), values(result, "crp_mg_l_recovery")


def said(result, words):
    return [sentence for sentence in result.table.assumptions if words in sentence]


# ---- the time of a row ----------------------------------------------------------------------------------

NEWEST_FIRST = ("1,CRP,6,mg/L,2022-03-20", "1,CRP,101,mg/L,2022-03-01", "2,CRP,7,mg/L,2022-04-20",
                "2,CRP,90,mg/L,2022-04-02")  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["采样时间", "检验时间", "报告时间", "送检时间", "审核时间", "取样时点", "Sample time", "Collected", "Result date",
     "Collected on", "Specimen collection date/time", "Timestamp", "Entnahmedatum", "Zeit", "X"],
)  # fmt: skip
def test_a_column_of_dates_tells_the_time_by_whatever_name(name):
    result = turned(f"ID,Test,Result,Unit,{name}", *NEWEST_FIRST)
    assert crp(result) == ([101, 90], [6, 7])
    assert said(result, f"The time of a row is taken from “{name}”.")
    with_hour = [f"{line} 07:30" for line in NEWEST_FIRST]
    assert crp(turned(f"ID,Test,Result,Unit,{name}", *with_hour)) == ([101, 90], [6, 7])


@pytest.mark.parametrize("name", ["入院日期", "出生日期", "Date of birth", "Next visit", "Comment"])
def test_where_rows_have_no_time_values_that_differ_stay_empty(name):
    when = ("a", "b", "c") if name == "Comment" else ("2022-03-20", "2022-03-01", "2022-04-02")
    lines = ("1,CRP,6,mg/L,{}", "1,CRP,101,mg/L,{}", "2,CRP,90,mg/L,{}", "3,CRP,8,mg/L,", "3,CRP,8,mg/L,")
    lines = [line.format(at) for line, at in zip(lines, (*when, "", ""), strict=True)]
    result = turned(f"ID,Test,Result,Unit,{name}", *lines)
    assert crp(result) == ([None, 90, 8], [None, None, None])
    assert said(
        result, "CRP: the rows have no time, and the values differ; left empty for the patients of row 2."
    )
    assert said(result, "Acute values: the only value of the patient, for the rows have no time.")


@pytest.mark.parametrize(
    ("names", "taken"),
    [("报告时间,采样时间", "采样时间"), ("Received,Collected", "Collected"), ("Result date,Sample date", "Sample date"),
     ("送检时间,检验时间", "检验时间"), ("Reported,Date", "Date")],
)  # fmt: skip
def test_of_several_dates_that_of_the_sample_is_taken(names, taken):
    passed = names.split(",")[0]
    result = turned(f"ID,Test,Result,Unit,{names}", "1,CRP,6,mg/L,2022-03-03,2022-03-02",
                    "1,CRP,101,mg/L,2022-03-04,2022-03-01")  # fmt: skip
    assert crp(result) == ([101], [6])
    assert said(result, f"The time of a row is taken from “{taken}”, not “{passed}”.")


@pytest.mark.parametrize("name", ["Date", "采样时间", "Collected"])
def test_where_either_order_of_day_and_month_takes_the_same_samples_they_are_taken(name):
    result = turned(f"ID,Test,Result,Unit,{name}", "1,CRP,6,mg/L,05/03/2022", "1,CRP,101,mg/L,01/03/2022")
    assert crp(result) == ([101], [6])


def test_where_the_order_of_day_and_month_decides_the_value_stays_empty():
    lines = (
        "1,CRP,6,mg/L,02/04/2022",
        "1,CRP,101,mg/L,05/03/2022",
        "2,CRP,7,mg/L,05/03/2022",
        "2,CRP,90,mg/L,01/03/2022",
    )
    result = turned("ID,Test,Result,Unit,Date", *lines)
    assert crp(result) == ([None, 90], [None, 7])
    assert len(said(result, "whether the day or the month comes first")) == 2
    assert said(
        result, "left empty for the patients of row 2. Write the dates as 2023-03-05 (year, month, day)."
    )
    assert crp(turned("ID,Test,Result,Unit,Date (dd/mm/yyyy)", *lines)) == ([101, 90], [6, 7])
    assert crp(turned("ID,Test,Result,Unit,Date (mm/dd/yyyy)", *lines)) == ([6, 90], [101, 7])
    settled = turned("ID,Test,Result,Unit,Date", *lines, "3,CRP,1,mg/L,25/03/2022")
    assert crp(settled) == ([101, 90, 1], [6, 7, None])
    admitted = turned("ID,Test,Result,Unit,Date,Admitted", *(f"{line},25/02/2022" for line in lines))
    assert crp(admitted) == ([101, 90], [6, 7])
    assert said(admitted, "Dates in “Date” were read with the day first, as those of “Admitted” are written.")


def test_visits_of_which_the_order_is_not_known_leave_empty_what_hangs_on_it():
    result = turned("ID,Date,Age,BSA,CRP", "1,02/04/2022,50,3,6", "1,05/03/2022,50,20,101")
    assert values(result, "detachment_bsa_pct") == [None]
    assert values(result, "age_years") == [50]
    assert said(
        result,
        "The values differ from visit to visit, and which is the first is open: left empty there: “BSA”.",
    )


@pytest.mark.parametrize(
    ("early", "late"),
    [("2022-03-01 8:00 AM", "2022-03-01 1:00 PM"), ("2022-03-01 12:30 AM", "2022-03-01 9:00 AM"),
     ("2022年3月1日 上午9:05", "2022年3月1日 下午1:30"), ("2022-03-01T07:00:00.000Z", "2022-03-01T18:00:00.000Z"),
     ("2022年3月1日 7时30分", "2022年3月1日 18时05分")],
)  # fmt: skip
def test_the_hour_may_be_written_in_twelve_or_in_words(early, late):
    assert crp(
        turned("ID,Test,Result,Unit,Collected", f"1,CRP,6,mg/L,{late}", f"1,CRP,101,mg/L,{early}")
    ) == ([101], [6])


@pytest.mark.parametrize(
    ("names", "hours"),
    [
        ("采样日期,采样时间", ("18:00", "07:30")),
        ("Date,Time", ("1:00 PM", "8:00 AM")),
        ("Collected,Hour", ("18:00:00", "7:30:00")),
    ],
)
def test_the_hour_may_have_a_column_of_its_own(names, hours):
    date, hour = names.split(",")
    result = turned(f"ID,Test,Result,Unit,{names}", f"1,CRP,6,mg/L,2022-03-01,{hours[0]}",
                    f"1,CRP,101,mg/L,2022-03-01,{hours[1]}")  # fmt: skip
    assert crp(result) == ([101], [6])
    assert said(result, f"The time of a row is taken from “{date}” and “{hour}”.")


@pytest.mark.parametrize(
    ("name", "early", "late"),
    [("采样时间", "入院时", "出院前"), ("采样时间", "第1天", "第14天"), ("Hospital day", "1", "14"),
     ("住院第几天", "2", "10"),
     ("状态", "治疗前", "治疗后"), ("Timing", "before treatment", "after treatment"),
     ("采样时间", "44621.3", "44640.29"),
     ("采样时间", "20220301", "20220320"), ("采样时间", "20220301073000", "20220320073000")],
)  # fmt: skip
def test_a_time_in_words_or_numbers_is_one_too(name, early, late):
    lines = [line for who in (1, 2) for line in
             (f"{who},CRP,{5 + who},mg/L,{late}", f"{who},CRP,{100 + who},mg/L,{early}")]  # fmt: skip
    result = turned(f"ID,Test,Result,Unit,{name}", *lines)
    phases = turned(f"ID,Test,Result,Unit,{name}", *lines, acute="phase", recovery="phase")
    assert ([101, 102], [6, 7]) in (crp(result), crp(phases))
    assert not said(result, f"“{name}” names no phase")


@pytest.mark.parametrize("name", ["Date", "采样时间"])
def test_a_date_written_once_holds_for_the_rows_below_where_the_number_is_written_once_too(name):
    lines = ("1,CRP,6,mg/L,2022-03-20", ",IL-6,4,pg/mL,", ",CRP,101,mg/L,2022-03-01", ",IL-6,50,pg/mL,",
             "2,CRP,7,mg/L,2022-03-21", ",IL-6,3,pg/mL,")  # fmt: skip
    result = turned(f"ID,Test,Result,Unit,{name}", *lines)
    assert crp(result) == ([101, 7], [6, None])
    assert (values(result, "il6_pg_ml_acute"), values(result, "il6_pg_ml_recovery")) == ([50, 3], [4, None])
    assert said(result, f"In “{name}” 3 empty cells were read as the one above it of the same patient.")
    assert not said(result, "can be read")


def test_a_date_missing_among_dates_in_every_row_is_not_filled():
    lines = (
        "1,CRP,6,mg/L,2022-03-20",
        "1,IL-6,4,pg/mL,2022-03-20",
        "1,CRP,101,mg/L,",
        "1,IL-6,50,pg/mL,2022-03-01",
    )
    result = turned("ID,Test,Result,Unit,Date", *lines)
    assert crp(result) == ([6], [None])
    assert said(result, "1 row has no date that can be read.")
    assert said(result, "may be the earlier one; the one taken stands in row 2 (6; without a time 101).")


# ---- what a row was measured in -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "urine", "blood", "spinal", "serum"),
    [("标本", "尿液", "全血", "脑脊液", "血清"), ("样本类型", "中段尿", "静脉血", "脑脊液", "血浆"),
     ("specimen", "Urine", "Whole blood", "CSF", "Serum"),
     ("Sample type", "urine, random", "EDTA blood", "Pleural fluid", "Plasma"),
     ("material", "U", "WB", "Sputum", "ser/plas"),
     ("来源", "尿", "末梢血", "痰", "血清"),
     ("Material", "Urin", "EDTA-Blut", "Liquor", "Serum")],
)  # fmt: skip
def test_only_measurements_of_blood_are_used(name, urine, blood, spinal, serum):
    header = f"ID\tDate\t{name}\tTest\tResult\tUnit".split("\t")
    rows = (
        ("1", "2022-03-01", urine, "WBC", "250", "/µL"),
        ("1", "2022-03-01", blood, "WBC", "7.1", "10^9/L"),
        ("1", "2022-03-01", spinal, "Glucose", "3.1", "mmol/L"),
        ("1", "2022-03-01", serum, "Glucose", "9.5", "mmol/L"),
        ("1", "2022-03-02", urine, "Urea", "250", "mmol/L"),
    )
    result = turned(*(",".join(f'"{cell}"' for cell in row) for row in (header, *rows)))
    assert values(result, "wbc") == [7.1]
    assert values(result, "glucose_mmol_l") == [9.5]
    assert values(result, "urea_mmol_l") == [None]
    left_out = f"Left out: “{urine}” in rows 2, 6; “{spinal}” in row 4."
    assert said(result, f"By “{name}” only measurements of blood, serum and plasma were used. {left_out}")
    assert not said(result, "two values of one patient")


def test_a_specimen_that_is_not_known_is_left_out_and_said():
    lines = ("1,2022-03-01,其他,CRP,40,mg/L", "1,2022-03-02,血清,CRP,90,mg/L", "1,2022-03-14,血清,CRP,5,mg/L")
    result = turned("ID,Date,标本,Test,Result,Unit", *lines)
    assert crp(result) == ([90], [5])
    assert said(result, "Left out: “其他” in row 2.")


def test_a_row_without_a_specimen_is_blood_but_not_where_its_test_is_made_in_others_too():
    lines = ("1,2022-03-01,尿液,WBC,250,/µL", "1,2022-03-02,,WBC,7.1,10^9/L", "2,2022-03-02,血,WBC,8,10^9/L",
             "1,2022-03-02,,CRP,90,mg/L")  # fmt: skip
    result = turned("ID,Date,标本,Test,Result,Unit", *lines)
    assert values(result, "wbc") == [None, 8]
    assert crp(result)[0] == [90, None]
    assert said(result, "Left out: “尿液” in row 2; no specimen named in row 3.")


def test_a_number_of_a_sample_is_no_specimen():
    lines = ("1,2022-03-01,20220301-01,CRP,90,mg/L", "1,2022-03-14,20220314-07,CRP,5,mg/L")
    for name in ("Sample", "标本", "样本", "Specimen"):
        assert crp(turned(f"ID,Date,{name},Test,Result,Unit", *lines)) == ([90], [5])


@pytest.mark.parametrize(
    "test",
    ["尿白细胞", "Urine glucose", "U-Glu", "GLU-U", "葡萄糖（尿）", "白细胞(尿沉渣)", "WBC (urine)", "CSF glucose",
     "脑脊液葡萄糖",
     "痰白细胞", "WBC/HPF", "白细胞计数(胸水)", "前白蛋白", "Prealbumin", "24h尿肌酐"],
)  # fmt: skip
def test_a_test_of_another_specimen_by_its_name_is_not_that_of_blood(test):
    lines = ("1,2022-03-01,CRP,90,mg/L", f"1,2022-03-01,{test},250,mmol/L", "1,2022-03-01,尿素,6,mmol/L")
    result = turned("ID,Date,Test,Result,Unit", *lines)
    assert values(result, "urea_mmol_l") == [6]
    assert said(result, f"Measurements that no field is for were not used: “{test}” (1).")
    laboratory = [
        name for name in ("wbc", "glucose_mmol_l", "albumin_g_l", "creatinine_umol_l") if name in result.frame
    ]
    assert all(values(result, name) == [None] for name in laboratory)


@pytest.mark.parametrize(
    ("name", "urine", "blood"),
    [
        ("组合名称", "尿常规", "生化全套"),
        ("Panel", "Urinalysis", "Chemistry"),
        ("检验类别", "尿液分析", "免疫"),
    ],
)
def test_a_panel_of_another_specimen_is_left_out(name, urine, blood):
    lines = (
        f"1,2022-03-01,{urine},WBC,250,/µL",
        f"1,2022-03-02,{blood},CRP,90,mg/L",
        f"2,2022-03-01,{blood},CRP,8,mg/L",
    )
    result = turned(f"ID,Date,{name},Test,Result,Unit", *lines)
    assert values(result, "wbc") == [None, None]
    assert crp(result)[0] == [90, 8]
    assert said(result, f"Left out: “{urine}” in row 2.")


def test_a_diagnosis_or_a_remark_is_no_specimen():
    for name, text in (("诊断", "皮肤组织病变"), ("Remark", "blister fluid seen"), ("备注", "尿路感染")):
        lines = (f"1,2022-03-01,{text},CRP,90,mg/L", "1,2022-03-14,,CRP,5,mg/L", "2,2022-03-14,血糖高,CRP,5,mg/L",
                 "2,2022-03-15,,CRP,7,mg/L")  # fmt: skip
        assert crp(turned(f"ID,Date,{name},Test,Result,Unit", *lines)) == ([90, 5], [5, 7])


# ---- events of a study ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["redcap_event_name", "Event Name", "Event", "分期", "采样阶段", "Sampling point"]
)
@pytest.mark.parametrize(
    ("acute", "recovery"),
    [("acute_arm_1", "recovery_arm_1"), ("Acute phase", "Recovery phase"), ("急性期", "恢复期"),
     ("Acute phase (Arm 1: Main)", "Recovery phase (Arm 1: Main)")],
)  # fmt: skip
def test_events_are_phases_and_a_patient_has_one_row(name, acute, recovery):
    lines = [line for who in (1, 2) for line in
             (f"{who},{recovery},,,{5 + who}", f"{who},{acute},F,{50 + who},{100 + who}")]  # fmt: skip
    result = turned(f"record_id,{name},sex,age,CRP (mg/L)", *lines, acute="phase", recovery="phase")
    assert crp(result) == ([101, 102], [6, 7])
    assert values(result, "age_years") == [51, 52]
    assert not said(result, "names no phase")
    as_list = [f"{who},{event},CRP,{value},mg/L" for who in (1, 2) for event, value in
               ((recovery, 5 + who), (acute, 100 + who))]  # fmt: skip
    assert crp(turned(f"record_id,{name},Test,Result,Unit", *as_list, acute="phase", recovery="phase")) == (
        [101, 102], [6, 7],
    )  # fmt: skip


@pytest.mark.parametrize(
    "events", [("baseline", "acute", "recovery"), ("enrollment", "baseline", "follow_up")]
)
def test_demographics_of_an_event_of_their_own_stay_with_their_patient(events):
    first, second, third = (f"{event}_arm_1" for event in events)
    lines = [
        f"{who},{event}"
        for who in (1, 2)
        for event in (f"{first},F,{50 + who},", f"{second},,,{100 + who}", f"{third},,,{5 + who}")
    ]
    result = turned("record_id,redcap_event_name,sex,age,CRP (mg/L)", *lines, acute="phase", recovery="phase")
    assert values(result, "patient_id") == ["1", "2"]
    assert values(result, "age_years") == [51, 52]
    assert crp(result) == ([101, 102], [6, 7])


@pytest.mark.parametrize(
    "events",
    [
        ("enrollment_arm_1", "week_2_arm_1", "month_2_arm_1"),
        ("Baseline", "Day 10", "Week 4"),
        ("V1", "V2", "V3"),
    ],
)
def test_events_by_number_are_put_in_order_of_days(events):
    one, two, three = events
    lines = (f"1,{three},,5", f"1,{two},,40", f"1,{one},51,90", f"2,{one},52,80", f"2,{three},,4")
    result = turned("record_id,redcap_event_name,age,CRP (mg/L)", *lines)
    assert crp(result) == ([90, 80], [5, 4])
    assert values(result, "age_years") == [51, 52]


@pytest.mark.parametrize("name", ["redcap_event_name", "Event Name", "redcap_repeat_instrument"])
def test_events_without_laboratory_values_make_one_row_a_patient_too(name):
    lines = (
        "1,baseline_arm_1,51,90,,",
        "1,discharge_arm_1,,,5,healed",
        "2,baseline_arm_1,52,80,,",
        "3,baseline_arm_1,53,70,,",
    )
    result = turned(f"record_id,{name},age,CRP acute (mg/L),CRP recovery (mg/L),outcome", *lines)
    assert crp(result) == ([90, 80, 70], [5, None, None])
    assert values(result, "outcome") == ["healed", None, None]
    assert values(result, "patient_id") == ["1", "2", "3"]
    single = ("1,baseline_arm_1,51,90,5,healed", "2,baseline_arm_1,52,80,4,died")
    table = read_table(
        "\n".join((f"record_id,{name},age,CRP acute,CRP recovery,outcome", *single)).encode(), "list.csv"
    )
    assert long_form(table, match_columns(table)) is None


def test_events_that_tell_no_time_still_make_one_row_a_patient():
    lines = (
        "1,demographics_arm_1,51,10,",
        "1,labs_arm_1,,20,90",
        "2,demographics_arm_1,52,30,3",
        "2,labs_arm_1,,,80",
    )
    result = turned("record_id,redcap_event_name,age,BSA,CRP (mg/L)", *lines)
    assert values(result, "detachment_bsa_pct") == [None, 30]
    assert values(result, "age_years") == [51, 52]
    assert crp(result) == ([90, None], [None, None])
    assert said(
        result, "CRP: the rows have no time, and the values differ; left empty for the patients of row 4."
    )


def test_repeated_instruments_go_by_their_dates_before_their_numbers():
    lines = (
        "1,,,51,,",
        "1,labs,1,,2022-03-20,6",
        "1,labs,2,,2022-03-01,101",
        "2,,,52,,",
        "2,labs,1,,2022-03-02,80",
    )
    header = "record_id,redcap_repeat_instrument,redcap_repeat_instance,age,lab_date,CRP (mg/L)"
    result = turned(header, *lines)
    assert crp(result) == ([101, 80], [6, None])
    assert values(result, "age_years") == [51, 52]


@pytest.mark.parametrize("name", ["采样时间", "Sample time", "Collected"])
def test_visits_in_rows_go_by_a_date_of_any_name(name):
    result = turned(f"ID,{name},CRP (mg/L)", "1,2022-03-20 07:00,6", "1,2022-03-01 07:00,101", "2,2022-04-20 07:00,7",
                    "2,2022-04-02 07:00,90")  # fmt: skip
    assert crp(result) == ([101, 90], [6, 7])


def test_a_tumour_stage_is_no_phase():
    result = turned(
        "编号,分期,日期,年龄,CRP(mg/L)",
        "1,IV,2022-03-20,51,6",
        "1,IV,2022-03-01,51,101",
        "2,III,2022-03-01,52,90",
    )
    assert values(result, "tumor_stage") == ["IV", "III"]
    assert crp(result) == ([101, 90], [6, None])


# ---- marks beside values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mark", ["↑{}", "{}↑", "{}(H)", "{} H", "{}H", "{}（高）", "H {}", "{} ↑ mg/L", "*{}"]
)
def test_marks_of_high_values_are_dropped_and_said(mark):
    lines = (
        f"1,2022-03-01,CRP,{mark.format(101)},mg/L",
        "1,2022-03-14,CRP,6,mg/L",
        "2,2022-03-01,CRP,90,mg/L",
    )
    result = turned("ID,Date,Test,Result,Unit", *lines)
    assert crp(result) == ([101, 90], [6, None])
    assert said(
        result, f"the marks of high and low values were dropped in 1 cell; row 2: {mark.format(101)} is 101."
    )


def test_a_column_of_marks_and_one_of_reference_ranges_are_no_values():
    lines = (
        "1,2022-03-01,CRP,101,mg/L,H,0-8",
        "1,2022-03-14,CRP,6,mg/L,L,0-8",
        "2,2022-03-01,白蛋白,30,g/L,↓,40-55",
    )
    result = turned("ID,检验时间,项目,结果,单位,标志,参考范围", *lines)
    assert crp(result) == ([101, None], [6, None])
    assert values(result, "albumin_g_l") == [None, 30]


def test_a_marked_percentage_is_a_percentage():
    lines = ("1,2022-03-01,CD4,↑35%", "1,2022-03-01,CD4,420", "1,2022-03-02,CD4,35%↑")
    result = turned("ID,Date,Test,Result", *lines)
    assert values(result, "cd4_cells_ul_acute") == [420]


@pytest.mark.parametrize("words", ["参考范围", "Reference range", "正常值"])
def test_a_row_of_reference_ranges_in_a_list_is_no_patient(words):
    lines = (f"{words},,CRP,0-8,mg/L", *(f"{who},2022-03-{day},CRP,{value + who},mg/L" for who in (1, 2)
             for day, value in (("20", 5), ("01", 100))))  # fmt: skip
    result = turned("ID,Date,Test,Result,Unit", *lines)
    assert values(result, "patient_id") == ["1", "2"]
    assert crp(result) == ([101, 102], [6, 7])
    assert said(result, "1 measurement without a patient number was not used.")
