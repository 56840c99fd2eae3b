"""What cannot be true of one patient, or hardly can: the rules behind the query list.

Each rule looks at all patients at once, column by column, and yields its doubts with the patients whom they concern. A
rule never fires on a value that is missing, and says what it found in both places, so that a reader with the chart open
can settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.intake.derive import CLASSES_OF_1993, SCORTEN_ITEMS, Classes, diagnoses_of
from iren_core.intake.rows_without_patients import NOTE, SUMMARY, are_numbered, is_bare
from iren_core.intake.table import Severity
from iren_core.intake.values import as_text


class Doubt(NamedTuple):
    """What a rule found.

    field : the field in doubt
    who : which patients, shape (n,)
    problem : what is wrong, with a place in braces for each of the values
    advice, severity : what to do, and how much it weighs
    values : what stands in the places of the problem, each with one value a patient, shape (n,)
    """

    field: str
    who: np.ndarray
    problem: str
    advice: str
    severity: Severity = "error"
    values: Sequence[np.ndarray] = ()

    def problems(self) -> list[str]:
        """The problem of each patient concerned, in words."""
        if not self.values:
            return [self.problem] * int(self.who.sum())
        shown = (values[self.who].tolist() for values in self.values)
        return [self.problem.format(*each) for each in zip(*shown, strict=True)]


class Patients:
    """The columns of a cohort as the rules ask for them; what no column holds is missing in every patient."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._there: dict[str, np.ndarray] = {}
        self.columns = frozenset(map(str, frame.columns))

    def there(self, name: str) -> np.ndarray:
        """Which patients have a value."""
        if name not in self._there:
            here = name in self.columns
            nobody = np.zeros(len(self._frame), dtype=bool)
            self._there[name] = self._frame[name].notna().to_numpy() if here else nobody
        return self._there[name]

    def number(self, name: str) -> np.ndarray:
        """Numbers, a yes counting as 1; NaN where missing, which no comparison is true of."""
        if name not in self.columns:
            return np.full(len(self._frame), np.nan)
        return self._frame[name].to_numpy(dtype=float, na_value=np.nan)

    def date(self, name: str) -> np.ndarray:
        """Dates; NaT where missing, which no comparison is true of."""
        if name not in self.columns:
            return np.full(len(self._frame), np.datetime64("NaT", "ns"))
        return self._frame[name].to_numpy(dtype="datetime64[ns]")

    def are(self, name: str, category: str) -> np.ndarray:
        """Whose category is this one."""
        if name not in self.columns:
            return np.zeros(len(self._frame), dtype=bool)
        return (self._frame[name] == category).to_numpy(dtype=bool)

    def yes(self, name: str) -> np.ndarray:
        """Of whom a flag is met."""
        return self.number(name) == 1

    def no(self, name: str) -> np.ndarray:
        """Of whom a flag is denied."""
        return self.number(name) == 0

    def words(self, name: str) -> np.ndarray:
        """The value as text."""
        texts = np.full(len(self._frame), "", dtype=object)
        if name in self.columns:
            column = self._frame[name]
            codes, values = pd.factorize(column)
            known = np.array([as_text(value) for value in values] + [""], dtype=object)
            texts = known[codes]
        return texts


Rule = Callable[[Patients], Iterator[Doubt]]

#: The study followed every survivor for at least 8 weeks (Front Immunol 2024, doi 10.3389/fimmu.2024.1421684).
SHORTEST_FOLLOWUP_DAYS = 56
#: A temperature from which a fever is usually recorded, and below which it hardly is (°C).
FEVER_FROM_C, NO_FEVER_BELOW_C = 38.0, 37.3
#: CD4+ and CD8+ cells are CD3+ cells, up to double-positive cells and the error of two tubes.
_MOST_OF_CD3 = 1.15
#: A row with no value but its patient's number is queried when the sheet is read.
_A_LONE_VALUE = 1
#: Such a share of the rows lacks what most have.
_FEW = 0.2

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
    ("date_admission", "date_tnfi_start"),
    ("date_healing", "date_discharge", "date_death", "date_last_followup"),
)
_COUNTS = ("cd3_cells_ul", "cd4_cells_ul", "cd8_cells_ul")
_MUCOSAE = ("mucosa_oral", "mucosa_ocular", "mucosa_genital")


def doubts(patients: Patients, classes: Classes = CLASSES_OF_1993) -> Iterator[Doubt]:
    """Every doubt about single patients that concerns any.

    Parameters
    ----------
    patients : what no column of theirs holds is not missed
    classes : how the detached skin is divided into diagnoses
    """
    for doubt in _severity(patients, classes):
        if doubt.who.any():
            yield doubt
    for rule in _RULES:
        for doubt in rule(patients):
            if doubt.who.any():
                yield doubt


# ---- outcome -----------------------------------------------------------------------------------------


def _healing(p: Patients) -> Iterator[Doubt]:
    day, death = p.number("reepithelization_days"), p.number("death_day")
    has_day, known = p.there("reepithelization_days"), "reepithelization_days" in p.columns
    died, healed, unhealed = (p.are("outcome", each) for each in ("died", "healed", "not healed"))
    both = died & has_day
    problem = "The patient is said to have healed on day {:g} and to have died on a day that is lacking."
    advice = "Give the day of death: it settles which came first."
    yield Doubt("reepithelization_days", both & ~p.there("death_day"), problem, advice, values=(day,))
    problem = "The patient died on day {:g} but is said to have healed on day {:g}."
    yield Doubt("reepithelization_days", both & (death < day), problem, _LOOK_UP, values=(death, day))
    problem = "The patient healed on day {:g} and died on day {:g}; counted as healed, and as a death."
    advice = "See whether the skin had healed completely before death."
    yield Doubt("reepithelization_days", both & (death >= day), problem, advice, "warning", (day, death))
    if known:
        problem = "The patient healed, but the day is lacking."
        yield Doubt("reepithelization_days", healed & ~has_day, problem, _LOOK_UP)
    problem = "One column says that the patient healed, another denies it."
    yield Doubt("healed", (p.no("healed") & healed) | (p.yes("healed") & unhealed), problem, _LOOK_UP)
    if known:
        problem = "The patient is said to have healed and to have died, and the day of healing is lacking."
        advice = "Give the day of healing, or say that the patient had not healed."
        yield Doubt("healed", p.yes("healed") & died & ~has_day, problem, advice)


def _death(p: Patients) -> Iterator[Doubt]:
    died, dated = p.are("outcome", "died"), p.there("death_day")
    if "death_day" in p.columns:
        yield Doubt("death_day", died & ~dated, "The patient died, but the day is lacking.", _LOOK_UP)
    alive = p.there("outcome") & ~died
    for name in ("death_day", "date_death"):
        problem = "A death is dated, but the outcome is “{}”."
        yield Doubt("outcome", alive & p.there(name), problem, _LOOK_UP, values=(p.words("outcome"),))


def _after_death(p: Patients) -> Iterator[Doubt]:
    death = p.number("death_day")
    for name, what in (
        ("infection_onset_day", "An infection began on"),
        ("tnfi_start_day", "The TNF inhibitor was begun on"),
    ):
        day = p.number(name)
        problem = f"{what} day {{:g}}, after the death on day {{:g}}."
        yield Doubt(name, day > death, problem, _LOOK_UP, values=(day, death))
    given = p.number("steroid_duration_days")
    problem = "Corticosteroids were given for {:g} days, but the patient died on day {:g}."
    late = given > death + 1  # the first day may be counted as day 0 or as day 1
    yield Doubt("steroid_duration_days", late, problem, _LOOK_UP, values=(given, death))


def _followup(p: Patients) -> Iterator[Doubt]:
    end, healing, death = (p.number(f) for f in ("followup_days", "reepithelization_days", "death_day"))
    if "reepithelization_days" in p.columns:
        lost = p.are("outcome", "not healed") & ~p.there("reepithelization_days") & np.isnan(end)
        problem = "The patient had not healed, and the last follow-up is not known: left out of the curves."
        advice = "Give the day on which the patient was last seen."
        yield Doubt("followup_days", lost, problem, advice)
    for day, what in ((healing, "healed"), (death, "died")):
        problem = f"The patient {what} on day {{:g}}, after the last follow-up on day {{:g}}."
        yield Doubt("followup_days", day > end, problem, _LOOK_UP, values=(day, end))
    dated = p.there("date_death") & p.there("date_last_followup")
    problem = "The last follow-up is on day {:g}, after the death on day {:g}."
    yield Doubt("followup_days", (end > death) & ~dated, problem, _LOOK_UP, values=(end, death))
    after = p.date("date_last_followup") > p.date("date_death")
    problem = "It lies after the death ({})."
    yield Doubt("date_last_followup", after, problem, _LOOK_UP, values=(p.words("date_death"),))
    died = p.are("outcome", "died") | p.there("death_day")
    problem = (
        f"Follow-up ends on day {{:g}}, before 8 weeks (day {SHORTEST_FOLLOWUP_DAYS}), "
        "and no death is recorded: a later death would be missed."
    )
    early = (end < SHORTEST_FOLLOWUP_DAYS) & ~died & ~(healing > end)
    advice = "Look for a later visit or a date of death."
    yield Doubt("followup_days", early, problem, advice, "warning", (end,))


# ---- severity ----------------------------------------------------------------------------------------


def _severity(p: Patients, classes: Classes) -> Iterator[Doubt]:
    share, erythema = p.number("detachment_bsa_pct"), p.number("erythema_bsa_pct")
    expected = diagnoses_of(share, classes)
    for wanted in dict.fromkeys(each for each in expected.tolist() if each):
        other = (expected == wanted) & p.there("diagnosis") & ~p.are("diagnosis", wanted)
        problem = (
            f"{{:g}} % of the skin is detached, which is {schema.category_label('diagnosis', wanted)}, "
            "but the diagnosis is {}."
        )
        labels = {each: schema.category_label("diagnosis", each) for each in set(p.words("diagnosis"))}
        given = np.array([labels[each] for each in p.words("diagnosis")], dtype=object)
        advice = "See whether the initial or the largest detachment is meant."
        yield Doubt("diagnosis", other, problem, advice, values=(share, given))
    problem = "More skin is detached ({:g} %) than is red ({:g} %)."
    advice = "Erythema is meant to include the detached skin."
    yield Doubt("erythema_bsa_pct", erythema < share, problem, advice, "warning", (share, erythema))


def _scorten(p: Patients) -> Iterator[Doubt]:
    score = p.number("scorten")
    known = np.sum([p.there(item) for item in SCORTEN_ITEMS], axis=0)
    met = np.sum([p.yes(item) for item in SCORTEN_ITEMS], axis=0)
    every = known == len(SCORTEN_ITEMS)
    problem = "SCORTEN is {:g}, but {} of its seven items are met."
    off = every & (met != score) & p.there("scorten")
    yield Doubt("scorten", off, problem, _LOOK_UP, values=(score, met))
    problem = "SCORTEN is {:g}, but {} of its items are met."
    more = ~every & (met > score)
    yield Doubt("scorten", more, problem, _LOOK_UP, values=(score, met))
    zero = (score == 0) & ~off & ~more
    tumour = p.there("malignancy_type")
    problem = "SCORTEN is 0, but the malignancy alone gives 1."
    yield Doubt("scorten", zero & tumour, problem, _LOOK_UP)
    problem = "SCORTEN is 0; whoever is treated for cancer has at least 1, for the malignancy."
    yield Doubt("scorten", zero & ~tumour, problem, "See whether the malignancy was counted.", "warning")


def _scorten_items(p: Patients) -> Iterator[Doubt]:
    for item, (name, bound, side) in _ITEM_BOUNDS.items():
        value, known = p.number(name), schema.field(name)
        for above, side_of in ((value > bound, "above"), (value < bound, "below")):
            means_met = (side_of == "above") == (side == 1)
            off = above & (p.no(item) if means_met else p.yes(item))
            unit = f" {known.unit}".rstrip()
            said = "not met" if means_met else "met"
            problem = (
                f"{known.label} of {{:g}}{unit} lies {side_of} {bound:g}, but the item is said to be {said}."
            )
            yield Doubt(item, off, problem, "See whether both are of the first day.", "warning", (value,))


# ---- course ------------------------------------------------------------------------------------------


def _treatment(p: Patients) -> Iterator[Doubt]:
    alone, named = p.are("arm", "corticosteroid"), p.there("tnfi_drug")
    healed, start = p.number("reepithelization_days"), p.number("tnfi_start_day")
    problem = "The patient is in the arm with corticosteroids alone, but {} is given."
    yield Doubt("arm", alone & named, problem, _LOOK_UP, values=(p.words("tnfi_drug"),))
    problem = (
        "The patient is in the arm with corticosteroids alone, "
        "but a TNF inhibitor is said to have been begun on day {:g}."
    )
    yield Doubt("arm", alone & ~named & p.there("tnfi_start_day"), problem, _LOOK_UP, values=(start,))
    if "tnfi_drug" in p.columns:
        problem = "The patient had a TNF inhibitor, but which one is lacking."
        yield Doubt("tnfi_drug", p.are("arm", "combination") & ~named, problem, _LOOK_UP)
    dosed = p.no("ivig") & (p.number("ivig_cumulative_g_kg") > 0)
    yield Doubt("ivig", dosed, "No IVIG is recorded, but a dose of it is.", _LOOK_UP)
    problem = "The TNF inhibitor was begun on day {:g}, when the skin had healed on day {:g}."
    yield Doubt("tnfi_start_day", start >= healed, problem, _LOOK_UP, values=(start, healed))


def _doses(p: Patients) -> Iterator[Doubt]:
    dose, weight, per_kg = (
        p.number(name) for name in ("prednisone_eq_mg_day", "weight_kg", "prednisone_eq_mg_kg_day")
    )
    worked_out = dose / weight
    off = np.abs(per_kg - worked_out) > np.maximum(0.06, 0.1 * worked_out)
    problem = "{:g} mg/kg/day is given, but {:g} mg/day at {:g} kg are {:.3g} mg/kg/day."
    advice = "See whether one of them is in methylprednisolone, or of another day."
    values = (per_kg, dose, weight, worked_out)
    yield Doubt("prednisone_eq_mg_kg_day", off, problem, advice, "warning", values)
    days, total = p.number("steroid_duration_days"), p.number("cumulative_prednisone_mg")
    over = total > 1.05 * dose * (days + 1)  # the first day may be counted as day 0 or as day 1
    problem = "A cumulative dose of {:g} mg is given, but {:g} mg/day for {:g} days are {:g} mg."
    advice = "See whether the dose was raised later, or one of them is in methylprednisolone."
    values = (total, dose, days, dose * days)
    yield Doubt("cumulative_prednisone_mg", over, problem, advice, "warning", values)


def _events(p: Patients) -> Iterator[Doubt]:
    dated = p.no("infection") & p.there("infection_onset_day")
    yield Doubt("infection", dated, "No infection is recorded, but a day of it is.", _LOOK_UP)
    counted = p.number("mucosal_sites_n")
    denied = p.no("mucositis")
    problem = "No mucositis is recorded, but sites of it are."
    yield Doubt("mucositis", denied & (counted > 0), problem, _LOOK_UP)
    named = np.sum([p.yes(name) for name in _MUCOSAE], axis=0)
    problem = "{:g} mucosal sites are counted, but {} are named."
    yield Doubt("mucosal_sites_n", named > counted, problem, _LOOK_UP, values=(counted, named))
    problem = "No mucositis is recorded, but a mucosa is named."
    yield Doubt("mucositis", denied & (named > 0), problem, _LOOK_UP)
    peak = p.number("peak_temp_c")
    missed = p.no("fever") & (peak >= FEVER_FROM_C)
    problem = "No fever is recorded, but a peak of {:g} °C is."
    yield Doubt("fever", missed, problem, _LOOK_UP, "warning", (peak,))
    cool = p.yes("fever") & (peak < NO_FEVER_BELOW_C)
    problem = "A fever is recorded, but a peak of {:g} °C."
    yield Doubt("fever", cool, problem, _LOOK_UP, "warning", (peak,))


def _markers(p: Patients) -> Iterator[Doubt]:
    for marker in schema.MARKERS:
        if marker.acute in p.columns:
            problem = f"{marker.short} has a recovery value but no acute one, so the pair cannot be used."
            lone = p.there(marker.recovery) & ~p.there(marker.acute)
            yield Doubt(marker.acute, lone, problem, _LOOK_UP, "warning")
    for phase in ("acute", "recovery"):
        cd3, cd4, cd8 = (p.number(f"{count}_{phase}") for count in _COUNTS)
        problem = "CD4+ and CD8+ cells ({:g}) are more than all CD3+ cells ({:g})."
        more = cd4 + cd8 > _MOST_OF_CD3 * cd3
        advice = "See whether one of them is a percentage."
        yield Doubt(f"cd3_cells_ul_{phase}", more, problem, advice, values=(cd4 + cd8, cd3))


# ---- dates -------------------------------------------------------------------------------------------


def _dates(p: Patients) -> Iterator[Doubt]:
    for earlier, later in combinations(_DATE_ORDER, 2):
        for first in earlier:
            for second in later:
                problem = f"{schema.field(first).label} ({{}}) lies after it."
                late = p.date(first) > p.date(second)
                if late.any():
                    yield Doubt(second, late, problem, _LOOK_UP, values=(p.words(first),))
    start = p.date("date_steroid_start")
    for name in ("date_healing", "date_death", "date_steroid_stop"):
        early = p.date(name) < start
        if early.any():
            problem = "It lies before the first steroid dose ({})."
            yield Doubt(name, early, problem, _LOOK_UP, values=(p.words("date_steroid_start"),))


def _healed_before_onset(p: Patients) -> Iterator[Doubt]:
    """Healing counted in days, where the dates say that this day came before the disease."""
    start, onset, day = p.date("date_steroid_start"), p.date("date_onset"), p.number("reepithelization_days")
    with np.errstate(invalid="ignore"):
        to_onset = (onset - start) / np.timedelta64(1, "D")
    early = (day < to_onset) & ~p.there("date_healing")
    if early.any():
        problem = "Day {:g} after the first steroid dose ({}) lies before the onset ({})."
        values = (day, p.words("date_steroid_start"), p.words("date_onset"))
        yield Doubt("reepithelization_days", early, problem, _LOOK_UP, values=values)


def _recovery_sample(p: Patients) -> Iterator[Doubt]:
    sample = p.date("date_recovery_sample")
    exchanged = np.zeros(len(sample), dtype=bool)
    asked = np.zeros(len(sample), dtype=bool)
    for acute in ("date_admission", "date_onset"):
        early = (sample <= p.date(acute)) & ~asked
        asked |= p.there(acute)
        exchanged |= early
        problem = (
            "The recovery sample is not later than the acute phase: "
            f"{schema.field(acute).label.lower()} is {{}}."
        )
        advice = "See whether the two samples were exchanged."
        yield Doubt("date_recovery_sample", early, problem, advice, values=(p.words(acute),))
    unstable = (sample < p.date("date_stabilization")) & ~exchanged
    problem = "The recovery sample was taken before the disease was stable ({})."
    advice = "See whether it is a sample of the recovery."
    values = (p.words("date_stabilization"),)
    yield Doubt("date_recovery_sample", unstable, problem, advice, "warning", values)
    problem = "The recovery sample is dated after the death ({})."
    late = sample > p.date("date_death")
    yield Doubt("date_recovery_sample", late, problem, _LOOK_UP, values=(p.words("date_death"),))


def _summaries(p: Patients) -> Iterator[Doubt]:
    names = p.words("patient_id")
    odd = np.array([bool(SUMMARY.fullmatch(name) or NOTE.match(name)) for name in names], dtype=bool)
    problem = "This row looks like a summary or a note; it was counted as a patient."
    yield Doubt("patient_id", odd, problem, "Delete the row from the sheet if it is none.", "warning")
    bare = np.array([bool(name) and is_bare(name) for name in names], dtype=bool) & ~odd
    values = np.sum([p.there(name) for name in p.columns], axis=0)
    advice = "Delete the row from the sheet if it is none."
    if are_numbered(names):
        problem = "A word stands where the others have a number: this may be a subtotal. It was counted as a patient."
        yield Doubt("patient_id", bare & (values > _A_LONE_VALUE), problem, advice, "warning")
        return
    nobody = ~p.there("sex") & ~p.there("arm")
    problem = (
        "Sex and arm are empty, which most rows have: this may be a subtotal. It was counted as a patient."
    )
    if nobody.mean() < _FEW:
        yield Doubt("patient_id", bare & nobody & (values > _A_LONE_VALUE + 1), problem, advice, "warning")


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
