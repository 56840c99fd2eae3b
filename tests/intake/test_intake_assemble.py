"""The whole road from bytes to checked columns."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake import assemble, assemble_table, match_columns, read_table

PLAIN = b"id,age,sex,scorten,data_origin\n1,50,F,3,\n2,60,M,4,\n"


def test_the_page_reads_once_and_matches_again():
    table = read_table(PLAIN, "cohort.csv")
    matches = match_columns(table, {"scorten": None})
    again = assemble_table(table, matches)
    at_once = assemble(PLAIN, "cohort.csv", mapping={"scorten": None})
    assert again.frame.equals(at_once.frame)
    assert "scorten" not in again.frame
    assert again.matches == at_once.matches


def test_columns_are_in_the_order_of_the_dictionary():
    result = assemble(b"scorten,sex,age,id\n3,F,50,1\n", "cohort.csv")
    assert list(result.frame) == ["patient_id", "sex", "age_years", "scorten"]


def test_patients_without_numbers_are_called_after_their_row():
    result = assemble(b"age,sex\n50,F\n60,M\n", "cohort.csv")
    assert result.frame["patient_id"].tolist() == ["row 2", "row 3"]
    assert "The file has no patient numbers; patients are called after their row." in result.table.assumptions
    assert result.problems.empty


def test_names_are_left_out_and_it_is_said():
    result = assemble("编号,姓名,年龄\n1,张三,50\n".encode(), "cohort.csv")
    assert list(result.frame) == ["patient_id", "age_years"]
    assert "The column “姓名” holds names or initials and was left out." in result.table.assumptions


def test_a_file_of_names_alone_is_no_cohort():
    with pytest.raises(CohortError, match="None of its columns is known"):
        assemble(b"apples,name\n1,Smith\n", "cohort.csv")


def test_a_table_that_lies_on_its_side_is_turned():
    lines = ["id\tP1\tP2", "age\t50\t61", "sex\tF\tM", "bmi\t22\t24", "scorten\t2\t9"]
    result = assemble("\n".join(lines).encode(), "cohort.tsv")
    assert result.frame[["patient_id", "age_years", "sex"]].to_numpy().tolist() == [
        ["P1", 50.0, "female"],
        ["P2", 61.0, "male"],
    ]
    assert (
        "The patients stand side by side, so the table was turned: what is called row 2 here is column B of the sheet."
        in result.table.assumptions
    )
    assert result.problems[["row", "value"]].to_numpy().tolist() == [[3, "9"]]


@pytest.mark.parametrize(
    ("origin", "synthetic"),
    [("synthetic", True), ("Synthetic sample, seed 7", True), ("chart review", False), ("", False)],
)
def test_synthetic_data_say_so(origin, synthetic):
    data = f'id,age,data_origin\n1,50,"{origin}"\n2,60,"{origin}"\n'.encode()
    assert assemble(data, "cohort.csv").synthetic is synthetic


def test_the_same_bytes_give_the_same_answer():
    first, second = (assemble(PLAIN, "cohort.csv") for _ in range(2))
    assert first.frame.equals(second.frame)
    assert first.table.sha256 == second.table.sha256
    assert first.table.assumptions == second.table.assumptions


def test_importing_the_core_stays_light():
    """What only some files need is imported only for them."""
    code = "import sys, iren_core; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"xlsxwriter", "python_calamine", "rapidfuzz", "charset_normalizer", "defusedxml", "scipy.stats"}
    assert heavy.isdisjoint(modules)


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HEADERS = st.sampled_from(
    [
        "id",
        "age",
        "sex",
        "CRP前",
        "CRP_0",
        "CRP_1",
        "outcome",
        "死亡",
        "onset date",
        "arm",
        "TNFi",
        "",
        "发热",
        "detachment",
        "Height (m)",
    ]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(HEADERS, min_size=1, max_size=6),
    st.lists(st.lists(CELL, max_size=7), max_size=5),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-16", "gb18030"]),
)
def test_any_text_is_a_cohort_or_a_sentence(headers, rows, separator, codec):
    """Nothing but a CohortError leaves intake, and no patient is lost without a word."""
    text = "\n".join(separator.join(cells) for cells in [headers, *rows])
    try:
        result = assemble(text.encode(codec), "cohort.csv")
    except CohortError as error:
        assert error.asked and error.found and error.advice
        return
    assert result.frame.index.is_unique
    assert result.frame["patient_id"].notna().all()
    assert set(result.frame) <= set(schema.fields())


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=300).filter(lambda data: not data.startswith((b"PK", b"\xd0\xcf"))))
def test_any_bytes_are_a_cohort_or_a_sentence(data):
    try:
        assemble(data, "cohort.csv")
    except CohortError as error:
        assert error.asked and error.found and error.advice
