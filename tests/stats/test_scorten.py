"""SCORTEN from its items: cut-offs of the original paper, edges, and missing items."""

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.scorten import OBSERVED_MORTALITY, scorten_score

# Bastuji-Garin 2000, J Invest Dermatol 115:149: no item present
NONE = {
    "age_years": 30,
    "malignancy": 0,
    "heart_rate_bpm": 80,
    "detachment_percent": 5,
    "urea_mmol_l": 5,
    "glucose_mmol_l": 6,
    "bicarbonate_mmol_l": 25,
}
# one step beyond each cut-off: above 40 years, 120 per minute, 10%, 10 mmol/L, 14 mmol/L, below 20 mmol/L
PRESENT = {
    "age_years": 41,
    "malignancy": 1,
    "heart_rate_bpm": 121,
    "detachment_percent": 10.5,
    "urea_mmol_l": 10.1,
    "glucose_mmol_l": 14.1,
    "bicarbonate_mmol_l": 19.9,
}


def score(edge: str = ">=", **changed):
    return scorten_score(**{name: [value] for name, value in (NONE | changed).items()}, edge=edge)


@pytest.mark.parametrize("item", PRESENT)
def test_each_item_is_one_point(item):
    assert score(**{item: PRESENT[item]}).score.tolist() == [1]


def test_none_and_all():
    assert score().score.tolist() == [0]
    assert score(**PRESENT).score.tolist() == [7]


@pytest.mark.parametrize(
    ("item", "cut"), [("age_years", 40), ("heart_rate_bpm", 120), ("detachment_percent", 10)]
)
def test_sources_differ_on_the_cut_off_itself(item, cut):
    # at least: MSD manual; above: abstract of Bastuji-Garin 2000
    at_least, above = score(">=", **{item: cut}), score(">", **{item: cut})
    assert (at_least.score.item(), above.score.item()) == (1, 0)
    assert at_least.on_edge.item() and above.on_edge.item()


@pytest.mark.parametrize(
    ("item", "cut"), [("urea_mmol_l", 10), ("glucose_mmol_l", 14), ("bicarbonate_mmol_l", 20)]
)
def test_blood_values_on_the_cut_off_give_no_point(item, cut):
    result = score(**{item: cut})
    assert result.score.item() == 0
    assert not result.on_edge.item()


def test_missing_items_leave_a_range_never_zeros():
    result = score(**(PRESENT | {"urea_mmol_l": None, "malignancy": None}))
    assert np.isnan(result.score.item())
    assert (result.low.item(), result.high.item(), result.n_missing_items.item()) == (5, 7, 2)


def test_observed_mortality_table_rises_and_holds_its_estimates():
    # Bastuji-Garin 2000, as printed in the MSD manual: 3.2, 12.1, 35.3, 58.3, 90 percent
    assert [row[1] for row in OBSERVED_MORTALITY] == [0.032, 0.121, 0.353, 0.583, 0.9]
    assert all(interval.low < share < interval.high for _, share, interval in OBSERVED_MORTALITY)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"malignancy": 2}, "Malignancy is 1 (present) or 0 (absent)."),
        ({"age_years": "old"}, "The age_years must be numbers."),
        ({"edge": "="}, "Choose >= or >."),
    ],
)
def test_what_cannot_be_scored_is_said(changed, sentence):
    with pytest.raises(NotEstimable) as caught:
        score(**changed)
    assert sentence in str(caught.value)


def test_columns_of_different_length_are_said():
    columns = {name: [value] for name, value in NONE.items()} | {"age_years": [30, 40]}
    with pytest.raises(NotEstimable, match="They have between 1 and 2 entries"):
        scorten_score(**columns)
