"""Single prognostic factors, and how much a result hangs on one patient."""

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.groups import compare_groups
from iren_core.stats.influence import leave_one_out
from iren_core.stats.prognosis import prognostic_factor


def test_exact_test_of_three_deaths():
    # R 4.2.2: wilcox.test(c(1, 8, 100) - .5, 1:29)$p.value
    dead, alive = np.array([1, 8, 100]) - 0.5, np.arange(1, 30)
    result = prognostic_factor([*dead, *alive], [1] * 3 + [0] * 29)
    assert result.p_value == pytest.approx(0.66854838709677422, rel=1e-9)
    assert (result.n, result.n_events, result.method) == (32, 3, "Mann-Whitney test, exact")


def test_yes_or_no_variables_take_fishers_test():
    # R 4.2.2: fisher.test(rbind(c(2, 12), c(1, 17)))$p.value
    arm, died = [1] * 14 + [0] * 18, [1] * 2 + [0] * 12 + [1] + [0] * 17
    result = prognostic_factor(arm, died)
    assert result.p_value == pytest.approx(0.56814516129032255, rel=1e-9)
    assert (result.method, result.statistic) == ("Fisher's exact test", 2)


def test_separation_leaves_a_finite_odds_ratio():
    result = prognostic_factor([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])
    assert 1 < result.estimate < np.inf
    assert result.low < result.estimate < result.high
    assert result.auc == 1
    assert 0.5 < result.auc_low < result.auc_high == 1


def test_missing_is_counted():
    assert prognostic_factor([1, 2, None, 4, 5], [0, 1, 1, None, 0]).n_missing == 2


def test_influential_patient_is_named():
    values, arm = pd.Series([1, 2, 3, 9, 5, 6, 7, 8.0], index=[7] * 8), pd.Series(list("aaaabbbb"))
    result = leave_one_out(lambda v, g: compare_groups(v, g, test="mann-whitney"), values, arm)
    assert result.row == 3
    # R 4.2.2: wilcox.test(1:3, 5:8)$p.value
    assert result.p_without == pytest.approx(0.057142857142857141, rel=1e-12)
    assert result.p_lowest <= result.p_without <= result.p_highest
    assert result.n_refused == 0


def test_patients_without_whom_nothing_can_be_computed_are_counted():
    result = leave_one_out(lambda v, g: compare_groups(v, g, test="mann-whitney"), [1, 2, 3], ["a", "b", "b"])
    assert result.n_refused == 1
    with pytest.raises(NotEstimable, match="Without any one of them"):
        leave_one_out(lambda v, g: compare_groups(v, g, test="mann-whitney"), [1, 2], ["a", "b"])
