"""Codings that a header explains, code or label first, with any sign between; and such that cannot be read wholly."""

from __future__ import annotations

import pytest

from iren_core.intake import assemble
from iren_core.intake.assemble import Assembled

OF_ZERO_AND_ONE = """
死亡（存活=1，死亡=0） -> outcome: not healed|died
Death (alive=1, dead=0) -> outcome: not healed|died
Death: alive=1, dead=0 -> outcome: not healed|died
死亡=0，存活=1 -> outcome: not healed|died
是否死亡(存活1死亡0) -> outcome: not healed|died
死亡（1为存活，0为死亡） -> outcome: not healed|died
OS_status (1=dead) -> outcome: died|not healed
OS status (0=dead) -> outcome: not healed|died
结局（死亡=0，痊愈=1） -> outcome: healed|died
Outcome (0=dead, 1=healed) -> outcome: healed|died
感染（有=0，无=1） -> infection: no|yes
感染（有＝０，无＝１） -> infection: no|yes
感染：有=0，无=1 -> infection: no|yes
感染（1－无，0－有） -> infection: no|yes
感染(是0/否1) -> infection: no|yes
感染0有1无 -> infection: no|yes
感染（1=无感染，0=感染） -> infection: no|yes
感染（1 有，0 无） -> infection: yes|no
Infection (yes is 0, no is 1) -> infection: no|yes
Fever (Y=0/N=1) -> fever: no|yes
Fever (>38; 1=no, 0=yes) -> fever: no|yes
Fever Y=0 N=1 -> fever: no|yes
IVIG (Yes:0 No:1) -> ivig: no|yes
DIC (0-yes,1-no) -> dic: no|yes
DIC (0/1: yes/no) -> dic: no|yes
DIC (yes/no = 0/1) -> dic: no|yes
DIC [0→yes, 1→no] -> dic: no|yes
DIC {1: no; 0: yes} -> dic: no|yes
DIC (0=yes, 1=no -> dic: no|yes
DIC (1=no) -> dic: no|yes
Death (Yes, 0; No, 1) -> outcome: not healed|died
Death (1) no (0) yes -> outcome: not healed|died
感染（0.有 1.无） -> infection: no|yes
DIC (1=DIC, 0=no DIC) -> dic: yes|no
性别（女=1，男=0） -> sex: female|male
Sex: M=1; F=0 -> sex: male|female
Sex (0=F (female), 1=M (male)) -> sex: male|female
""".strip().splitlines()

OF_ONE_AND_TWO = """
性别（女=1，男=2） -> sex: female|male
Sex (1、男 2、女) -> sex: male|female
分组（激素=1，联合=2） -> arm: corticosteroid|combination
Diagnosis (SJS/TEN overlap=2, SJS=1) -> diagnosis: SJS|overlap
诊断（SJS=1，TEN=2） -> diagnosis: SJS|TEN
感染（1有2无） -> infection: yes|no
性别(①男②女) -> sex: male|female
性别 (1)男(2)女 -> sex: male|female
诊断（SJS 1，TEN 2） -> diagnosis: SJS|TEN
""".strip().splitlines()


def cohort(header: str, cells: tuple[str, str]) -> Assembled:
    """A cohort of four patients, of whom the last column tells these cells by turns."""
    rows = "".join(f"{number}\t{cells[number % 2]}\n" for number in range(4))
    return assemble(f"ID\t{header}\n{rows}".encode(), "cohort.txt")


@pytest.mark.parametrize(
    ("line", "cells"),
    [(line, ("1", "0")) for line in OF_ZERO_AND_ONE] + [(line, ("1", "2")) for line in OF_ONE_AND_TWO],
)
def test_codes_mean_what_the_header_says(line: str, cells: tuple[str, str]) -> None:
    header, _, wanted = line.rpartition(" -> ")
    field, _, values = wanted.partition(": ")
    read = cohort(header, cells)
    found = [{True: "yes", False: "no"}.get(value, value) for value in read.frame[field]]
    assert found == values.split("|") * 2
    assert read.questions == ()


@pytest.mark.parametrize(
    ("header", "field", "asked"),
    [
        ("DIC (1 if no, else 0)", "dic", {"0", "1"}),
        ("感染（1无，余有）", "infection", {"0", "1"}),
        ("Infection (1=mild, 0=none)", "infection", {"1"}),
        ("Death (0=alive, 2=dead)", "outcome", {"1"}),
        ("DIC (1 denotes no, 0 denotes yes)", "dic", {"0", "1"}),
        ("DIC (0/1: yes/no/unknown)", "dic", {"0", "1"}),
        ("感染（有记0，无记1）", "infection", {"0", "1"}),
        ("感染（是1）", "infection", {"0", "1"}),
        ("Fever (1=yes, 1=no)", "fever", {"0", "1"}),
    ],
)
def test_codes_are_asked_where_the_header_does_not_explain_them_wholly(
    header: str, field: str, asked: set[str]
) -> None:
    read = cohort(header, ("1", "0"))
    assert [(question.field, {*question.values}) for question in read.questions] == [(field, asked)]
    assert {cell for cell, value in zip("1010", read.frame[field].isna(), strict=True) if value} == asked


@pytest.mark.parametrize("header", ["Fever (0/1)", "Fever 0/1", "DIC (0 or 1)", "感染（0/1）"])
def test_a_header_that_only_says_that_it_is_coded_keeps_one_for_yes(header: str) -> None:
    read = cohort(header, ("1", "0"))
    assert [*read.frame.iloc[:, -1]] == [True, False, True, False]
    assert read.questions == ()


def test_a_header_that_a_reader_matched_keeps_its_coding_in_doubt() -> None:
    rows = "".join(f"{number}\t{number % 2}\n" for number in range(4))
    chosen = {"Fever_0yes_1no": "fever"}
    read = assemble(f"ID\tFever_0yes_1no\n{rows}".encode(), "cohort.txt", mapping=chosen)
    assert read.frame["fever"].isna().all()
    assert [{*question.values} for question in read.questions] == [{"0", "1"}]
