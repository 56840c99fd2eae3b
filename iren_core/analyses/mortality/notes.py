"""What a reader of the mortality card must bear in mind."""

from __future__ import annotations

from iren_core.analyses.mortality.deaths import GroupDeaths, Result
from iren_core.analyses.mortality.overprediction import break_even
from iren_core.analyses.mortality.sensitivity import EDGE_WORDS
from iren_core.analyses.timing import known_later
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.errors import CohortError
from iren_core.stats.mortality import ObservedExpected
from iren_core.wording import days, estimate, in_sentence, listed, number, patients, percent

#: More names than these are counted.
_MOST_NAMED = 5


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    whole = result.panels[0].everybody
    window = days(result.settings.window_days)
    counted = (
        (whole.n_without_scorten, _without_score(result)),
        (whole.n_without_outcome, "without an outcome: left out"),
        (result.n_without_group, "without a group: counted among all patients, in no group"),
        (result.n_late, f"died later than {window}: survivors of the acute phase here"),
        (result.n_undated, "died on a day that is not recorded: counted as acute deaths"),
        (result.n_short_followup, f"alive but followed for less than {window}: survivors here"),
    )
    return (
        *(f"{patients(n)} {what}." for n, what in counted if n),
        *_uncounted_deaths(result),
        *known_later(result.settings.group, "deaths"),
        *_queries(result),
        *_choices(result),
        *_edges(result),
        *_two_sides(result),
        *_why_views_differ(whole),
        *_break_even(whole),
        "A ratio below 1 is not proof of benefit: SCORTEN was made before checkpoint inhibitors, tends to predict too "
        "many deaths at high scores, and here gives every patient the point for malignancy. It compares with SCORTEN, "
        "not with the other arm.",
    )


def _uncounted_deaths(result: Result) -> tuple[str, ...]:
    """Who is dead by outcome but not among the deaths of the card, by name, for these rows are to be looked up."""
    names = [f"patient {name}" for name in result.dead_without_score]
    if not names:
        return ()
    named = names if len(names) <= _MOST_NAMED else [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
    score = "SCORTEN" if result.settings.score == "as in the file" else "a whole SCORTEN"
    return (
        f"Dead by outcome but without {score}, and so not among the deaths here: {listed(named)}. Look these rows up.",
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where a ratio's interval holds 1 although the exact test is below 0.05 (a Poisson count varies more than deaths
    do), and where the interval of a difference of shares and Fisher's test part.
    """
    groups = ((panel.title, group) for panel in result.panels for group in (panel.everybody, *panel.groups))
    ratios = (
        Beside(
            f"the ratio of {panel}, {group.label}", numbers.low, numbers.high, numbers.p_value, 1,
            "Poisson's law for rare deaths", "the exact Poisson-binomial test",
        )
        for panel, group in groups
        if not isinstance(numbers := group.numbers, CohortError)
    )  # fmt: skip
    pairs = (
        Beside(
            f"{panel.title}, deaths with {in_sentence(pair.first)} less {in_sentence(pair.second)}",
            100 * risks.difference_low, 100 * risks.difference_high, counts.p_value, 0,
            "Newcombe's method", counts.method, digits=0,
        )
        for panel in result.panels
        for pair in panel.pairs
        if not isinstance(risks := pair.risks, CohortError) and not isinstance(counts := pair.counts, CohortError)
    )  # fmt: skip
    return two_sides((*ratios, *pairs))


def _why_views_differ(whole: GroupDeaths) -> tuple[str, ...]:
    numbers = whole.numbers
    if isinstance(numbers, CohortError):
        return ()
    return (
        f"The study sets the median predicted risk ({percent(numbers.median_risk)}) beside the observed share. The "
        f"deaths to expect are the sum of the risks, which follows their mean ({percent(numbers.mean_risk)}); where "
        "risks are skewed the two views differ, and only the sum can be compared with a number of deaths.",
    )


def _without_score(result: Result) -> str:
    if result.settings.score == "as in the file":
        return "without SCORTEN: left out, never counted as zero"
    return "without a whole SCORTEN (an item is missing): left out, a missing item is never counted as zero"


def _queries(result: Result) -> tuple[str, ...]:
    n = int(result.scores.mismatched.sum())
    if not n:
        return ()
    return (
        f"{patients(n)} with a SCORTEN in the file that the items cannot give: listed below to be looked up, and "
        "overwritten nowhere.",
    )


def _choices(result: Result) -> tuple[str, ...]:
    """Whether another choice would change the answer."""
    made, *others = result.choices
    ratios = [one.numbers for one in others if not isinstance(one.numbers, CohortError)]
    if isinstance(made.numbers, CohortError) or not ratios:
        return ()
    lowest, highest = (number(pick(one.estimate for one in ratios), 2) for pick in (min, max))
    chosen = number(made.numbers.estimate, 2)
    start = (
        "The other choices of score, rule at the cut-offs and deaths, as far as they can be computed, give"
    )
    if lowest == highest == chosen:
        return (f"{start} the same ratio to two decimals.",)
    changed = sum(_side(one) != _side(made.numbers) for one in ratios)
    effect = (
        f"in {changed} of {len(ratios)} the interval lies otherwise to 1"
        if changed
        else "none moves the interval to the other side of 1"
    )
    between = lowest if lowest == highest else f"{lowest} to {highest}"
    return (f"{start} ratios of {between} instead of {chosen}; {effect}.",)


def _side(numbers: ObservedExpected) -> int:
    """-1 with the interval below 1, 1 above, 0 where it holds 1."""
    return int(numbers.low > 1) - int(numbers.high < 1)


def _edges(result: Result) -> tuple[str, ...]:
    """How many values lie where sources differ, and what the other rule gives."""
    n = int(result.scores.items.on_edge.sum())
    where = "age 40 years, heart rate 120 per minute or detachment 10% exactly"
    start = f"{patients(n)} with {where}, where sources differ"
    rule = EDGE_WORDS[result.settings.edge]
    if result.settings.score == "as in the file":
        if not n:
            return ()
        return (f"{start}: while SCORTEN is taken as in the file, the rule at the cut-offs plays no part.",)
    other = next(
        one.numbers
        for one in result.choices
        if one.settings.edge != result.settings.edge and one.settings.score == result.settings.score
    )
    taken = f"a point is given {rule} here"
    if not n:
        return ("No value lies exactly on a cut-off where sources differ: both rules give the same SCORTEN.",)
    if isinstance(other, CohortError):
        return (f"{start}: {taken}.",)
    ratio = estimate(other.estimate, other.low, other.high, 2)
    return (f"{start}: {taken}; the other rule expects {number(other.expected, 1)} deaths, SMR {ratio}.",)


def _break_even(whole: GroupDeaths) -> tuple[str, ...]:
    numbers = whole.numbers
    factor = None if isinstance(numbers, CohortError) else break_even(numbers)
    if factor is None:
        return ()
    if factor < 1:
        return (
            "If SCORTEN predicts too many deaths, the finding of fewer deaths than predicted (95% interval below "
            f"1) holds while more than {percent(factor, 1)} of its deaths are to be expected. Published ratios of "
            "observed to predicted deaths are 0.91 (0.82 to 1.02, 64 papers, Torres-Navarro 2020) and 0.75 (Zavala "
            "2018).",
        )
    return (
        "The finding of more deaths than predicted holds while fewer than "
        f"{number(factor, 2)} times SCORTEN's deaths are to be expected.",
    )


def warning() -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return (
        "A ratio below 1 is not proof of benefit: SCORTEN was made before checkpoint inhibitors and tends to predict "
        "too many deaths."
    )
