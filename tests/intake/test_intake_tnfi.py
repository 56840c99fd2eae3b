"""Columns that tell whether a TNF inhibitor was given, beside or instead of which."""

import pytest

from iren_core.intake import assemble, match_columns, read_table


def read(*lines, **choices):
    return assemble("\n".join(lines).encode(), "cohort.csv", **choices)


def words(column):
    return column.astype(object).where(column.notna(), None).tolist()


@pytest.mark.parametrize("header", ["TNFi", "tx_tnfi", "Anti-TNF (yes/no)", "TNF抑制剂"])
def test_yes_and_no_are_read_without_a_question(header):
    result = read(f"id,{header},steroid start", "1,0,2023-01-01", "2,1,2023-01-01", "3,,2023-01-01")
    assert result.questions == ()
    assert words(result.frame["tnfi_drug"]) == [None, "unnamed TNF inhibitor", None]
    assert words(result.frame["arm"]) == ["corticosteroid", "combination", None]
    assert (
        f"“{header}” tells whether a TNF inhibitor was given, and not which: unnamed TNF inhibitor."
        in result.table.assumptions
    )


@pytest.mark.parametrize("codes", [("1", "2", "0"), ("1", "1", "1"), ("1", "2", "3")])
def test_codes_that_may_be_drugs_are_asked(codes):
    result = read("id,TNFi,steroid start", *(f"{row},{code},2023-01-01" for row, code in enumerate(codes)))
    (question,) = result.questions
    assert question.field == "tnfi_drug"
    assert question.choices == (
        "etanercept",
        "infliximab",
        "adalimumab",
        "unnamed TNF inhibitor",
        "no TNF inhibitor",
    )


@pytest.mark.parametrize("none", ["no TNF inhibitor", "No TNF inhibitor", "none"])
def test_none_may_be_written_out(none):
    result = read("id,TNFi drug,steroid start", f"1,{none},2023-01-01", "2,etanercept,2023-01-01")
    assert words(result.frame["arm"]) == ["corticosteroid", "combination"]
    assert result.problems.empty


@pytest.mark.parametrize("none", ["no TNF inhibitor", "none"])
def test_a_code_may_mean_none_by_answer(none):
    answers = {"1": "etanercept", "2": "unnamed TNF inhibitor", "3": none}
    result = read(
        "id,TNFi,steroid start", "1,3,2023-01-01", "2,2,2023-01-01", "3,1,2023-01-01", codings={"tnfi_drug": answers}
    )  # fmt: skip
    assert result.questions == ()
    assert words(result.frame["tnfi_drug"]) == [None, "unnamed TNF inhibitor", "etanercept"]
    assert words(result.frame["arm"]) == ["corticosteroid", "combination", "combination"]


@pytest.mark.parametrize("whether", ["tx_tnfi", "anti-TNF given (0/1)"])
def test_the_column_that_names_the_drugs_is_taken_and_the_other_suggested_as_the_arms(whether):
    lines = (f"id,{whether},tx_tnfi_agent", "1,0,", "2,1,etanercept", "3,1,infliximab")
    result = read(*lines)
    assert {match.field: (match.column, match.used) for match in result.matches if match.field} == {
        "patient_id": ("id", True),
        "arm": (whether, False),
        "tnfi_drug": ("tx_tnfi_agent", True),
    }
    table = read_table("\n".join(lines).encode(), "cohort.csv")
    assert "everyone had a corticosteroid" in match_columns(table)[1].note
    confirmed = read(*lines, mapping={whether: "arm"})
    (question,) = confirmed.questions
    assert set(question.choices) == {"corticosteroid", "combination"}


def test_no_arms_are_suggested_beside_a_column_with_arms():
    result = read("id,TNFi,TNFi drug,arm", "1,0,,steroid", "2,1,etanercept,steroid + etanercept")
    assert [match.field for match in result.matches] == ["patient_id", None, "tnfi_drug", "arm"]


@pytest.mark.parametrize(
    ("header", "field", "meant"),
    [
        ("out_death", "outcome", ["not healed", "died"]),
        ("Patient died?", "outcome", ["not healed", "died"]),
        ("sex_male", "sex", ["female", "male"]),
        ("Sex: female", "sex", ["male", "female"]),
        ("sex male/female", "sex", [None, None]),
    ],
)
def test_a_category_among_the_words_of_a_header_tells_what_yes_means(header, field, meant):
    result = read(f"id,{header}", "1,0", "2,1")
    assert words(result.frame[field]) == meant
    assert len(result.questions) == meant.count(None) / 2


def test_words_that_name_no_drug_are_asked_about_and_two_drugs_stay_as_written():
    result = read("id,TNFi drug,steroid start", "1,planned,2023-01-01", "2,infliximab then etanercept,2023-01-01",
                  "3,golimumab,2023-01-01")  # fmt: skip
    (question,) = result.questions
    assert question.values == ("planned",)
    assert words(result.frame["tnfi_drug"]) == [None, "infliximab then etanercept", "golimumab"]
