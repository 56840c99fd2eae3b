"""What is asked of a whole column or of codes, and what becomes of the values before and after the answer."""

import math

import pytest

from iren_core import read_cohort
from iren_core.bundle.recipe import File
from iren_core.errors import CohortError
from iren_core.intake import assemble, match_columns, memory, read_table
from iren_core.intake.convert import FILL, MARKS, ORDER, UNIT

FERRITIN = ("id;Ferritin acute;BMI", "1;706,0;22,1", "2;1.315;20,0", "3;<1.500;20,0")


def read(*lines, **choices):
    return assemble("\n".join(lines).encode(), "cohort.csv", **choices)


def said(result, words):
    return [text for text in result.table.assumptions if words in text]


# ---- points and commas -------------------------------------------------------------------------------


def test_a_thousand_beside_decimal_commas_is_one_question_with_a_row_of_the_file():
    result = read(*FERRITIN)
    (question,) = result.questions
    assert (question.field, question.values) == ("ferritin_ng_ml_acute", (MARKS,))
    assert question.choices == ("points mark thousands", "points mark decimals")
    assert "Row 3: 1.315 is 1315 or 1.315. 2 cells of the column written so stay out" in question.sentence
    assert result.frame["ferritin_ng_ml_acute"].isna().tolist() == [False, True, True]
    assert result.limits.empty
    assert result.problems["row"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("answer", "value", "bound"),
    [("points mark thousands", 1315, 1500), ("points mark decimals", 1.315, 1.5)],
)
def test_the_answer_reads_values_and_limits(answer, value, bound):
    result = read(*FERRITIN, codings={"ferritin_ng_ml_acute": {MARKS: answer}})
    assert result.questions == ()
    assert result.frame["ferritin_ng_ml_acute"].tolist()[:2] == [706, value]
    assert result.limits["bound"].tolist() == [bound]
    assert not result.problems["problem"].str.contains("not clear").any()
    thousands = ["In “Ferritin acute” points mark thousands in 2 cells; row 3: 1.315 is 1315."]
    assert said(result, "thousands") == (thousands if value > 1000 else [])


@pytest.mark.parametrize("other", ["1.234,5", "1.234.567"])
def test_a_thousand_that_the_column_settles_is_said_and_not_asked(other):
    result = read("id;Ferritin acute", "1;706,0", "2;1.315", f"3;{other}")
    assert result.questions == ()
    assert result.frame["ferritin_ng_ml_acute"].tolist()[:2] == [706, 1315]
    assert said(result, "thousands") == [
        "In “Ferritin acute” points mark thousands in 2 cells; row 3: 1.315 is 1315."
    ]


def test_commas_of_thousands_beside_decimal_points_are_said():
    result = assemble(b"id\tFerritin acute\n1\t706.5\n2\t1,315\n", "cohort.tsv")
    assert result.questions == ()
    assert result.frame["ferritin_ng_ml_acute"].tolist() == [706.5, 1315]
    assert said(result, "thousands") == [
        "In “Ferritin acute” commas mark thousands in 1 cell; row 3: 1,315 is 1315."
    ]


def test_a_column_of_nothing_else_is_asked_where_the_file_has_decimal_commas():
    lines = ("id;CRP acute;ferritin acute", "1;5,5;12.345", "2;6,5;900")
    (question,) = read(*lines).questions
    assert question.field == "ferritin_ng_ml_acute"
    answers = {
        answer: read(*lines, codings={"ferritin_ng_ml_acute": {MARKS: answer}})
        .frame["ferritin_ng_ml_acute"]
        .tolist()
        for answer in question.choices
    }
    assert answers == {"points mark thousands": [12345, 900], "points mark decimals": [12.345, 900]}


def test_an_answer_that_cannot_be_is_a_sentence():
    with pytest.raises(CohortError, match="points mark thousands"):
        read(*FERRITIN, codings={"ferritin_ng_ml_acute": {MARKS: "perhaps"}})


def test_the_answer_is_kept_for_the_next_file_and_in_the_settings():
    codings = {"ferritin_ng_ml_acute": {MARKS: "points mark thousands"}}
    data = "\n".join(FERRITIN).encode()
    cohort = read_cohort(data, "cohort.csv", codings=codings)
    reading = File.of(cohort.source).reading
    again = read_cohort(data, "cohort.csv", **reading)
    assert again.frame["ferritin_ng_ml_acute"].tolist()[1] == 1315
    table = read_table(data, "cohort.csv")
    kept = memory.recall(memory.remember(match_columns(table), codings, study_numbers=False).to_json())
    assert memory.apply(kept, table).codings == codings
    plain = read_table(b"id;Ferritin acute\n1;706.5\n2;1,315\n", "next.csv")
    assert memory.apply(kept, plain).codings == {}


# ---- units that the header names and that cannot be --------------------------------------------------


def test_a_unit_that_cannot_be_the_fields_is_asked_about():
    mapping = {"tx_mp_mg": "methylprednisolone_mg_day"}
    lines = ("id,tx_mp_mg", "1,60", "2,80")
    result = read(*lines, mapping=mapping)
    (question,) = result.questions
    assert question.values == (UNIT,)
    assert question.choices == ("mg/day", "g/day", "cannot be used")
    assert question.sentence == (
        "The header names mg; Methylprednisolone dose is in mg/day, to which mg cannot be converted. Are the values in "
        "mg/day? Row 2 reads 60: in mg/day it stays 60; in g/day it is 60000 mg/day."
    )
    assert result.frame["methylprednisolone_mg_day"].isna().all()
    answered = read(*lines, mapping=mapping, codings={"methylprednisolone_mg_day": {UNIT: "mg/day"}})
    assert answered.questions == ()
    assert answered.frame["methylprednisolone_mg_day"].tolist() == [60, 80]
    refused = read(*lines, mapping=mapping, codings={"methylprednisolone_mg_day": {UNIT: "cannot be used"}})
    assert refused.questions == ()
    assert refused.frame["methylprednisolone_mg_day"].isna().all()
    assert said(refused, "“tx_mp_mg” was not used as Methylprednisolone dose")


def test_the_answer_to_such_a_unit_is_kept_for_the_next_file():
    mapping = {"tx_mp_mg": "methylprednisolone_mg_day"}
    codings = {"methylprednisolone_mg_day": {UNIT: "mg/day"}}
    table = read_table(b"id,tx_mp_mg\n1,60\n", "cohort.csv")
    kept = memory.remember(match_columns(table, mapping), codings, study_numbers=False)
    assert memory.apply(kept, table).codings == codings


def test_a_field_without_a_unit_is_asked_too():
    mapping = {"total (mg)": "scorten"}
    (question,) = read("id,total (mg)", "1,3", mapping=mapping).questions
    assert question.choices == ("no unit", "cannot be used")
    answered = read("id,total (mg)", "1,3", mapping=mapping, codings={"scorten": {UNIT: "no unit"}})
    assert answered.frame["scorten"].tolist() == [3]


def test_a_name_of_the_field_at_the_end_of_its_header_is_no_unit():
    result = read("id,vs_hr", "1,90", "2,115", mapping={"vs_hr": "heart_rate"})
    assert result.frame["heart_rate"].tolist() == [90, 115]
    assert result.questions == ()
    assert result.problems.empty


# ---- dates where days should stand -------------------------------------------------------------------

DATED = (
    "id,steroids,inf",
    "1,2023-03-01,2023-03-06",
    "2,2023-03-01,",
    "3,,2023-03-06",
    "4,2023-03-09,2023-03-06",
)


def test_dates_in_a_column_of_days_are_counted_from_the_first_steroid_dose():
    mapping = {"steroids": "date_steroid_start", "inf": "infection_onset_day"}
    result = read(*DATED, mapping=mapping)
    days = result.frame["infection_onset_day"].tolist()
    assert days[0] == 5
    assert all(map(math.isnan, days[1:]))
    assert said(result, "holds dates") == [
        "“inf” holds dates: in 1 of 4 patients day of infection was counted from them, day 0 being the date of first "
        "steroid dose; row 2: 2023-03-06 is day 5."
    ]
    assert result.problems[["row", "column", "value", "problem"]].to_numpy().tolist() == [
        [
            4,
            "inf",
            "2023-03-06",
            "The date of first steroid dose is missing or not known, so that no day can be counted. It was left out.",
        ],
        [
            5,
            "inf",
            "2023-03-06",
            "Counted from the date of first steroid dose it is day -3. Day of infection lies outside 0 to 365 days. "
            "The value was left out.",
        ],
    ]


def test_without_day_zero_it_is_said_what_is_needed():
    result = read("id,inf", "1,2023-03-06", mapping={"inf": "infection_onset_day"})
    assert result.frame["infection_onset_day"].isna().all()
    (problem,) = result.problems["problem"]
    assert problem.startswith(
        "These are dates, and Day of infection is a number of days from the date of first"
    )
    assert "Match a column to “Date of first steroid dose”" in result.problems["advice"][0]


def test_the_dates_are_kept_where_a_field_of_that_day_is_free():
    mapping = {"steroids": "date_steroid_start", "gone": "death_day"}
    result = read("id,steroids,gone", "1,2023-03-01,2023-03-06", "2,2023-03-01,", mapping=mapping)
    assert result.frame["death_day"].tolist()[0] == 5
    assert str(result.frame["date_death"].iloc[0].date()) == "2023-03-06"
    assert result.frame["outcome"].tolist()[0] == "died"


# ---- codes of open fields ----------------------------------------------------------------------------

TYPES = ("id,malignancy", "1,10", "2,2", "3,1", "4,2", "5,lung")


def test_bare_codes_of_an_open_field_are_asked_about_and_kept_in_order():
    result = read(*TYPES)
    (question,) = result.questions
    assert (question.values, question.choices, question.optional) == (("1", "2", "10"), (), True)
    values = result.frame["malignancy_type"]
    assert values.tolist() == ["code 10", "code 2", "code 1", "code 2", "lung"]
    assert list(values.cat.categories) == ["lung", "code 1", "code 2", "code 10"]
    assert result.problems["severity"].tolist() == ["warning"]


def test_an_answer_in_free_words_stands_for_the_code():
    result = read(*TYPES, codings={"malignancy_type": {"1": "melanoma", "2": "Lung"}})
    assert result.questions[0].values == ("10",)
    assert result.frame["malignancy_type"].tolist() == ["code 10", "Lung", "melanoma", "Lung", "Lung"]


def test_an_answer_in_words_that_a_cell_could_hold_is_read_like_one():
    codings = {"arm": {"1": "steroid", "2": "steroid + etanercept", "3": "IVIG"}}
    result = read("id,arm", "1,1", "2,2", "3,3", codings=codings)
    assert result.frame["arm"].tolist() == ["corticosteroid", "combination", "IVIG"]


def test_codes_of_text_are_asked_about_and_a_stage_is_none():
    result = read("id,infection_pathogen,tumor_stage", "1,1,4", "2,2,3", "3,2,4")
    (question,) = result.questions
    assert question.field == "infection_pathogen"
    assert result.frame["infection_pathogen"].tolist() == ["code 1", "code 2", "code 2"]
    assert list(result.frame["tumor_stage"].cat.categories) == ["3", "4"]
    answered = read(
        "id,infection_pathogen", "1,1", "2,2", codings={"infection_pathogen": {"1": "MRSA", "2": "Candida"}}
    )
    assert answered.frame["infection_pathogen"].tolist() == ["MRSA", "Candida"]


def test_two_codes_of_one_meaning_are_queried():
    result = read("id,sex", "1,1", "2,2", codings={"sex": {"1": "female", "2": "female"}})
    assert result.frame["sex"].tolist() == ["female", "female"]
    assert result.problems[["row", "value", "problem", "severity"]].to_numpy().tolist() == [
        [1, "“1” and “2”", "“1” and “2” of Sex both mean “female”, as was answered.", "warning"]
    ]
    assert read("id,sex", "1,1", "2,2", codings={"sex": {"1": "female", "2": "male"}}).problems.empty


# ---- the order of dates in a header ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "order", "day"),
    [
        ("1st steroid (dd/mm/yyyy)", "day first", "2023-04-03"),
        ("1st steroid [MM/DD/YYYY]", "month first", "2023-03-04"),
        ("首次激素日期（日/月/年）", "day first", "2023-04-03"),
    ],
)
def test_a_header_that_gives_the_order_of_its_dates_settles_it(header, order, day):
    result = read(f"id,{header}", "1,03/04/2023", "2,04/05/2023")
    assert result.questions == ()
    assert str(result.frame["date_steroid_start"].iloc[0].date()) == day
    assert said(result, "Dates in") == [
        f"Dates in “{header}” are written with the {order}, as its header says."
    ]
    answer = "month first" if order == "day first" else "day first"
    turned = read(
        f"id,{header}", "1,03/04/2023", "2,04/05/2023", codings={"date_steroid_start": {ORDER: answer}}
    )
    assert str(turned.frame["date_steroid_start"].iloc[0].date()) != day
    assert said(turned, "Dates in") == [f"Dates in “{header}” are written with the {answer}."]


def test_dates_that_can_be_read_in_one_order_alone_overrule_the_header():
    result = read("id,1st steroid (mm/dd/yyyy)", "1,13/04/2023", "2,04/05/2023")
    assert [str(day.date()) for day in result.frame["date_steroid_start"]] == ["2023-04-13", "2023-05-04"]


def test_a_header_without_an_order_leaves_the_question():
    assert len(read("id,1st steroid (mm)", "1,03/04/2023", "2,04/05/2023").questions) == 1


def test_an_x_may_be_a_tick_or_a_cross_and_is_asked_about():
    lines = ("id,fever,ivig", "1,x,yes", "2,,no", "3,X,no")
    result = read(*lines)
    (question,) = result.questions
    assert (question.field, sorted(question.values), question.choices) == ("fever", ["X", "x"], ("yes", "no"))
    answered = read(*lines, codings={"fever": {"x": "yes", "X": "yes"}})
    assert answered.questions == ()
    assert answered.frame["fever"].isna().tolist() == [False, True, False]


# ---- what is written once for a block of patients ---------------------------------------------------

BLOCKS = (
    "id,arm,age,sex", "1,steroid,50,F", "2,,51,M", "3,,52,F", "4,steroid + etanercept,61,F", "5,,66,F", "6,,43,M",
)  # fmt: skip
COMBINATION, STEROID = "combination", "corticosteroid"


def arms(result):
    arm = result.frame["arm"].astype(object)
    return arm.where(arm.notna(), None).tolist()


def test_an_arm_written_once_for_its_patients_is_asked_and_not_filled():
    result = read(*BLOCKS)
    (question,) = result.questions
    assert (question.field, question.values) == ("arm", (FILL,))
    assert question.choices == ("as the one above", "stay empty")
    assert question.sentence == (
        "Written in rows 2 (steroid) and 5 (steroid + etanercept) only, perhaps once for each block of patients. Do "
        "the empty cells below say the same? 4 patients have no treatment arm until this is answered."
    )
    assert arms(result) == [STEROID, None, None, COMBINATION, None, None]
    assert result.problems[["row", "column", "severity"]].to_numpy().tolist() == [[1, "arm", "error"]]


def test_the_answer_fills_the_empty_cells_and_is_said():
    result = read(*BLOCKS, codings={"arm": {FILL: "as the one above"}})
    assert result.questions == ()
    assert result.problems.empty
    assert arms(result) == [STEROID] * 3 + [COMBINATION] * 3
    assert said(result, "empty cells") == [
        "In “arm” 4 empty cells were read as the one above, as you said; it is written in rows 2 (steroid) and 5 "
        "(steroid + etanercept)."
    ]


def test_empty_cells_may_stay_empty():
    result = read(*BLOCKS, codings={"arm": {FILL: "stay empty"}}, study_numbers=False)
    assert (result.questions, len(result.problems)) == ((), 0)
    assert arms(result) == [STEROID, None, None, COMBINATION, None, None]


def test_no_other_answer_is_taken_for_empty_cells():
    with pytest.raises(CohortError, match="Take one of: as the one above, stay empty"):
        read(*BLOCKS, codings={"arm": {FILL: "combination"}})


@pytest.mark.parametrize(
    "written",
    [
        ["steroid", "steroid", "", "", "", ""],  # not once
        ["", "steroid", "", "", "combination", ""],  # not from the first patient
        ["steroid", "combination", "steroid", "combination", "", ""],  # not few
        ["steroid", "NA", "steroid", "NA", "NA", "NA"],  # not empty
    ],
)
def test_an_arm_that_lacks_here_and_there_is_not_asked_about(written):
    rows = [f"{row},{arm},5{row},F" for row, arm in enumerate(written)]
    assert read("id,arm,age,sex", *rows).questions == ()


def test_what_was_said_of_empty_cells_is_kept_for_a_file_that_has_such():
    result = read(*BLOCKS)
    kept = memory.remember(result.matches, {"arm": {FILL: "stay empty"}}, study_numbers=False)
    for lines, answers in ((BLOCKS, {"arm": {FILL: "stay empty"}}), ((BLOCKS[0], *BLOCKS[1:2] * 6), {})):
        table = read_table("\n".join(lines).encode(), "cohort.csv")
        assert memory.apply(kept, table).codings == answers
