"""Queries that are alike are one line on the screen."""

from iren_core.intake import assemble
from iren_core.intake.alike import alike


def test_queries_of_one_column_for_one_reason_are_one_line():
    ages = ["150", "50", "160", "170", "60", "200", "201", "abc", "abc"]
    text = "id,age,peak temp\n" + "".join(f"P{i},{age},38.5\n" for i, age in enumerate(ages))
    problems = assemble(text.encode(), "cohort.csv").problems
    assert len(problems) == 7
    lines = alike(problems)
    assert lines[["row", "also", "value"]].to_numpy().tolist() == [
        [2, "4, 5, 7, 8", "150, 160, 170 and 2 more"],
        [9, "", "abc"],
        [10, "", "abc"],
    ]
    assert lines["problem"][0] == "Age lies outside 0 to 120 years. The value was left out."
    assert len(problems) == 7  # the list itself keeps each


def test_numbers_in_the_sentence_make_no_other_reason_and_the_first_is_shown():
    text = "id,age,peak temp\n" + "".join(f"P{i},{101 + i},38.5\n" for i in range(14))
    (line,) = alike(assemble(text.encode(), "cohort.csv").problems).to_dict("records")
    assert line["problem"].endswith("It was kept. And 13 more like it.")
    assert line["problem"].startswith("Age of 101 years is unusual")
    assert line["also"] == "3, 4, 5, 6, 7, 8 and 7 more"


def test_an_empty_list_stays_empty():
    problems = assemble(b"id,age,sex\n1,50,F\n", "cohort.csv").problems
    assert alike(problems).empty
