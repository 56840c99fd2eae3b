"""What a file cannot answer is said, with the column that could."""

from iren_core.intake import assemble
from iren_core.intake.key_fields import unanswered


def said(text, personal=(), **choices):
    result = assemble(text.encode(), "cohort.csv", **choices)
    return unanswered(result.table, result.matches, result.frame, personal)


def test_nothing_is_said_of_a_file_that_answers_every_key_question():
    head = "id,arm,outcome,healing date,steroid start date\n"
    assert said(f"{head}A,combination,healed,2023-03-20,2023-03-01\n") == ()


def test_columns_that_could_answer_are_named_by_their_headers_or_their_values():
    head = "id,age,col7,skin shut (d),last state\n"
    sentences = said(f"{head}A,50,steroid + etanercept,20,died\nB,60,steroid,15,healed\n")
    assert sentences == (
        "No column gives the treatment arm: nothing can be compared between the treatments. “col7” could be it.",
        "No column gives the outcome: deaths cannot be counted, nor set against those that SCORTEN predicts. "
        "“last state” could be it.",
        "No column gives the days to re-epithelization, or its date and that of the first steroid dose: curves of "
        "healing cannot be drawn. “skin shut (d)” could be it.",
    )


def test_where_no_column_looks_like_it_that_is_said():
    rows = "".join(f"P{i},{50 + i},seen {i} times\n" for i in range(9))
    assert all(each.endswith("No unused column looks like it.") for each in said(f"id,age,remark\n{rows}"))


def test_a_column_of_codes_could_be_it_where_no_other_is():
    rows = "".join(f"P{i},{50 + i},{'AB'[i % 2]}\n" for i in range(9))
    arm, outcome, healing = said(f"id,age,which\n{rows}")
    assert arm.endswith("“which” could be it.")
    assert outcome.endswith("“which” could be it.")
    assert healing.endswith("No unused column looks like it.")


def test_a_personal_column_is_not_named():
    text = "id,age,treating person\n" + "".join(f"P{i},5{i},doctor {i}\n" for i in range(9))
    assert "“treating person” could be it." in said(text)[0]
    assert "treating" not in said(text, personal=["treating person"])[0]


def test_a_column_whose_codes_are_not_explained_answers_nothing_yet():
    text = "id,arm,outcome,healing time\nA,1,healed,20\nB,2,healed,15\n"
    assert said(text) == (
        "“arm” holds no value that can be used yet: nothing can be compared between the treatments.",
    )
    assert said(text, codings={"arm": {"1": "combination", "2": "corticosteroid"}}) == ()
