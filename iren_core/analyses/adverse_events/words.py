"""The adverse event card in words."""

from __future__ import annotations

from iren_core import schema
from iren_core.analyses.adverse_events.events import ANY, EventRisk, Result
from iren_core.analyses.adverse_events.infection import FirstInfection
from iren_core.analyses.timing import known_later
from iren_core.analyses.two_sides import Beside, two_sides
from iren_core.counted import has, is_, lacks
from iren_core.errors import CohortError
from iren_core.stats import IncidenceCurve
from iren_core.wording import (
    count,
    days,
    digits_off_zero,
    in_sentence,
    interval,
    listed,
    number,
    p_value,
    patients,
    percent,
    sentence,
    statistic,
    with_group,
)

_LEVEL = 0.05


def finding(result: Result) -> str:
    """The answer to the question of the chosen view."""
    return {"each event": _risks, "time to first infection": _incidence, "patient by patient": _onset}[
        result.settings.view
    ](result)


def _risks(result: Result) -> str:
    """At least one event with its effect, then the single events with their p."""
    whole = result.any_event
    start = f"At least one major adverse event: {_shares(result, whole)}; {_verdict(whole)}."
    single = listed(
        f"{in_sentence(event.label)} {p_value(event.comparison.p_value)}"
        for event in result.events[:-1]
        if not isinstance(event.comparison, CohortError)
    )
    return f"{start} Event by event, Fisher's exact test gives {single}." if single else start


def _shares(result: Result, event: EventRisk) -> str:
    return listed(
        f"{count(one.events, one.n)} {with_group(result.settings.group, one.label)}" for one in event.groups
    )


def _verdict(event: EventRisk) -> str:
    comparison = event.comparison
    if isinstance(comparison, CohortError):
        return f"not compared, for {in_sentence(comparison.found).rstrip('.')}"
    test = f"{comparison.method}, {p_value(comparison.p_value)}"
    verdict = "the risks differ" if comparison.p_value < _LEVEL else "a difference was not shown"
    risk = event.difference
    if risk is None:
        return f"{verdict} ({test})"
    low, high = 100 * risk.difference_low, 100 * risk.difference_high
    digits = digits_off_zero(low, high)
    return (
        f"{verdict} (difference {number(100 * risk.difference, digits)} percentage points, 95% CI "
        f"{interval(low, high, digits)}, {test})"
    )


def _incidence(result: Result) -> str:
    infection = result.infection
    if isinstance(infection, CohortError):
        return str(infection)
    window = result.settings.window_days
    groups = listed(
        f"{_share_at(curve, window)} {with_group(result.settings.group, curve.label)} (n = {curve.n})"
        for curve in infection.curves
    )
    return f"By day {window} a first infection had come to {groups}, death competing; {_gray(infection)}."


def _share_at(curve: IncidenceCurve, day: float) -> str:
    share, low, high = (float(value) for value in curve.at(min(day, float(curve.time[-1]))))
    if curve.n_events == 0:
        return percent(0.0)
    return f"{percent(share)} (95% CI {interval(100 * low, 100 * high, 0, '%')})"


def _gray(infection: FirstInfection) -> str:
    test = infection.test
    if isinstance(test, CohortError):
        return statistic(test)
    shown = test.p_value < _LEVEL
    return f"{'the groups differ' if shown else 'a difference was not shown'} ({test.method}, {p_value(test.p_value)})"


def _onset(result: Result) -> str:
    onset = result.onset
    known = [
        f"{days(one.median)} {with_group(result.settings.group, label)} (n = {one.n})"
        for label, one in zip(onset.labels, onset.days, strict=True)
        if one.n
    ]
    if not known:
        return f"Courses of {patients(len(result.courses))}; no day of infection is known."
    start = f"Infections began after a median of {listed(known)}"
    comparison = onset.comparison
    if isinstance(comparison, CohortError):
        return f"{start}; {statistic(comparison)}."
    effect = f"{comparison.method.split(',')[0]}, {p_value(comparison.p_value)}"
    if len(comparison.labels) == 2:
        limits = interval(comparison.low, comparison.high)
        effect = f"difference {number(comparison.estimate)} days, 95% CI {limits}, {effect}"
    verdict = "the days differ" if comparison.p_value < _LEVEL else "a difference was not shown"
    return f"{start}; {verdict} ({effect})."


def notes(result: Result) -> tuple[str, ...]:
    """What a reader must bear in mind."""
    return (
        *_few(result),
        *_two_sides(result),
        *_earlier(result),
        *_missing(result),
        *known_later(result.settings.group, "events"),
        "An event can follow from how ill a patient was as well as from the treatment, which was not drawn by lot: the "
        "numbers are associated with the group, which need not be their cause.",
    )


def _two_sides(result: Result) -> tuple[str, ...]:
    """Where Newcombe's interval of a difference and Fisher's test part."""
    return two_sides(
        Beside(
            in_sentence(event.label), 100 * event.difference.difference_low, 100 * event.difference.difference_high,
            event.comparison.p_value, 0, "Newcombe's method", event.comparison.method, digits=0,
        )
        for event in (*result.events, result.any_event)
        if event.difference is not None and not isinstance(event.comparison, CohortError)
    )  # fmt: skip


def _few(result: Result) -> tuple[str, ...]:
    risk = result.any_event.difference
    if risk is None:
        return ()
    low, high = (number(100 * bound) for bound in (risk.difference_low, risk.difference_high))
    return (
        f"Few events leave wide intervals: for {in_sentence(ANY).lower()} the data fit anything from {low} to {high} "
        "percentage points. That harm was not shown is not proof of safety.",
    )


def _earlier(result: Result) -> tuple[str, ...]:
    comparison = result.onset.comparison
    if isinstance(comparison, CohortError) or comparison.p_value < _LEVEL or result.settings.group != "arm":
        return ()
    return (
        "The study's discussion says that infections came earlier in the combination group; its own test (p = 0.114), "
        f"like this one ({p_value(comparison.p_value)}), does not show it.",
    )


def _missing(result: Result) -> tuple[str, ...]:
    notes = []
    unknown = sum(one.n_missing for one in result.any_event.groups)
    if unknown:
        notes.append(
            f"Of {patients(unknown)} it is not known whether any event happened. They are left out of "
            f"“{in_sentence(ANY)}”, where a patient with one event counts whatever else is unknown: that share is too "
            "high rather than too low. Each event by itself is counted among those of whom it is known."
        )
    if result.n_without_group:
        by = schema.field(result.settings.group).label.lower()
        notes.append(
            f"{patients(result.n_without_group)} without {by} {is_(result.n_without_group)} left out."
        )
    undated = sum(result.onset.n_infected) - sum(one.n for one in result.onset.days)
    if undated > 0:
        notes.append(f"Of {patients(undated)} with an infection its day is not known.")
    return tuple(notes)


def caption(result: Result) -> str:
    """Who is counted, and what the marks mean."""
    n = sum(result.sizes)
    view = result.settings.view
    if view == "each event":
        unknown = sum(one.n_missing for one in result.any_event.groups)
        return (
            f"{patients(n)}; of {unknown} it is not known whether any of these happened. One panel: share of each "
            "group with the event and its exact (Clopper-Pearson) 95% interval. The other, where there are two groups: "
            "the "
            "difference of the shares with Newcombe's 95% interval; left of the line the first group has fewer."
        )
    if view == "patient by patient":
        drawn = len(result.courses)
        return (
            f"{drawn} of {patients(n)} {is_(drawn)} drawn, {n - drawn} {lacks(n - drawn)} every day. Broad bar: "
            "steroids, where their last day is recorded. Thin line: to the last mark. From top to bottom: by "
            f"group, the longest course first, {_called(result)}. Events without a recorded day (coagulation, "
            "bleeding, respiratory failure) are in the table only."
        )
    known = 0 if isinstance(result.infection, CohortError) else result.infection.n_in
    return (
        f"{known} of {patients(n)} {has(known)} a known course, {n - known} {lacks(n - known)} a day. Curves: share "
        "with a first "
        "infection (Aalen-Johansen, death competing), with pointwise 95% intervals. The rows of numbers: patients "
        "alive "
        "without infection."
    )


def _called(result: Result) -> str:
    """What stands beside the lanes."""
    if all(course.label == course.patient for course in result.courses):
        return "called by study number"
    return "numbered, for the patients' own numbers tell who they are"


def methods(result: Result) -> str:
    """Full sentences for a methods section."""
    parts = [
        "Patients with each event were compared between groups with Fisher's exact test. Shares have exact "
        "(Clopper-Pearson) intervals, differences of two risks Newcombe's, ratios Miettinen and Nurminen's.",
        "A patient with at least one recorded event counts under “any of these” even if another event is not recorded.",
        "Days of infection were compared with the Mann-Whitney test as SPSS prints it (exact, not corrected for ties), "
        "as in the study; more than two groups with the Kruskal-Wallis test.",
    ]
    infection = result.infection
    if not isinstance(infection, CohortError):
        parts.append(
            "The first infection was followed from the first steroid dose to infection, death or the last follow-up, "
            f"at most {result.settings.window_days} days, with death as a competing event (Aalen-Johansen)."
        )
        if not isinstance(infection.test, CohortError):
            parts.append(sentence(f"Groups were compared with {infection.test.method}"))
    parts.append("Patients of whom an event or its day is not known are left out of that number and counted.")
    return " ".join(parts)


def alt(result: Result) -> str:
    """What the picture shows, for a reader who cannot see it."""
    view = result.settings.view
    if view == "each event":
        rows = "; ".join(f"{event.label}: {_shares(result, event)}" for event in result.events)
        return f"Shares of patients with each adverse event and their intervals. {rows}."
    if view == "patient by patient":
        lanes = (
            f"One lane a patient, {len(result.courses)} in all, with steroids as bars and events as marks."
        )
        return f"{lanes} {_onset(result)}"
    return f"Step curves of the share of patients with a first infection. {_incidence(result)}"


def tests(result: Result) -> tuple[str, ...]:
    """Names of the tests that the picture rests on, for the provenance line."""
    view = result.settings.view
    if view == "each event":
        compared = [event.comparison for event in result.events]
        return tuple(dict.fromkeys(one.method for one in compared if not isinstance(one, CohortError)))
    if view == "patient by patient":
        onset = result.onset.comparison
        return () if isinstance(onset, CohortError) else (onset.method,)
    infection = result.infection
    if isinstance(infection, CohortError) or isinstance(infection.test, CohortError):
        return ()
    return ("Aalen-Johansen estimate", infection.test.method)


def warning(result: Result) -> str:
    """The caution without which the finding could mislead, short enough for a slide."""
    return (
        "Not adjusted for how ill the patients were, nor p for the number of events: an association with the group, "
        "not an effect."
    )
