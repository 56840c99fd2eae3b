"""What cannot be true of one patient, or hardly can: the rules behind the query list.

Each rule looks at one patient and yields its doubts. A rule never fires on a value that is missing, and says what it
found in both places, so that a reader with the chart open can settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from iren_core import schema
from iren_core.intake.derive import CLASSES_OF_1993, SCORTEN_ITEMS, Classes, diagnosis_of
from iren_core.intake.layout import NOTE, SUMMARY
from iren_core.intake.table import Severity
from iren_core.intake.values import as_text

#: A patient: field -> value, missing ones left out.
Patient = Mapping[str, Any]


class Doubt(NamedTuple):
    """What a rule found: the field in doubt, what is wrong, what to do, how much it weighs."""

    field: str
    problem: str
    advice: str
    severity: Severity = "error"


Rule = Callable[[Patient, pd.Index], Iterator[Doubt]]

#: The study followed every survivor for at least 8 weeks (Front Immunol 2024, doi 10.3389/fimmu.2024.1421684).
SHORTEST_FOLLOWUP_DAYS = 56
#: A temperature from which a fever is usually recorded, and below which it hardly is (°C).
FEVER_FROM_C, NO_FEVER_BELOW_C = 38.0, 37.3
#: CD4+ and CD8+ cells are CD3+ cells, up to double-positive cells and the error of two tubes.
_MOST_OF_CD3 = 1.15

_LOOK_UP = "Look it up in the chart."
#: SCORTEN item -> the measurement behind it, its bound, and whether it is met above (1) or below (-1) the bound
#: (Bastuji-Garin 2000, doi 10.1046/j.1523-1747.2000.00061.x). On the bound itself the sources differ: not queried.
_ITEM_BOUNDS = {
    "scorten_age": ("age_years", 40.0, 1),
    "scorten_hr": ("heart_rate", 120.0, 1),
    "scorten_bsa": ("detachment_bsa_pct", 10.0, 1),
    "scorten_bun": ("urea_mmol_l", 10.0, 1),
    "scorten_glucose": ("glucose_mmol_l", 14.0, 1),
    "scorten_hco3": ("bicarbonate_mmol_l", 20.0, -1),
}
#: Dates in the order in which they must follow each other; those on one line may come in any order.
_DATE_ORDER = (
    ("date_ici_first",),
    ("date_ici_last",),
    ("date_onset",),
    ("date_admission",),
    ("date_healing", "date_discharge", "date_death", "date_last_followup"),
)
_COUNTS = ("cd3_cells_ul", "cd4_cells_ul", "cd8_cells_ul")
_MUCOSAE = ("mucosa_oral", "mucosa_ocular", "mucosa_genital")


def doubts(patient: Patient, columns: pd.Index, classes: Classes = CLASSES_OF_1993) -> Iterator[Doubt]:
    """Every doubt about one patient.

    Parameters
    ----------
    columns : the fields that the cohort has at all; what no column holds is not missed
    classes : how the detached skin is divided into diagnoses
    """
    yield from _severity(patient, classes)
    for rule in _RULES:
        yield from rule(patient, columns)


# ---- outcome -----------------------------------------------------------------------------------------


def _healing(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    day, outcome = p.get("reepithelization_days"), p.get("outcome")
    if outcome == "died" and day is not None:
        yield from _healed_and_died(p, day, columns)
    if outcome == "healed" and day is None and "reepithelization_days" in columns:
        yield Doubt("reepithelization_days", "The patient healed, but the day is lacking.", _LOOK_UP)
    if outcome == "not healed" and day is not None:
        problem = f"The patient is said not to have healed, but day {day:g} is given for it."
        yield Doubt("outcome", problem, _LOOK_UP)
    if p.get("healed") is False and outcome == "healed":
        yield Doubt("healed", "One column says that the patient healed, another denies it.", _LOOK_UP)
    if p.get("healed") is True and outcome == "not healed":
        yield Doubt("healed", "One column says that the patient healed, another denies it.", _LOOK_UP)
    if p.get("healed") is True and outcome == "died" and day is None and "reepithelization_days" in columns:
        problem = "The patient is said to have healed and to have died, and the day of healing is lacking."
        yield Doubt("healed", problem, "Give the day of healing, or say that the patient had not healed.")


def _healed_and_died(p: Patient, day: float, columns: pd.Index) -> Iterator[Doubt]:
    death = p.get("death_day")
    if death is None:
        problem = (
            f"The patient is said to have healed on day {day:g} and to have died on a day that is lacking."
        )
        yield Doubt("reepithelization_days", problem, "Give the day of death: it settles which came first.")
    elif death < day:
        problem = f"The patient died on day {death:g} but is said to have healed on day {day:g}."
        yield Doubt("reepithelization_days", problem, _LOOK_UP)
    else:
        problem = (
            f"The patient healed on day {day:g} and died on day {death:g}; counted as healed, and as a death."
        )
        yield Doubt(
            "reepithelization_days",
            problem,
            "See whether the skin had healed completely before death.",
            "warning",
        )


def _death(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    if p.get("outcome") == "died":
        if "death_day" not in p and "death_day" in columns:
            yield Doubt("death_day", "The patient died, but the day is lacking.", _LOOK_UP)
    elif p.get("outcome"):
        for name in ("death_day", "date_death"):
            if name in p:
                problem = f"A death is dated, but the outcome is “{p['outcome']}”."
                yield Doubt("outcome", problem, _LOOK_UP)


def _after_death(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    death = p.get("death_day")
    if death is None:
        return
    for name, what in (
        ("infection_onset_day", "An infection began on"),
        ("tnfi_start_day", "The TNF inhibitor was begun on"),
    ):
        if p.get(name, death) > death:
            yield Doubt(name, f"{what} day {p[name]:g}, after the death on day {death:g}.", _LOOK_UP)
    given = p.get("steroid_duration_days", 0)
    if given > death + 1:  # the first day may be counted as day 0 or as day 1
        problem = f"Corticosteroids were given for {given:g} days, but the patient died on day {death:g}."
        yield Doubt("steroid_duration_days", problem, _LOOK_UP)


def _followup(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    end, died = p.get("followup_days"), p.get("outcome") == "died" or "death_day" in p
    if end is None:
        healing_known = "reepithelization_days" in p or "reepithelization_days" not in columns
        if p.get("outcome") == "not healed" and not healing_known:
            problem = (
                "The patient had not healed, and the last follow-up is not known: left out of the curves."
            )
            yield Doubt("followup_days", problem, "Give the day on which the patient was last seen.")
        return
    for name, what in (("reepithelization_days", "healed"), ("death_day", "died")):
        if p.get(name, end) > end:
            problem = f"The patient {what} on day {p[name]:g}, after the last follow-up on day {end:g}."
            yield Doubt("followup_days", problem, _LOOK_UP)
    if end < SHORTEST_FOLLOWUP_DAYS and not died and p.get("reepithelization_days", end) <= end:
        problem = (
            f"Follow-up ends on day {end:g}, before 8 weeks (day {SHORTEST_FOLLOWUP_DAYS}), "
            "and no death is recorded: a later death would be missed."
        )
        yield Doubt("followup_days", problem, "Look for a later visit or a date of death.", "warning")


# ---- severity ----------------------------------------------------------------------------------------


def _severity(p: Patient, classes: Classes) -> Iterator[Doubt]:
    share = p.get("detachment_bsa_pct")
    if share is not None and "diagnosis" in p:
        expected = diagnosis_of(share, classes)
        if expected != p["diagnosis"]:
            given = schema.category_label("diagnosis", p["diagnosis"])
            wanted = schema.category_label("diagnosis", expected or "")
            problem = f"{share:g} % of the skin is detached, which is {wanted}, but the diagnosis is {given}."
            yield Doubt("diagnosis", problem, "See whether the initial or the largest detachment is meant.")
    if share is not None and p.get("erythema_bsa_pct", share) < share:
        problem = f"More skin is detached ({share:g} %) than is red ({p['erythema_bsa_pct']:g} %)."
        yield Doubt("erythema_bsa_pct", problem, "Erythema is meant to include the detached skin.", "warning")


def _scorten(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    score = p.get("scorten")
    if score is None:
        return
    items = [p[name] for name in SCORTEN_ITEMS if name in p]
    met = sum(items)
    if len(items) == len(SCORTEN_ITEMS) and met != score:
        yield Doubt("scorten", f"SCORTEN is {score:g}, but {met} of its seven items are met.", _LOOK_UP)
    elif met > score:
        yield Doubt("scorten", f"SCORTEN is {score:g}, but {met} of its items are met.", _LOOK_UP)
    elif score == 0 and "malignancy_type" in p:
        yield Doubt("scorten", "SCORTEN is 0, but the malignancy alone gives 1.", _LOOK_UP)
    elif score == 0:
        problem = "SCORTEN is 0; whoever is treated for cancer has at least 1, for the malignancy."
        yield Doubt("scorten", problem, "See whether the malignancy was counted.", "warning")


def _scorten_items(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    for item, (name, bound, side) in _ITEM_BOUNDS.items():
        if item not in p or name not in p or p[name] == bound:
            continue
        met = (p[name] - bound) * side > 0
        if met != p[item]:
            known = schema.field(name)
            value = f"{known.label} of {p[name]:g} {known.unit}".rstrip()
            said = "met" if p[item] else "not met"
            side_of = "above" if p[name] > bound else "below"
            problem = f"{value} lies {side_of} {bound:g}, but the item is said to be {said}."
            yield Doubt(item, problem, "See whether both are of the first day.", "warning")


# ---- course ------------------------------------------------------------------------------------------


def _treatment(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    if p.get("arm") == "corticosteroid" and "tnfi_drug" in p:
        problem = f"The patient is in the arm with corticosteroids alone, but {p['tnfi_drug']} is given."
        yield Doubt("arm", problem, _LOOK_UP)
    elif p.get("arm") == "corticosteroid" and "tnfi_start_day" in p:
        problem = (
            "The patient is in the arm with corticosteroids alone, "
            f"but a TNF inhibitor is said to have been begun on day {p['tnfi_start_day']:g}."
        )
        yield Doubt("arm", problem, _LOOK_UP)
    if p.get("arm") == "combination" and "tnfi_drug" not in p and "tnfi_drug" in columns:
        yield Doubt("tnfi_drug", "The patient had a TNF inhibitor, but which one is lacking.", _LOOK_UP)
    if p.get("ivig") is False and p.get("ivig_cumulative_g_kg", 0) > 0:
        yield Doubt("ivig", "No IVIG is recorded, but a dose of it is.", _LOOK_UP)
    healed, start = p.get("reepithelization_days"), p.get("tnfi_start_day")
    if healed is not None and start is not None and start >= healed:
        problem = f"The TNF inhibitor was begun on day {start:g}, when the skin had healed on day {healed:g}."
        yield Doubt("tnfi_start_day", problem, _LOOK_UP)


def _doses(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    dose, weight, per_kg = (
        p.get(name) for name in ("prednisone_eq_mg_day", "weight_kg", "prednisone_eq_mg_kg_day")
    )
    if dose is None or weight is None or per_kg is None:
        return
    worked_out = dose / weight
    if abs(per_kg - worked_out) > max(0.06, 0.1 * worked_out):
        problem = f"{per_kg:g} mg/kg/day is given, but {dose:g} mg/day at {weight:g} kg are {worked_out:.3g} mg/kg/day."
        advice = "See whether one of them is in methylprednisolone, or of another day."
        yield Doubt("prednisone_eq_mg_kg_day", problem, advice, "warning")


def _events(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    if p.get("infection") is False and "infection_onset_day" in p:
        yield Doubt("infection", "No infection is recorded, but a day of it is.", _LOOK_UP)
    if p.get("mucositis") is False and p.get("mucosal_sites_n", 0) > 0:
        yield Doubt("mucositis", "No mucositis is recorded, but sites of it are.", _LOOK_UP)
    sites = [p[name] for name in _MUCOSAE if name in p]
    if "mucosal_sites_n" in p and sum(sites) > p["mucosal_sites_n"]:
        problem = f"{p['mucosal_sites_n']:g} mucosal sites are counted, but {sum(sites)} are named."
        yield Doubt("mucosal_sites_n", problem, _LOOK_UP)
    if p.get("mucositis") is False and any(sites):
        yield Doubt("mucositis", "No mucositis is recorded, but a mucosa is named.", _LOOK_UP)
    peak = p.get("peak_temp_c")
    if peak is not None and p.get("fever") is False and peak >= FEVER_FROM_C:
        yield Doubt("fever", f"No fever is recorded, but a peak of {peak:g} °C is.", _LOOK_UP, "warning")
    if peak is not None and p.get("fever") is True and peak < NO_FEVER_BELOW_C:
        yield Doubt("fever", f"A fever is recorded, but a peak of {peak:g} °C.", _LOOK_UP, "warning")


def _markers(p: Patient, columns: pd.Index) -> Iterator[Doubt]:
    for marker in schema.MARKERS:
        if marker.recovery in p and marker.acute not in p and marker.acute in columns:
            problem = f"{marker.short} has a recovery value but no acute one, so the pair cannot be used."
            yield Doubt(marker.acute, problem, _LOOK_UP, "warning")
    for phase in ("acute", "recovery"):
        cd3, cd4, cd8 = (p.get(f"{count}_{phase}") for count in _COUNTS)
        if None not in (cd3, cd4, cd8) and cd4 + cd8 > _MOST_OF_CD3 * cd3:  # type: ignore[operator]
            problem = f"CD4+ and CD8+ cells ({cd4 + cd8:g}) are more than all CD3+ cells ({cd3:g})."  # type: ignore[operator]
            yield Doubt(f"cd3_cells_ul_{phase}", problem, "See whether one of them is a percentage.")


# ---- dates -------------------------------------------------------------------------------------------


def _dates(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    for earlier, later in combinations(_DATE_ORDER, 2):
        for first in earlier:
            for second in later:
                if first in p and second in p and p[first] > p[second]:
                    problem = f"{schema.field(first).label} ({as_text(p[first])}) lies after it."
                    yield Doubt(second, problem, _LOOK_UP)
    start = p.get("date_steroid_start")
    for name in ("date_healing", "date_death", "date_steroid_stop"):
        if start is not None and name in p and p[name] < start:
            yield Doubt(name, f"It lies before the first steroid dose ({as_text(start)}).", _LOOK_UP)


def _healed_before_onset(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    """Healing counted in days, where the dates say that this day came before the disease."""
    start, onset, day = (
        p.get(name) for name in ("date_steroid_start", "date_onset", "reepithelization_days")
    )
    if start is None or onset is None or day is None or "date_healing" in p:
        return
    if start + pd.Timedelta(days=day) < onset:
        problem = (
            f"Day {day:g} after the first steroid dose ({as_text(start)}) "
            f"lies before the onset ({as_text(onset)})."
        )
        yield Doubt("reepithelization_days", problem, _LOOK_UP)


def _recovery_sample(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    sample = p.get("date_recovery_sample")
    if sample is None:
        return
    acute = next((name for name in ("date_admission", "date_onset") if name in p), None)
    if acute and sample <= p[acute]:
        problem = (
            f"The recovery sample is not later than the acute phase: {schema.field(acute).label.lower()} "
            f"is {as_text(p[acute])}."
        )
        yield Doubt("date_recovery_sample", problem, "See whether the two samples were exchanged.")
    elif "date_stabilization" in p and sample < p["date_stabilization"]:
        problem = f"The recovery sample was taken before the disease was stable ({as_text(p['date_stabilization'])})."
        yield Doubt("date_recovery_sample", problem, "See whether it is a sample of the recovery.", "warning")
    if "date_death" in p and sample > p["date_death"]:
        problem = f"The recovery sample is dated after the death ({as_text(p['date_death'])})."
        yield Doubt("date_recovery_sample", problem, _LOOK_UP)


def _summaries(p: Patient, _: pd.Index) -> Iterator[Doubt]:
    name = str(p.get("patient_id", ""))
    if SUMMARY.fullmatch(name) or NOTE.match(name):
        problem = "This row looks like a summary or a note; it was counted as a patient."
        yield Doubt("patient_id", problem, "Delete the row from the sheet if it is none.", "warning")


_RULES: tuple[Rule, ...] = (
    _healing,
    _death,
    _after_death,
    _followup,
    _scorten,
    _scorten_items,
    _treatment,
    _doses,
    _events,
    _markers,
    _dates,
    _healed_before_onset,
    _recovery_sample,
    _summaries,
)
