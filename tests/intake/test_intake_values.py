"""Single cells: numbers, limits, missing words, dates."""

import time
from datetime import datetime

import pytest

from iren_core.intake.values import (
    day_order,
    decimal_mark,
    is_missing,
    possible_orders,
    read_date,
    read_number,
    without_flag,
)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("38.5", 38.5),
        (" 38.5 ", 38.5),
        ("-3", -3),
        ("1e3", 1000),
        (38, 38.0),
        (38.5, 38.5),
        ("３８．５", 38.5),
        ("1,234", 1234),
        ("1,234.5", 1234.5),
        ("1 234", 1234),
        ("38.5 g/L", 38.5),
        ("38.5g/l", 38.5),
    ],
)
def test_a_number_however_it_is_written(cell, value):
    assert read_number(cell, "g/l")[:] == (value, "", None, "", "", "")


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("38.5 ↓", "↓"), ("38.5↑", "↑"), ("38.5 H", "H"), ("38.5*", "*"), ("↑38.5", "↑"), ("↑ 38.5", "↑"),
     ("38.5(H)", "(H)"), ("38.5（高）", "(高)"), ("38.5 (L)", "(L)"), ("38.5 [H]", "[H]"), ("38.5H", "H"),
     ("H 38.5", "H"), ("38.5 偏低", "偏低"), ("38.5 HH", "HH"), ("38.5 ↑ H", "↑ H"),
     ("38.5 ↑ g/L", "↑"), ("38.5(H)g/L", "(H)"), ("38.5 H g/L", "H"),
     ("38.5 g/L H", "H"), ("38.5 high", "high"), ("３８．５↑", "↑"), ("*38.5", "*")],
)  # fmt: skip
def test_the_mark_of_a_laboratory_is_dropped_and_kept_to_be_said(cell, flag):
    assert read_number(cell, "g/l")[:] == (38.5, "", None, "", "", "")
    assert without_flag(cell, "g/l")[1] == flag
    assert read_number(cell.replace("38.5", "<5").replace("３８．５", "<5"), "g/l").bound == 5


@pytest.mark.parametrize(
    "text", ["↑" * 58 + "x", "H" * 58 + "x", "H " * 29 + "x", "(H)" * 19 + "x", "↑" * 20_000]
)
def test_no_text_of_marks_takes_long(text):
    began = time.perf_counter()
    assert read_number(text, "g/l").value is None
    assert read_date(f"2022-03-01{text}", "unknown").value is None
    assert read_date(f"2022-03-01{' ' * 20_000}7:00x", "unknown").value is None
    assert time.perf_counter() - began < 5


def test_letters_of_units_are_no_marks():
    assert [without_flag(cell)[1] for cell in ("38.5 g/L", "5 10^9/L", "38.5 mmol/L H")] == ["", "", "H"]
    assert without_flag("24 H", "days")[1] == ""
    assert read_number("24 H", "days", others=["hours"])[:] == (24, "", None, "", "", "hours")
    assert read_number("38.5 mmol/L H", "g/l", others=["mmol/l"])[:] == (38.5, "", None, "", "", "mmol/l")
    assert read_number("5 L/min", "g/l").value is None
    assert read_number("H", "g/l").value is None
    assert read_number("↑13,2", "g/l", decimal=decimal_mark(["↑13,2"])).value == 13.2


@pytest.mark.parametrize(
    ("cell", "value"),
    [("3,9", 3.9), ("1.234,5", 1234.5), ("1.234.567", 1234567), ("0,123", 0.123), ("1,234", 1.234), ("7", 7),
     ("-2,5", -2.5), ("1 234,5", 1234.5)],
)  # fmt: skip
def test_decimal_commas(cell, value):
    assert read_number(cell, "", decimal="comma").value == value


def test_a_day_in_chinese():
    assert read_number("第14天", "days").value == read_number("14天", "days").value == 14


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["3,9"], "comma"),
        (["25,5 %", "3,0 %"], "comma"),
        (["38.5 ℃"], "point"),
        (["1,234 个/µL"], "unclear"),
        (["３，９"], "comma"),
        (["3,9", "1,234"], "comma"),
        (["1.234,5"], "comma, points thousands"),
        (["1.234.567"], "comma, points thousands"),
        (["<0,5"], "comma"),
        (["0,1234"], "comma"),
        (["1,234"], "unclear"),
        (["1.234", "12"], "unclear"),
        (["1,234.5", "3,9"], "point"),
        (["1,234,567"], "point"),
        (["3.9", "12"], "point"),
        (["0.123"], "point"),
        ([3.9, None, "12"], "unclear"),
    ],
)
def test_which_mark_is_meant(cells, mark):
    assert decimal_mark(cells) == mark


@pytest.mark.parametrize(
    ("cell", "decimal", "mark"),
    [("1,234", "unclear", "comma"), ("1.234", "unclear", "point"), ("<12.345", "comma", "point")],
)
def test_a_mark_that_may_mean_either_is_not_guessed(cell, decimal, mark):
    fault = f"It is not clear whether the {mark} marks decimals or thousands."
    assert read_number(cell, "", decimal=decimal)[:] == (None, "", None, "", fault, "")


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1.315", "comma, points thousands", 1315),
        ("706,0", "comma, points thousands", 706),
        ("1.315,5", "comma, points thousands", 1315.5),
        ("1,315", "comma, points thousands", 1.315),
        ("12.5", "comma, points thousands", 12.5),
        ("1.315", "comma, points decimals", 1.315),
        ("706,0", "comma, points decimals", 706),
        ("1,315", "point", 1315),
    ],
)
def test_a_mark_that_is_settled_is_read(cell, decimal, value):
    assert read_number(cell, "", decimal=decimal).value == value


@pytest.mark.parametrize(
    ("cell", "value"), [("1 234", 1234), ("12\u00a0345", 12345), ("1 234 567.5", 1234567.5)]
)
def test_blanks_group_thousands(cell, value):
    assert read_number(cell, "").value == value


def test_a_raised_digit_in_the_unit_is_no_footnote():
    assert read_number("7.5×10⁹/L", "10^9/l").value == 7.5
    assert read_number("22 kg/m²", "kg/m2").value == 22


@pytest.mark.parametrize(
    ("cell", "sign", "bound"),
    [
        ("<5", "<", 5),
        ("< 0.5", "<", 0.5),
        ("＜1.5", "<", 1.5),
        ("≤5", "<", 5),
        (">2000", ">", 2000),
        ("＞1,500", ">", 1500),
        (">=10", ">", 10),
        ("小于5", "<", 5),
        ("大于100", ">", 100),
        ("<5 mg/L", "<", 5),
    ],
)
def test_a_limit_is_no_value(cell, sign, bound):
    assert read_number(cell, "mg/l")[:] == (None, sign, bound, "", "", "")


@pytest.mark.parametrize("cell", ["~90", "≈90", "约90", "about 90", "ca. 90"])
def test_about_is_read_and_said(cell):
    read = read_number(cell, "%")
    assert read.value == 90
    assert read.note == f"“{cell}” is an approximate value; the number was taken."


@pytest.mark.parametrize("cell", ["37.8-40.1", "37.8~40.1℃", "37.8至40.1度", "37.8–40.1 °C"])
def test_of_a_range_of_a_highest_value_the_upper_end_is_read_and_said(cell):
    read = read_number(cell, "°c", highest=True)
    assert read.value == 40.1
    assert read.note == f"“{cell}” is a range; its upper end 40.1 was taken, for the highest is asked for."


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [("4分", "", 4), ("３ 分", "", 3), ("3 points", "", 3), ("4 pts", "", 4), ("6 cycles", "", 6), ("6周期", "", 6),
     ("38.5度", "°c", 38.5), ("38.5°", "°c", 38.5), ("125k", "10^9/l", 125), ("12.5 K", "10^9/l", 12.5),
     ("D5", "days", 5), ("day 5", "days", 5), ("第5天", "days", 5), ("d 12", "days", 12)],
)  # fmt: skip
def test_units_as_cells_alone_write_them(cell, unit, value):
    assert read_number(cell, unit) == (value, "", None, "", "", "")


@pytest.mark.parametrize("cell", ["3 (35.3%)", "3分（35.3%）", "3（35,3 %）"])
def test_a_percentage_beside_a_score_is_passed_by_and_said(cell):
    read = read_number(cell, "")
    assert read.value == 3
    assert read.note == f"“{cell}” gives a percentage beside the number; only the number was taken."


@pytest.mark.parametrize(
    ("cell", "unit"),
    [("3 (35.3%)", "%"), ("125k", "g/l"), ("4分", "mmol/l"), ("D5", "°c"), ("D5-7", "days"), ("3 (4)", ""),
     ("5 d 3", "days")],
)  # fmt: skip
def test_what_is_not_clear_in_another_unit_is_not_read(cell, unit):
    assert read_number(cell, unit).value is None


def test_weeks_in_one_letter():
    read = read_number("2w", "days", others=["weeks"])
    assert (read.value, read.unit) == (2, "weeks")


@pytest.mark.parametrize("cell", ["30-40", "30~40%", "30–40 %", "30至40", "30 to 40", "３０－４０％"])
def test_of_a_range_the_midpoint_is_read_and_said(cell):
    read = read_number(cell, "%")
    assert read.value == 35
    assert read.note == f"“{cell}” is a range; its midpoint 35 was taken."


def test_a_cell_may_name_a_unit_of_its_own_where_it_can_be_converted():
    assert read_number("3.9 g/dL", "g/l", others=["g/dl"])[:] == (3.9, "", None, "", "", "g/dl")
    assert read_number("<0.5 mg/dL", "mg/l", others=["mg/dl"]).unit == "mg/dl"
    assert read_number("3.9 g/dL", "g/l").fault


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (
            "40-30",
            "A range stands where one number should, and it does not run upwards in the column's unit.",
        ),
        (
            "30~40%",
            "A range stands where one number should, and it does not run upwards in the column's unit.",
        ),
        ("38 mg/dL", "The number is followed by something that is not the column's unit."),
        ("3/4", "It is not a number."),
        ("abc", "It is not a number."),
        ("1.2.3", "It is not a number."),
        ("1_000", "It is not a number."),
        ("inf", "It is not a number."),
        ("12,34", "It is not a number."),
        ("1 2", "More than one number stands in the cell."),
        ("12 34", "More than one number stands in the cell."),
        ("1234 567", "More than one number stands in the cell."),
        ("5²", "A raised, lowered or circled sign stands beside the number, perhaps of a footnote."),
        ("12¹", "A raised, lowered or circled sign stands beside the number, perhaps of a footnote."),
        ("12①", "A raised, lowered or circled sign stands beside the number, perhaps of a footnote."),
        ("1e400", "It is too large to be a number."),
        (float("inf"), "It is too large to be a number."),
        (True, "A yes or no stands where a number should."),
    ],
)
def test_what_is_no_number_is_not_guessed(cell, fault):
    assert read_number(cell, "g/l")[:] == (None, "", None, "", fault, "")


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "NA",
        "n/a",
        "NaN",
        "None",
        "null",
        "unknown",
        ".",
        "?",
        "/",
        "—",
        "未查",
        "不详",
        "#N/A",
        float("nan"),
    ],
)
def test_words_for_missing(cell):
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["0", 0, 0.0, False, "no", "-", "无"])
def test_what_is_not_missing(cell):
    assert not is_missing(cell)


MARCH_5 = datetime(2023, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2023-03-05",
        "2023/3/5",
        "2023.3.5",
        "2023年3月5日",
        "２０２３年３月５日",
        "20230305",
        20230305,
        20230305.0,
        # 44990 is the serial of 2023-03-05 in the 1900 date system (LibreOffice: =DATEVALUE("2023-03-05")).
        44990,
        "44990",
        44990.75,
        datetime(2023, 3, 5, 14, 30),
        "2023-03-05 14:30:00",
        "2023-03-05T14:30:00Z",
        "2023-3-5 8:05",
        "5 Mar 2023",
        "05-Mar-2023",
        "March 5, 2023",
        "Mar 05 2023",
    ],
)
def test_a_date_however_it_is_written(cell):
    assert read_date(cell, "unknown")[:2] == (MARCH_5, "")


def test_the_order_of_day_and_month_is_learnt_from_the_column():
    assert day_order(["25/03/2023", "05/03/2023"]) == "day first"
    assert day_order(["03/25/2023", "03/05/2023"]) == "month first"
    assert day_order(["03/05/2023"]) == "unknown"
    assert day_order(["25/03/2023", "03/25/2023"]) == "unknown"
    assert read_date("05/03/2023", "day first").value == MARCH_5
    assert read_date("03/05/2023", "month first").value == MARCH_5
    assert read_date("05.05.2023", "unknown").value == datetime(2023, 5, 5)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("03/05/2023", "It is not clear which part is the day and which the month."),
        ("23.3.5", "It is not clear which part is the day, the month and the year."),
        ("5/3/23", "It is not clear which part is the day, the month and the year."),
        ("99年3月5日", "The year has two digits only, which stand for 2000 to 2049, and reads 99."),
        ("2023-03", "The day is lacking."),
        ("2023年3月", "The day is lacking."),
        ("2023-02-30", "There is no such day in the calendar."),
        ("20231301", "There is no such day in the calendar."),
        ("2203-03-05", "The year cannot be right."),
        ("5 Foo 2023", "It is not a date."),
        ("soon", "It is not a date."),
        (17, "It is not a date."),
        (True, "It is not a date."),
    ],
)
def test_what_is_no_clear_date_is_not_guessed(cell, fault):
    assert read_date(cell, "unknown")[:2] == (None, fault)


def test_years_of_two_digits():
    for cell, order in (("23-3-5", "year first"), ("5/3/23", "day first"), ("3/5/23", "month first")):
        assert read_date(cell, order) == (MARCH_5, "", True)
    for cell in ("23年3月5日", "5-Mar-23", "Mar 5, 23"):
        assert read_date(cell, "unknown") == (MARCH_5, "", True)
    assert read_date("23-13-5", "year first").fault == "There is no such day in the calendar."
    assert (
        read_date("5/3/2023", "year first").fault
        == "It is not clear which part is the day and which the month."
    )


def test_the_order_of_dates_with_short_years_is_learnt_from_the_column():
    assert day_order(["23-03-05", "22-12-31"]) == "year first"  # checkpoint inhibitors came after 2005
    assert day_order(["23-03-25", "22-12-31"]) == "unknown"  # 2025-03-23 and 2031-12-22 are days too
    assert day_order(["25/03/23", "05/03/23"]) == "day first"
    assert day_order(["03/31/23", "05/03/23"]) == "month first"
    assert day_order(["31/12/23"]) == "unknown"
    assert day_order(["08-3-5"]) == "unknown"  # in no order a year of checkpoint inhibitors: any may be meant
    # a column that also holds whole years
    assert day_order(["25/03/2023", "05/03/23"]) == "day first"
    assert possible_orders(["11/03/12"]) == ("year first", "day first", "month first")
    assert possible_orders(["99/99/99"]) == ()


@pytest.mark.parametrize(
    "cell",
    ["k.A.", "k. A.", "K.A.", "keine Angabe", "entf.", "n.b.", "n. b.", "n.d.", "n.k.", "nicht bekannt", "unbekannt",
     "Not recorded", "not available", "desconocido"],
)  # fmt: skip
def test_words_for_no_value_in_other_languages(cell):
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["none so far", "absent", "fehlt", "KA", "nein", "negativ", "n"])
def test_words_that_say_something_are_no_gaps(cell):
    assert not is_missing(cell)
