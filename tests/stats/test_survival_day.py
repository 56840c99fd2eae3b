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


# R 4.2.2, survival 3.5.3: a and b hold surv and std.err of summary(survfit(s ~ 1), times = day) of the first and
# the second group; d <- a[1] - b[1]; se <- sqrt(a[2]^2 + b[2]^2); c(d, d -+ qnorm(.975) * se, d / se,
# 2 * pnorm(-abs(d / se)))
@pytest.mark.parametrize(
    ("name", "day", "from_r"),
    [
        (
            "gehan_remission_pair",
            10,
            (
                0.37198879551820718,
                0.091274706905565051,
                0.65270288413084931,
                2.5972499117213377,
                0.0093973524117286697,
            ),
        ),
        (
            "gehan_remission_pair",
            16,
            (
                0.48459383753501395,
                0.21557717484954375,
                0.75361050022048415,
                3.5305860210196562,
                0.00041464016205574678,
            ),
        ),
        (
            "lung_os_sex",
            365,
            (
                -0.19037519554652693,
                -0.33512221540234588,
                -0.045628175690707984,
                -2.5777976444187409,
                0.0099432206906812405,
            ),
        ),
    ],
)
def test_differences_equal_r(name, day, from_r):
    data, _ = read(name)
    result = healed_by(data["time"], data["event"], data["group"], day=day)
    ours = (result.estimate, result.low, result.high, result.statistic, result.p_value)
    assert ours == pytest.approx(from_r, rel=1e-9)


def test_a_share_of_0_or_1_has_no_interval():
    result = healed_by([3, 5, 8, 9, 4, 10], [1] * 6, list("AAABBB"), day=8)
    assert result.shares == pytest.approx((1, 1 / 3))
    assert result.estimate == pytest.approx(-2 / 3)
    assert np.isnan([result.lows[0], result.highs[0], result.low, result.high, result.p_value]).all()
    early = healed_by([3, 5, 8, 9, 4, 10], [1] * 6, day=2)
    assert early.shares == (0,)
    assert np.isnan([early.lows[0], early.highs[0]]).all()


def test_a_group_that_was_not_followed_that_long_is_named():
    with pytest.raises(NotEstimable, match="In the group B nobody was followed beyond day 9"):
        healed_by([3, 5, 14, 9, 4, 9], [1, 1, 1, 0, 1, 0], list("AAABBB"), day=14)
