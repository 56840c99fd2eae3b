"""The card in words."""

from __future__ import annotations

from iren_core.analyses.published.agreement import LEVEL
from iren_core.analyses.published.comparison import TOO_FEW, Result
from iren_core.analyses.published.contrasts import Contrast, Estimate
from iren_core.analyses.published.facts import STUDY
from iren_core.analyses.published.picture import yours
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.errors import CohortError
from iren_core.wording import estimate, interval, listed, number, p_value, patients, printed_p, sentence

HEALING, DEATHS = "Healing, all", "Deaths, all"


def finding(result: Result) -> str:
    """How many numbers come out, then healing and deaths here and in the study."""
    return " ".join(part for part in (_how_many(result), _healing(result), _deaths(result)) if part)


def _how_many(result: Result) -> str:
    total = len(result.lines)
    if result.is_sample:
        alike, absent = total - len(result.unlike), total - result.n_computed
        rest = f"; {absent} cannot be computed from this file" if absent else ""
        return (
            f"{alike} of the {total} numbers that the study prints come out of the sample as printed{rest}."
        )
    here = patients(result.n)
    return f"{result.n_computed} of the {total} numbers that the study prints can be computed from {here}."


def _healing(result: Result) -> str:
    here, theirs = _named(result, HEALING)
    if isinstance(here, CohortError):
        return ""
    return sentence(
        f"Among the healed the combination was {_association(here)}: mean difference {number(here.value, 1)} days "
        f"(95% CI {interval(here.low, here.high, 1)}; {here.method}, {p_value(here.p_value)}; n = {sum(here.n)}); the "
        f"study's printed quartiles give {estimate(theirs.value, theirs.low, theirs.high, 1)}"
    )


def _association(here: Estimate) -> str:
    if not here.p_value < LEVEL:
        return "not shown to go with sooner or later healing"
    return "associated with sooner healing" if here.value < 0 else "associated with later healing"


def _deaths(result: Result) -> str:
    here, theirs = _named(result, DEATHS)
    if isinstance(here, CohortError):
        return ""
    seen = "were not shown to differ"
    if here.p_value < LEVEL:
        seen = f"were {'fewer' if here.value < 0 else 'more'} with the combination"
    test = f"; {here.method}, {p_value(here.p_value)}" if here.method else ""
    return sentence(
        f"Deaths {seen}: {number(here.value)} percentage points, combination minus corticosteroids alone (95% CI "
        f"{interval(here.low, here.high)}{test}; n = {sum(here.n)}); in the study "
        f"{estimate(theirs.value, theirs.low, theirs.high)}"
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where the interval of a contrast of the cohort and the p of its test part."""
    return two_sides(
        Beside(
            one.label, yours.low, yours.high, yours.p_value, 0, "the interval of the picture", yours.method
        )
        for one in result.contrasts
        if not isinstance(yours := one.yours, CohortError)
    )


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    missing = [contrast for contrast in result.contrasts if isinstance(contrast.yours, CohortError)]
    about = (
        "The sample is made up so that it prints the study's numbers; that they come out shows that the same tests "
        "are computed here, and says nothing of real patients."
        if result.is_sample
        else "Another cohort need not repeat the study's numbers: patients, doses and severity differ. Intervals that "
        f"overlap do not show agreement, and with fewer than {TOO_FEW} patients nothing is called."
    )
    absent = (
        f"Not in the picture for these patients: {listed(contrast.label for contrast in missing)}."
        if missing
        else ""
    )
    later = (
        f"{patients(result.healed_then_died)} healed and died later: deaths on this page, which counts outcomes; the "
        "page "
        "Healing counts the day of healing."
        if result.healed_then_died
        else ""
    )
    return tuple(
        note
        for note in (
            about,
            absent,
            later,
            *_two_sides(result),
            "The study says that the combination decreases mortality. Its own numbers do not show that: 2 of 14 died "
            "against 1 of 18. Both arms lie below what SCORTEN predicts, which does not compare the arms.",
            "Healing days and doses are those of patients who healed: they are conditional on survival.",
            "The arm was chosen at the bedside, not by chance: a difference between arms is an association.",
        )
        if note
    )


def caption(result: Result) -> str:
    """Who is in the picture, and what the marks mean."""
    known = [contrast.yours for contrast in result.contrasts if not isinstance(contrast.yours, CohortError)]
    most = max((sum(one.n) for one in known), default=0)
    return (
        f"Filled: {_in_words(result)}, up to {most} of {patients(result.n)} in a contrast; patients who lack a value "
        "are left out. Open: the study (32 patients), from the numbers it prints. Lines are 95% intervals; the dotted "
        "line marks no difference. n of each mark is in the table of contrasts."
    )


def _in_words(result: Result) -> str:
    name = yours(result)
    return f"{name[:1].lower()}{name[1:]}"


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    return " ".join(
        (
            f"Printed numbers are those of {STUDY}: its text and its Table 1.",
            "Predicted mortality is that of the file, else SCORTEN's equation (Bastuji-Garin 2000).",
            "Each number was computed again from the same patients (by diagnosis, by arm, healed or dead) with the "
            "test that reproduces the printed p-value; the test is named beside each number.",
            "Quartiles follow the rule of SPSS and Prism (type 6); halves are rounded up.",
            "Means and doses were compared with Student's t-test (equal variances), as in the study; from the printed "
            "means and standard deviations the same interval follows.",
            "The study prints quartiles of the healing days; their means and standard deviations were estimated from "
            "these (Wan 2014, equations 14 and 16), which is an approximation.",
            "Differences of risks have Newcombe's interval and Fisher's exact test; correlations have intervals on "
            "Fisher's z scale, for ranks with the variance of Bonett and Wright (2000).",
            "Patients without a value are left out of that number; healing days and doses are those of the healed.",
            "Agreement is judged for the synthetic sample only."
            if result.is_sample
            else "A printed number is called outside or inside the 95% interval; inside only with "
            f"{TOO_FEW} patients or more.",
        )
    )


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    parts = "; ".join(_alt(contrast) for contrast in result.contrasts)
    return f"Forest plot of contrasts with 95% intervals, {_in_words(result)} beside the study. {parts}."


def _alt(contrast: Contrast) -> str:
    theirs = (
        f"study {estimate(contrast.theirs.value, contrast.theirs.low, contrast.theirs.high, contrast.digits)}"
    )
    p = f", printed {printed_p(contrast.printed_p)}" if contrast.printed_p else ""
    here = contrast.yours
    if isinstance(here, CohortError):
        return f"{contrast.label}: {theirs}{p}"
    return f"{contrast.label}: here {estimate(here.value, here.low, here.high, contrast.digits)}, {theirs}{p}"


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests used, for the provenance line."""
    known = (contrast.yours for contrast in result.contrasts)
    return tuple(one.method for one in known if not isinstance(one, CohortError) and one.method)


def _named(result: Result, label: str) -> tuple[Estimate | CohortError, Estimate]:
    """The contrast here and in the study."""
    contrast = next(contrast for contrast in result.contrasts if contrast.label == label)
    return contrast.yours, contrast.theirs


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return "Not adjusted for how ill the patients were: a difference between arms is an association, not an effect."
