"""Fields that follow from others: filled where they are lacking, compared where they are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.intake.codings import HEALING_FIELDS, says_unhealed
from iren_core.intake.convert import categorical, impossible
from iren_core.intake.same_day import DATE_OF_DAY, DAY_ZERO
from iren_core.intake.table import Problem, RawTable
from iren_core.intake.values import as_text, is_missing, plain

#: Epidermal detachment in % of body surface (Bastuji-Garin 1993, doi 10.1001/archderm.1993.01680220104023).
SJS_BELOW_PCT = 10.0
TEN_ABOVE_PCT = 30.0
#: 4 mg of methylprednisolone count as 5 mg of prednisone, as in the study (80 mg are 100 mg).
PREDNISONE_PER_METHYLPREDNISOLONE = 1.25
SCORTEN_ITEMS = tuple(
    f"scorten_{item}" for item in ("age", "malignancy", "hr", "bsa", "bun", "glucose", "hco3")
)


@dataclass(frozen=True)
class Derivation:
    """A field that follows from others.

    needs : every one of these fields must be there
    tolerance : how far a given value may lie from the derived one unqueried; ``None`` never queries
    relative : how far as a share of the derived one, where that is farther
    said : the assumption, as a sentence, with the number of patients put before it
    """

    field: str
    needs: tuple[str, ...]
    compute: Callable[[pd.DataFrame], np.ndarray]
    tolerance: float | None
    said: str
    relative: float = 0.0


@dataclass(frozen=True)
class Classes:
    """How the detached skin is divided into diagnoses.

    ten_from_30 : 30 % itself is TEN, as some Chinese series have it; in the definition of 1993 it is overlap
    overlap_is_ten : two classes, the overlap counted as TEN
    """

    ten_from_30: bool = False
    overlap_is_ten: bool = False

    def __str__(self) -> str:
        """In words: "SJS below 10 %, overlap 10 to 30 %, TEN above 30 %"."""
        if self.overlap_is_ten:
            return "SJS below 10 %, TEN from 10 %"
        if self.ten_from_30:
            return "SJS below 10 %, overlap from 10 to below 30 %, TEN from 30 %"
        return "SJS below 10 %, overlap 10 to 30 %, TEN above 30 %"


CLASSES_OF_1993 = Classes()


def diagnosis_of(detachment_pct: float, classes: Classes = CLASSES_OF_1993) -> str | None:
    """SJS below 10 %, overlap from 10 to 30 %, TEN above 30 % detached; ``None`` when unknown.

    >>> [diagnosis_of(share) for share in (9.9, 10, 30, 30.1)]
    ['SJS', 'overlap', 'overlap', 'TEN']
    >>> diagnosis_of(30, Classes(ten_from_30=True)), diagnosis_of(10, Classes(overlap_is_ten=True))
    ('TEN', 'TEN')
    """
    if np.isnan(detachment_pct):
        return None
    if detachment_pct < SJS_BELOW_PCT:
        return "SJS"
    at_limit = classes.ten_from_30 and detachment_pct == TEN_ABOVE_PCT
    return "TEN" if detachment_pct > TEN_ABOVE_PCT or at_limit or classes.overlap_is_ten else "overlap"


def diagnoses_of(detachment_pct: np.ndarray, classes: Classes = CLASSES_OF_1993) -> np.ndarray:
    """``diagnosis_of`` each share, shape (n,)."""
    codes, shares = pd.factorize(detachment_pct)
    known = np.array([*(diagnosis_of(share, classes) for share in shares), None], dtype=object)
    return known[codes]


def derive(
    frame: pd.DataFrame,
    headers: Mapping[str, str],
    table: RawTable,
    without_tnfi: np.ndarray | None,
    classes: Classes = CLASSES_OF_1993,
) -> tuple[pd.DataFrame, list[str], list[Problem]]:
    """Fill fields that follow from others; nothing that the file says is overwritten.

    A cell that says something which could not be used (an unexplained code, say) is not filled either.

    Parameters
    ----------
    headers : field -> the column of the file that holds it
    table : the raw table, which knows the cells that are really empty
    without_tnfi : the patients of whom the file says that no TNF inhibitor was given, shape (n,)

    Returns
    -------
    the frame in the order of the data dictionary, sentences on what was derived, and the mismatches
    """
    columns = {name: frame[name] for name in frame}
    assumptions: list[str] = []
    if classes != CLASSES_OF_1993 and {"diagnosis", "detachment_bsa_pct"} <= columns.keys():
        assumptions.append(
            f"Diagnosis and detachment were compared by other classes than those of 1993: {classes}."
        )
    problems: list[Problem] = []
    for rule in (_diagnosis_by(classes), *_DERIVATIONS, *_cumulative(headers), *_latency(columns, headers)):
        if all(name in columns for name in rule.needs):
            derived = rule.compute(pd.DataFrame(columns, index=frame.index))
            given = columns.get(rule.field)
            usable = derived.copy()
            usable[_spoken_for(rule.field, headers, table)] = None
            filled, count = _filled(rule.field, given, usable)
            if count:
                columns[rule.field] = pd.Series(filled, index=frame.index)
                assumptions.append(f"In {count} patient{'s' if count > 1 else ''} {rule.said}")
            if given is not None and rule.tolerance is not None:
                problems.extend(_mismatches(rule, given, derived, headers))
    if (arm := _arm(columns, without_tnfi)) is not None:
        arm[_spoken_for("arm", headers, table)] = None
        filled, count = _filled("arm", columns.get("arm"), arm)
        if count:
            columns["arm"] = pd.Series(filled, index=frame.index)
            said = "the arm was taken from the drugs (a corticosteroid, with or without a TNF inhibitor)."
            assumptions.append(f"In {count} patient{'s' if count > 1 else ''} {said}")
    denied = unhealed(headers, table)
    if (outcome := _outcome(columns, denied)) is not None:
        outcome[_spoken_for("outcome", headers, table)] = None
        filled, count = _filled("outcome", columns.get("outcome"), outcome)
        if count:
            columns["outcome"] = pd.Series(filled, index=frame.index)
            said = "the outcome was taken from what is told of death and healing."
            assumptions.append(f"In {count} patient{'s' if count > 1 else ''} {said}")
    ordered = {name: columns[name] for name in schema.fields() if name in columns}
    return pd.DataFrame(ordered, index=frame.index), assumptions, problems


def _spoken_for(name: str, headers: Mapping[str, str], table: RawTable) -> np.ndarray:
    """The patients for whom the file itself says something about a field, usable or not."""
    if name not in headers:
        return np.zeros(len(table.rows), dtype=bool)
    cells = table.distinct(table.columns.index(headers[name]))
    return cells.spread((not is_missing(cell) for cell in cells.values), bool)


def _filled(
    name: str, given: pd.Series | None, derived: np.ndarray
) -> tuple[np.ndarray | pd.Categorical, int]:
    known = schema.field(name)
    if known.kind != "category":
        # A value that cannot be right is not derived: the fields it follows from are queried instead.
        derived = np.where(impossible(known, derived.astype(float)), np.nan, derived)
    if given is None:
        filled, before = derived.copy(), 0
    else:
        values = given.to_numpy(dtype=object if known.kind == "category" else float)
        filled, before = np.where(pd.isna(values), derived, values), int(pd.notna(values).sum())
    count = int(pd.notna(filled).sum()) - before
    if known.kind == "category":
        filled[pd.isna(filled)] = None
        return categorical(known, filled), count
    return filled, count


def _mismatches(
    rule: Derivation, given: pd.Series, derived: np.ndarray, headers: Mapping[str, str]
) -> list[Problem]:
    known = schema.field(rule.field)
    values = given.to_numpy(dtype=float)
    far = np.abs(values - derived) > np.maximum(rule.tolerance or 0.0, rule.relative * derived)
    sources = " and ".join(schema.field(name).label.lower() for name in rule.needs)
    return [
        Problem(
            int(row),
            headers.get(rule.field, rule.field),
            as_text(value),
            f"{known.label} is given as {value:g}, but {sources} give {other:.4g}. The given value was kept.",
            "Find out which is right.",
            "warning",
        )
        for row, value, other in zip(given.index[far], values[far], derived[far], strict=True)
    ]


def _days_between(end: str, start: str = "date_steroid_start") -> Callable[[pd.DataFrame], np.ndarray]:
    def compute(frame: pd.DataFrame) -> np.ndarray:
        return (frame[end] - frame[start]).dt.days.to_numpy(dtype=float)

    return compute


def _bmi(frame: pd.DataFrame) -> np.ndarray:
    return np.round((frame["weight_kg"] / (frame["height_cm"] / 100) ** 2).to_numpy(dtype=float), 1)


def _diagnosis_by(classes: Classes) -> Derivation:
    def compute(frame: pd.DataFrame) -> np.ndarray:
        return diagnoses_of(frame["detachment_bsa_pct"].to_numpy(dtype=float), classes)

    said = f"the diagnosis was taken from the detachment ({classes})."
    return Derivation("diagnosis", ("detachment_bsa_pct",), compute, None, said)


def _scorten(frame: pd.DataFrame) -> np.ndarray:
    """The number of items met; missing where one item is."""
    items = np.array(
        [frame[name].astype("Float64").to_numpy(float, na_value=np.nan) for name in SCORTEN_ITEMS]
    )
    return items.sum(axis=0)


def _prednisone_equivalent(frame: pd.DataFrame) -> np.ndarray:
    """Missing where no methylprednisolone was given: another corticosteroid may have been."""
    dose = frame["methylprednisolone_mg_day"].to_numpy(dtype=float)
    return np.where(dose > 0, dose * PREDNISONE_PER_METHYLPREDNISOLONE, np.nan)


def _per_kg(frame: pd.DataFrame) -> np.ndarray:
    return np.round((frame["prednisone_eq_mg_day"] / frame["weight_kg"]).to_numpy(dtype=float), 2)


def _arm(columns: Mapping[str, pd.Series], without_tnfi: np.ndarray | None) -> np.ndarray | None:
    """Combination where a TNF inhibitor is named, corticosteroid where it is denied; both need a corticosteroid."""
    given = [name for name in ("methylprednisolone_mg_day", "prednisone_eq_mg_day") if name in columns]
    if without_tnfi is None or not (given or "date_steroid_start" in columns):
        return None
    steroid = np.any([columns[name].to_numpy(dtype=float) > 0 for name in given], axis=0)
    if "date_steroid_start" in columns:
        steroid |= columns["date_steroid_start"].notna().to_numpy()
    arm = np.full(len(without_tnfi), None, dtype=object)
    arm[steroid & columns["tnfi_drug"].notna().to_numpy()] = "combination"
    arm[steroid & without_tnfi] = "corticosteroid"
    return arm


def unhealed(headers: Mapping[str, str], table: RawTable) -> np.ndarray:
    """The patients of whom a column for the day of healing says in words that they had not healed, shape (n,)."""
    denied = np.zeros(len(table.rows), dtype=bool)
    for name in HEALING_FIELDS:
        if name in headers:
            cells = table.distinct(table.columns.index(headers[name]))
            denied |= cells.spread(map(says_unhealed, cells.values), bool)
    return denied


def _outcome(columns: Mapping[str, pd.Series], denied: np.ndarray) -> np.ndarray | None:
    """Died where a death is dated, else healed where healing is told, else not healed where it is denied."""
    died = [name for name in ("death_day", "date_death") if name in columns]
    told = [name for name in ("reepithelization_days", "date_healing") if name in columns]
    flag = columns.get("healed")
    if not died and not told and flag is None:
        return None
    outcome = np.full(len(denied), None, dtype=object)
    outcome[denied] = "not healed"
    if flag is not None:
        outcome[flag.eq(False).fillna(False).to_numpy(dtype=bool)] = "not healed"
        outcome[flag.fillna(False).to_numpy(dtype=bool)] = "healed"
    for name in told:
        outcome[columns[name].notna().to_numpy()] = "healed"
    for name in died:
        outcome[columns[name].notna().to_numpy()] = "died"
    return outcome


def _cumulative(headers: Mapping[str, str]) -> list[Derivation]:
    """Dose times days, where the header says that the dose is a mean.

    A first or highest dose is tapered: in the sample the cumulative dose is half of it times the days, so that nothing
    follows from it but a bound (see ``rules``).
    """
    given = [headers.get(name, "") for name in ("prednisone_eq_mg_day", "methylprednisolone_mg_day")]
    if not any(_MEAN.search(plain(header)) for header in given):
        return []
    needs = ("prednisone_eq_mg_day", "steroid_duration_days")
    said = "the cumulative prednisone-equivalent dose was worked out as mean daily dose × days."
    return [Derivation("cumulative_prednisone_mg", needs, _dose_times_days, 50.0, said, relative=0.05)]


def _dose_times_days(frame: pd.DataFrame) -> np.ndarray:
    return (frame["prednisone_eq_mg_day"] * frame["steroid_duration_days"]).to_numpy(dtype=float)


def _latency(columns: Mapping[str, pd.Series], headers: Mapping[str, str]) -> list[Derivation]:
    """Days from the checkpoint inhibitor to the onset: from its first dose, or from its last where the file means that.

    It means the last dose where the header says so, where only that is dated, or where more of the given values agree
    with it.
    """
    doses = [name for name in ("date_ici_first", "date_ici_last") if name in columns]
    if not doses or "date_onset" not in columns:
        return []
    header = plain(headers.get("latency_days", ""))
    frame = pd.DataFrame({name: columns[name] for name in (*doses, "date_onset")})
    given = columns.get("latency_days", pd.Series(np.nan, index=frame.index)).to_numpy(dtype=float)
    fits = {dose: (np.abs(_days_between("date_onset", dose)(frame) - given) <= 1).sum() for dose in doses}
    start = max(doses, key=lambda dose: fits[dose])  # the first dose where they agree equally
    for dose, words in _DOSE_WORDS.items():
        if dose in doses and words.search(header):
            start = dose
    which = "first" if start == "date_ici_first" else "last"
    said = f"the latency was counted from the {which} dose of the checkpoint inhibitor to the onset."
    return [Derivation("latency_days", (start, "date_onset"), _days_between("date_onset", start), 1.0, said)]


def _since_steroids(field: str, what: str) -> Derivation:
    date, said = DATE_OF_DAY[field], f"{what} was counted from the dates, day 0 being the first steroid dose."
    return Derivation(field, (date, DAY_ZERO), _days_between(date), 1.0, said)


#: Words by which a header says that a dose is the mean over the days, and from which dose a latency runs.
_MEAN = re.compile(r"\b(?:mean|average|avg)\b|平均")
_DOSE_WORDS = {
    "date_ici_first": re.compile(r"\b(?:first|start|initiation)\b|首次|首剂"),
    "date_ici_last": re.compile(r"\b(?:last|latest)\b|末次|最后"),
}

_DERIVATIONS: tuple[Derivation, ...] = (
    Derivation(
        "bmi",
        ("height_cm", "weight_kg"),
        _bmi,
        0.6,
        "the body mass index was worked out from height and weight.",
    ),
    _since_steroids("reepithelization_days", "the time to re-epithelization"),
    _since_steroids("death_day", "the day of death"),
    _since_steroids("followup_days", "the follow-up"),
    _since_steroids("tnfi_start_day", "the day of the first TNF inhibitor"),
    _since_steroids("steroid_duration_days", "the duration of corticosteroids"),
    Derivation(
        "hospital_days",
        ("date_admission", "date_discharge"),
        _days_between("date_discharge", "date_admission"),
        1.0,
        "the stay in hospital was counted from admission to discharge.",
    ),
    Derivation("scorten", SCORTEN_ITEMS, _scorten, None, "SCORTEN was counted from its seven items."),
    Derivation(
        "prednisone_eq_mg_day",
        ("methylprednisolone_mg_day",),
        _prednisone_equivalent,
        1.0,
        "the prednisone equivalent was worked out from methylprednisolone (× 1.25).",
    ),
    Derivation(
        "prednisone_eq_mg_kg_day",
        ("prednisone_eq_mg_day", "weight_kg"),
        _per_kg,
        None,  # compared with the given dose in ``rules``
        "the dose per kg was worked out from the prednisone equivalent and the weight.",
    ),
)
