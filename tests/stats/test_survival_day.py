"""The share with the event by a day against R's summary(survfit(...), times = day)."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats import healed_by

REFERENCE = Path(__file__).parents[1] / "reference" / "survival"


def read(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    return document["data"], document["expected"]


@pytest.mark.parametrize("name", ["lung_os_sex", "bmt_dfs_group", "edge_survival_float_ties"])
def test_shares_equal_summary_survfit(name):
    data, expected = read(name)
    compared = 0
    for label, group in expected["groups"].items():
        from_r = group["ci_loglog"].get("at_times", {"time": []})
        for index, day in enumerate(from_r["time"]):
            if not 0 < from_r["surv"][index] < 1 or day > group["curve"]["time"][-1]:
                continue
            own = np.array(data["group"], dtype=str) == label
            result = healed_by(np.array(data["time"])[own], np.array(data["event"])[own], day=day)
            ours = result.shares + result.std_errors + result.lows + result.highs
            numbers = (from_r[key][index] for key in ("surv", "se_surv", "upper", "lower"))
            survival, std_error, upper, lower = numbers
            assert ours == pytest.approx((1 - survival, std_error, 1 - upper, 1 - lower), rel=1e-9)
            compared += 1
    assert compared


# R 4.2.2: survfit(Surv(time, factor(cause)) ~ 1, conf.type = "log-log") on each group, at_times.
def test_shares_of_one_cause_equal_summary_survfit():
    data, expected = read("aidssi_cr")
    for label, group in expected["groups"].items():
        own = np.array(data["group"], dtype=str) == label
        for cause in expected["causes"]:
            from_r = group["survfit_loglog"]["at_times"][cause]
            for index, day in enumerate(group["survfit_loglog"]["at_times"]["time"]):
                result = healed_by(
                    np.array(data["time"])[own], np.array(data["cause"])[own], day=day, cause=cause
                )
                assert result.shares == pytest.approx((from_r["cif"][index],), rel=1e-9)
                if from_r["cif"][index] > 0:
                    ours = result.lows + result.highs
                    assert ours == pytest.approx((from_r["lower"][index], from_r["upper"][index]), rel=1e-9)


# R 4.2.2, survival 3.5.3: a and b hold surv, std.err, lower and upper of summary(survfit(s ~ 1, conf.type =
# "log-log"), times = day) of the first and the second group; d <- a[1] - b[1];
# d - sqrt((b[4] - b[1])^2 + (a[1] - a[3])^2); d + sqrt((b[1] - b[3])^2 + (a[4] - a[1])^2)      (Zou and Donner 2008)
# t <- function(x) log(-log(x[1])); v <- function(x) (x[2] / (x[1] * log(x[1])))^2
# z <- (t(b) - t(a)) / sqrt(v(a) + v(b)); 2 * pnorm(-abs(z))                                   (Klein et al 2007)
@pytest.mark.parametrize(
    ("name", "day", "from_r"),
    [
        (
            "gehan_remission_pair",
            10,
            (
                0.37198879551820718,
                0.054002274880459666,
                0.61234145033680853,
                2.287112878655106,
                0.022189235366899453,
            ),
        ),
        (
            "gehan_remission_pair",
            16,
            (
                0.48459383753501389,
                0.16937750121424322,
                0.69192033175068579,
                2.9958801263158477,
                0.0027365398729602823,
            ),
        ),
        (
            "lung_os_sex",
            365,
            (
                -0.19037519554652693,
                -0.32747986775626231,
                -0.040836688161995399,
                -2.4912996503261797,
                0.01272767266757396,
            ),
        ),
    ],
)
def test_differences_equal_r(name, day, from_r):
    data, _ = read(name)
    result = healed_by(data["time"], data["event"], data["group"], day=day)
    ours = (result.estimate, result.low, result.high, result.statistic, result.p_value)
    assert ours == pytest.approx(from_r, rel=1e-9)


def by_day_14(events, sizes, *, causes=("healed", "healed")):
    """So many of each group with the event on day 10, the others on day 20."""
    pairs = list(zip(events, sizes, "AB", strict=True))
    times = [10 if patient < k else 20 for k, n, _ in pairs for patient in range(n)]
    groups = [label for _, n, label in pairs for _ in range(n)]
    ends = [causes[0] if time == 10 else causes[1] for time in times]
    return times, ends, groups


def test_shares_of_patients_all_followed_are_compared_as_counts():
    # Newcombe 1998, Stat Med 17:873, table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    # R 4.2.2: fisher.test(matrix(c(56, 14, 48, 32), 2))$p.value
    times, _, groups = by_day_14((48, 56), (80, 70))
    result = healed_by(times, [1] * 150, groups, day=14)
    assert (round(result.low, 4), round(result.high, 4)) == (0.0524, 0.3339)
    assert result.p_value == pytest.approx(0.012521129749209175, rel=1e-9)
    assert result.test == "Fisher's exact test"


@pytest.mark.parametrize("cause", [None, "healed"])
def test_few_patients_have_an_interval_within_100_points_and_an_exact_p(cause):
    # R 4.2.2: fisher.test(matrix(c(3, 1, 3, 13), 2))$p.value
    times, ends, groups = by_day_14((3, 3), (4, 16), causes=("healed", "healed" if cause is None else "died"))
    result = healed_by(times, ends if cause else [1] * 20, groups, day=14, cause=cause)
    assert -1 <= result.low < result.estimate < result.high <= 1
    assert result.p_value == pytest.approx(0.060887512899896759, rel=1e-9)


def test_a_share_of_0_or_1_has_no_interval_of_its_own_but_a_difference_of_counts_has():
    # R 4.2.2: fisher.test(matrix(c(1, 2, 3, 0), 2))$p.value is 0.4
    result = healed_by([3, 5, 8, 9, 4, 10], [1] * 6, list("AAABBB"), day=8)
    assert result.shares == pytest.approx((1, 1 / 3))
    assert result.estimate == pytest.approx(-2 / 3)
    assert np.isnan([result.lows[0], result.highs[0]]).all()
    assert -1 < result.low < -2 / 3 < result.high
    assert result.p_value == pytest.approx(0.4)
    early = healed_by([3, 5, 8, 9, 4, 10], [1] * 6, day=2)
    assert early.shares == (0,)
    assert np.isnan([early.lows[0], early.highs[0]]).all()


def test_a_share_of_0_or_1_of_a_group_with_censored_patients_leaves_the_difference_without_interval():
    result = healed_by([3, 5, 8, 9, 2, 10], [1, 1, 1, 1, 0, 1], list("AAABBB"), day=8)
    assert result.shares == (1, 0)
    assert np.isnan([result.low, result.high, result.p_value]).all()


def test_a_group_that_was_not_followed_that_long_is_named():
    with pytest.raises(NotEstimable, match="In the group B nobody was followed beyond day 9"):
        healed_by([3, 5, 14, 9, 4, 9], [1, 1, 1, 0, 1, 0], list("AAABBB"), day=14)
