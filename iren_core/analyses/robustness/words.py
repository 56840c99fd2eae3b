"""The robustness card in words."""

from __future__ import annotations

import math

from iren_core import schema
from iren_core.analyses.healing.cautions import immortal_time, later_note
from iren_core.analyses.healing.words import chosen_start
from iren_core.analyses.robustness.models import COMPETING, LATE_ENTRY, Model, Result, Settings
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.errors import CohortError
from iren_core.stats import HealedBy
from iren_core.wording import estimate, in_sentence, listed, p_value, patients, sentence

_COMPETING_METHODS = (
    "Death before healing competes with it: the cumulative incidence of healing was compared by Gray's test and by "
    "Fine "
    "and Gray's ratio of subdistribution rates. The other models censor deaths and so speak of the rate of healing "
    "among "
    "those alive and not yet healed; they are no answer to how many heal. "
)
_LATE_METHODS = (
    "Death before healing competes with it, but Gray's test and Fine and Gray's ratio do not allow for late entry: all "
    "models censor deaths and so speak of the rate of healing among those alive and not yet healed. "
)
_ADVICE = "To take these days out, let patients count from the start of treatment or from a landmark."


def finding(result: Result) -> str:
    """The crude ratio beside those that take severity into account; where death competes, that answer first."""
    first, second = (in_sentence(label) for label in result.labels)
    main, *others = result.models
    crude = result.crude
    competing = result.settings.deaths == "competing event"
    if isinstance(main.ratio, CohortError) and (main is crude or isinstance(crude.ratio, CohortError)):
        return str(main.ratio)
    start = ""
    if main is not crude:
        start = (
            f"{_competing(main, first, second, result.n)} "
            if _has_ratio(main)
            else f"With death as a competing event: {sentence(main.ratio.found)} "  # type: ignore[union-attr]
        )
        others = [model for model in others if model is not crude]
    if isinstance(crude.ratio, CohortError):
        return start.strip()
    beside = listed(f"{_short(model)} {in_sentence(model.name)}" for model in others if _has_ratio(model))
    rate = "Among those alive and not yet healed (deaths censored) the" if competing else "The"
    return (
        f"{start}{rate} rate of healing with {second} is {_ratio(crude)} times that with {first} "
        f"({crude.ratio.method}, {p_value(crude.ratio.p_values[0])}, n = {result.n})"
        + (f"; {beside}." if beside else ".")
    )


def _competing(model: Model, first: str, second: str, n: int) -> str:
    assert not isinstance(model.ratio, CohortError)
    gray = (
        "" if isinstance(model.test, CohortError) else f"{model.test.method}, {p_value(model.test.p_value)}; "
    )
    return (
        "With death as a competing event the subdistribution rate of healing (below 1: fewer heal, or later) with "
        f"{second} "
        f"is {_ratio(model)} times that with {first} ({gray}{model.ratio.method}, "
        f"{p_value(model.ratio.p_values[0])}, n = {n})."
    )


def notes(result: Result) -> tuple[str, ...]:
    """Imbalance, influence, proportionality and what none of this can mend."""
    return (
        *_immortal(result),
        *_imbalance(result),
        *_influence(result),
        *_two_sides(result),
        *_proportionality(result),
        "Strata and adjustment reach only what was measured: who was given which treatment, and why, stays unknown.",
    )


def caption(result: Result) -> str:
    """Who is in the models."""
    return (
        f"{patients(result.n)} in the models, {result.n_left_out} left out (deaths: {result.settings.deaths}). "
        f"{_start(result.settings)}"
        "Squares are ratios, lines their 95% confidence intervals, on a logarithmic axis."
    )


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    crude = result.crude.ratio
    method = "" if isinstance(crude, CohortError) else f"{crude.method}: {crude.reason} "
    competing = result.settings.deaths == "competing event"
    gray = result.models[0].name == COMPETING
    test = "Gray's test" if gray else "the log-rank test"
    return (
        f"{_COMPETING_METHODS if gray else _LATE_METHODS if competing else ''}"
        f"The rates of healing of two groups were compared by {method}"
        "The comparison was repeated within strata, with SCORTEN as a covariate and, where treatment began after day "
        f"0, with each patient counted from that day (late entry), and {test} once without each patient. Shares healed "
        "by a day "
        f"are read off the {'cumulative incidence' if competing else 'Kaplan-Meier'} curves."
    )


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    rows = listed(f"{model.name}: {_ratio(model)}" for model in result.models if _has_ratio(model))
    return f"Forest plot of ratios of the rates of healing. {rows}."


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    competing = ("Gray's test", "Fine-Gray regression") if result.models[0].name == COMPETING else ()
    return (
        *competing,
        "Cox regression",
        f"deaths: {result.settings.deaths}",
        *chosen_start(result.settings.start),
    )


def _start(settings: Settings) -> str:
    chosen = listed(chosen_start(settings.start))
    return f"{sentence(chosen)} " if chosen else ""


def _has_ratio(model: Model) -> bool:
    return not isinstance(model.ratio, CohortError)


def _ratio(model: Model) -> str:
    assert not isinstance(model.ratio, CohortError)
    return estimate(model.ratio.ratios[0], model.ratio.lows[0], model.ratio.highs[0], 2)


def _short(model: Model) -> str:
    assert not isinstance(model.ratio, CohortError)
    return estimate(model.ratio.ratios[0], model.ratio.lows[0], model.ratio.highs[0], 2, level="")


def _immortal(result: Result) -> tuple[str, ...]:
    """What the days before treatment do to the ratios, and the ratio without them beside it."""
    settings = result.settings
    if not any(wait.n_waited for wait in result.delays):
        return later_note(settings.group)
    told = immortal_time(result.delays, settings.group, settings.time_zero)
    crude = result.crude
    late = next((model for model in result.models if model.name == LATE_ENTRY), None)
    if settings.counted_from != "time zero":
        return (f"{told} Here patients count only from the {_counted_from(settings)}.",)
    if late is None or not (_has_ratio(crude) and _has_ratio(late)):
        return (f"{told} {_ADVICE}",)
    return (
        f"{told} Counted from day 0 the ratio is {_ratio(crude)}, from the start of treatment (late entry) "
        f"{_ratio(late)}. Within strata and adjusted, the other ratios still hold these days. {_ADVICE}",
    )


def _counted_from(settings: Settings) -> str:
    return "start of treatment" if settings.counted_from == "start of treatment" else "landmark"


def _imbalance(result: Result) -> tuple[str, ...]:
    unlike = [
        f"{in_sentence(schema.field(name).label)} ({compared.method}, {p_value(compared.p_value)})"
        for name, compared in result.severity
        if compared.p_value < 0.05
    ]
    if not unlike:
        return ()
    return (
        f"The groups were not equally ill: they differ in {listed(unlike)}. Read the crude ratio beside the others.",
    )


def _influence(result: Result) -> tuple[str, ...]:
    if isinstance(result.influence, CohortError):
        return ()
    low, high = p_value(result.influence.p_lowest), p_value(result.influence.p_highest)
    span = f"stays at {low}" if low == high else f"runs from {low} to {high}"
    test = "Gray's test" if result.models[0].name == COMPETING else "the log-rank test"
    return (
        f"Without any one patient {test} {span}; the patient who moves it most is {result.influential} "
        f"({p_value(result.influence.p_without)} without).",
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where an interval and the test beside it part: a ratio is an average over time, the test of curves is not."""
    ratios = [
        Beside(
            in_sentence(model.name), model.ratio.lows[0], model.ratio.highs[0], model.test.p_value, 1,
            model.ratio.method, model.test.method,
        )
        for model in result.models
        if not isinstance(model.ratio, CohortError) and not isinstance(model.test, CohortError)
    ]  # fmt: skip
    days = [
        Beside(
            f"the share healed by day {day}", 100 * share.low, 100 * share.high, share.p_value, 0,
            _limits_by(share), str(share.test), digits=0,
        )
        for day, share in result.by_day
        if isinstance(share, HealedBy)
        and share.low is not None
        and share.high is not None
        and share.p_value is not None
    ]  # fmt: skip
    return two_sides([*ratios, *days])


def _limits_by(share: HealedBy) -> str:
    """An exact test, which has no statistic, compares counts; its interval does so too."""
    exact = share.statistic is not None and math.isnan(share.statistic)
    return "Newcombe's method" if exact else "the limits of the two curves"


def _proportionality(result: Result) -> tuple[str, ...]:
    crude = result.crude.ratio
    if (
        isinstance(crude, CohortError)
        or crude.proportionality is None
        or crude.proportionality.p_values[0] >= 0.05
    ):
        return ()
    return (
        f"The crude ratio does not seem to stay the same over time ({crude.proportionality.method}, "
        f"{p_value(crude.proportionality.p_values[0])}): read it as an average, and look at the curves.",
    )


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return "Strata and adjustment reach only what was measured: why a patient got a treatment stays unknown."
