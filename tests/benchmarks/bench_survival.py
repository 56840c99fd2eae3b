"""How long curves, intervals, medians and a log-rank test take, beside other packages if installed.

Run by hand: ``python tests/benchmarks/bench_survival.py``. Every figure is the best of several runs.
"""

import timeit
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd

from iren_core.stats import compare_survival, kaplan_meier

SEED = 20241123


def cohort(n, whole_days):
    """Two arms whose events come at different rates, a third of the patients censored."""
    draw = np.random.default_rng(SEED)
    arm = draw.integers(0, 2, n)
    event = draw.exponential(20 + 8 * arm)
    censored = draw.exponential(60, n)
    days = np.minimum(event, censored)
    return (
        np.ceil(days) if whole_days else days,
        event <= censored,
        pd.Categorical.from_codes(arm, ["A", "B"]),
    )


def ours(days, events, arm):
    """Curves with intervals, medians with limits, log-rank test."""
    curves = kaplan_meier(days, events, arm).curves
    return [curve.median for curve in curves], compare_survival(days, events, arm).p_value


def with_lifelines(days, events, arm):
    """The same with lifelines."""
    lifelines = import_module("lifelines")
    logrank_test = import_module("lifelines.statistics").logrank_test
    median_survival_times = import_module("lifelines.utils").median_survival_times
    medians = []
    for code in (0, 1):
        own = arm.codes == code
        fit = lifelines.KaplanMeierFitter().fit(days[own], events[own])
        medians.append((fit.median_survival_time_, median_survival_times(fit.confidence_interval_)))
    first = arm.codes == 0
    test = logrank_test(days[first], days[~first], events[first], events[~first])
    return medians, test.p_value


def with_statsmodels(days, events, arm):
    """The same with statsmodels."""
    survfunc = import_module("statsmodels.duration.survfunc")
    medians = []
    for code in (0, 1):
        own = arm.codes == code
        fit = survfunc.SurvfuncRight(days[own], events[own].astype(int))
        medians.append((fit.quantile(0.5), fit.quantile_ci(0.5)))
    return medians, survfunc.survdiff(days, events.astype(int), arm.codes)[1]


def seconds(function, *arguments, repeats=5):
    """Best time of several runs, after one to warm up."""
    function(*arguments)
    return min(timeit.repeat(lambda: function(*arguments), number=1, repeat=repeats))


def report(name, own, peer):
    """One line: ours, the peer's, and the ratio."""
    print(f"{name:58s} {own * 1000:9.2f} ms  {peer * 1000:9.2f} ms  ours/theirs {own / peer:6.3f}")


def main():
    """Print the comparisons."""
    peers = {"lifelines": with_lifelines, "statsmodels": with_statsmodels}
    installed = {name: peer for name, peer in peers.items() if find_spec(name)}
    for n in (32, 1_000_000):
        data = cohort(n, whole_days=True)
        own = seconds(ours, *data)
        print(f"{n} patients, whole days: {own * 1000:.3f} ms")
        for name, peer in installed.items():
            report(f"  beside {name}", own, seconds(peer, *data, repeats=3))
    data = cohort(1_000_000, whole_days=False)
    sorting = seconds(np.argsort, data[0])
    report("1000000 distinct times, curves, beside one np.argsort", seconds(kaplan_meier, *data), sorting)
    report("1000000 distinct times, curves and test, beside the same", seconds(ours, *data), sorting)


if __name__ == "__main__":
    main()
