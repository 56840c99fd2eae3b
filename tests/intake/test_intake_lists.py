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
