"""Headers that name one thing in two languages, and columns of dates under the name of a day."""

import pytest

from iren_core.intake import assemble, match_columns, read_table


def match(header, *values):
    """How one column beside another is understood."""
    rows = "".join(f"P{i}\t{value}\n" for i, value in enumerate(values or ("1", "2")))
    return match_columns(read_table(f"first column\t{header}\n{rows}".encode(), "cohort.tsv"))[1]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("编号 ID", "patient_id"),
        ("年龄/Age", "age_years"),
        ("诊断 Dx", "diagnosis"),
        ("HR 心率", "heart_rate"),
        ("Sex 性别", "sex"),
        ("体温|Temp", "peak_temp_c"),
        ("性别、Sex", "sex"),
        ("身高Height(cm)", "height_cm"),
        ("Height/身高 cm", "height_cm"),
        ("白蛋白 ALB g/L", "albumin_g_l"),
        # one half is known, the other is not
        ("治疗 group", "arm"),
        ("年龄 (Age in full)", "age_years"),
        # names that led nowhere
        ("最终诊断", "diagnosis"),
        ("发疹日期", "date_onset"),
        ("末次ICI时间", "date_ici_last"),
        ("累计强的松量(mg)", "cumulative_prednisone_mg"),
        ("甲强龙日剂量mg", "methylprednisolone_mg_day"),
        ("甲泼尼龙日剂量(mg)", "methylprednisolone_mg_day"),
        ("Methylprednisolone daily dose (mg)", "methylprednisolone_mg_day"),
    ],
)
def test_both_halves_lead_to_the_field(header, field):
    found = match(header)
    assert (found.field, found.used) == (field, True)


@pytest.mark.parametrize(
    ("header", "field", "note"),
    [
        ("BMI 体重", "bmi", "The parts of its header mean different things: Body mass index and Weight."),
        ("性别/Age", "sex", "The parts of its header mean different things: Sex and Age."),
        ("BMI 分级", "bmi", "“分级” in its header may mean something else."),
        ("年龄 group 2", "age_years", "“group 2” in its header may mean something else."),
    ],
)
def test_halves_that_differ_or_narrow_are_only_suggested(header, field, note):
    found = match(header)
    assert (found.field, found.used, found.note) == (field, False, note)


def test_half_a_header_does_not_make_numbers_of_words():
    found = match("年龄 stated", "young", "old", "old")
    assert (found.field, found.used) == ("age_years", False)
    assert match("年龄 stated", "40", "50", "?").used


@pytest.mark.parametrize("header", ["发热/皮疹甲", "fever/rash x", "年龄 (2)x1", "ICI与化疗"])
def test_two_things_in_one_script_are_no_translation(header):
    assert not match(header).used


def test_a_column_of_dates_is_the_date_and_one_of_numbers_the_day():
    assert match("死亡日", "2023-03-05", "", "2023/4/1").field == "date_death"
    assert match("死亡日", "12", "", "30").field == "death_day"
    assert match("愈合时间", "2023-03-05", "2023-04-01").field == "date_healing"
    assert match("随访时间", "20230305", "20230401").field == "date_last_followup"
    latency = match("潜伏期", "2023-03-05", "2023-04-01")
    assert (latency.used, latency.note) == (
        False,
        "Its values are dates, and Latency from checkpoint inhibitor to onset is a number.",
    )


def test_the_day_of_the_first_tnf_inhibitor_follows_from_its_date():
    text = "id,激素开始日期,首次依那西普日期,age\nA,2023-03-01,2023-03-04,50\nB,2023-03-01,,60\n"
    result = assemble(text.encode(), "cohort.csv")
    assert result.frame["tnfi_start_day"].tolist()[0] == 3
    assert result.frame["tnfi_start_day"].isna().tolist() == [False, True]
    said = (
        "In 1 patient the day of the first TNF inhibitor was counted from the dates, "
        "day 0 being the first steroid dose."
    )
    assert said in result.table.assumptions
