"""Where an interval and its p fall on different sides of 0.05, one sentence says that both can be true."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from iren_core import read_cohort
from iren_core.analyses import adverse_events, mortality, robustness
from iren_core.analyses.two_sides import Beside, two_sides

from ..lacking import SAMPLE

SAID = "Both can be true, for they answer with different methods. Report both with their methods: "


def infected(first: int, n_first: int, second: int, n_second: int):
    arms = ["combination"] * n_first + ["corticosteroid"] * n_second
    yes = ["yes"] * first + ["no"] * (n_first - first) + ["yes"] * second + ["no"] * (n_second - second)
    rows = pd.DataFrame({"patient_id": range(len(arms)), "arm": arms, "infection": yes})
    return read_cohort(rows.to_csv(index=False).encode(), "infected.csv")


def test_fisher_and_newcombe_part() -> None:
    # R: fisher.test(matrix(c(1, 11, 6, 7), 2))$p.value is 0.07304348; Newcombe's interval of 1/12 - 6/13, from Wilson's
    # limits by hand in R, is -63.45419 to -2.344394 percentage points.
    notes = adverse_events.card(infected(1, 12, 6, 13)).notes
    (said,) = [note for note in notes if SAID in note]
    assert (
        "infection (−63 to −2 does not hold 0 by Newcombe's method, p = 0.073 by Fisher's exact test)" in said
    )


def test_where_they_agree_nothing_is_said() -> None:
    # R: fisher.test(matrix(c(2, 10, 6, 7), 2))$p.value is 0.2016; Newcombe's interval is -56.9 to 6.8.
    assert not any(SAID in note for note in adverse_events.card(infected(2, 12, 6, 13)).notes)


def test_the_sample_says_it_of_gray_and_the_ratio_and_of_smr() -> None:
    cohort = read_cohort(SAMPLE.read_bytes(), SAMPLE.name)
    card = robustness.card(cohort, robustness.Settings(deaths="competing event"))
    # R, cmprsk: crr of the sample gives 0.63 (0.28 to 1.43), cuminc's Gray test p = 0.010 (tests/analyses/
    # test_robustness_card.py).
    (said,) = [note for note in card.notes if SAID in note]
    assert "Fine-Gray" in said
    assert "Gray's test" in said
    card = mortality.card(cohort)
    # R: poisson.test(2, 6.63)$conf.int holds 1 (0.04 to 1.08) while the exact Poisson-binomial p of that arm is 0.02.
    (said,) = [note for note in card.notes if SAID in note]
    assert "0.04 to 1.08 holds 1 by Poisson's law" in said


@pytest.mark.parametrize(
    "low, high, p, apart",
    [
        (0.97, 9, 0.04, True),
        (1.02, 9, 0.06, True),
        (0.97, 9, 0.06, False),
        (1.02, 9, 0.04, False),
        (math.nan, 9, 0.04, False),
    ],
)
def test_only_different_sides_are_told(low: float, high: float, p: float, apart: bool) -> None:
    assert (
        bool(two_sides([Beside("death", low, high, p, 1, "Woolf's method", "Fisher's exact test")])) == apart
    )


def test_many_are_counted() -> None:
    (said,) = two_sides([Beside(f"field {i}", 0.9, 9, 0.04, 1, "a", "b") for i in range(5)])
    assert "field 2" in said
    assert "field 3" not in said
    assert "and 2 more. Both" in said
