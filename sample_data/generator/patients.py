"""Who the patients are: the pinned values, and the bedside measurements that must agree with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

#: Values that the study's printed numbers force (or that were set by hand), one row a patient.
PINNED = Path(__file__).with_name("pinned.csv")

ADVERSE_EVENTS = ("dic", "gi_bleeding", "respiratory_failure", "organ_failure_other")

#: Measurement behind each laboratory item of SCORTEN: the range that scores a point, the range that does not,
#: and decimals. Bastuji-Garin 2000, doi 10.1046/j.1523-1747.2000.00061.x: heart rate >= 120 /min,
#: urea > 10 mmol/L, glucose > 14 mmol/L, bicarbonate < 20 mmol/L.
SCORTEN_MEASUREMENTS = {
    "hr": ("heart_rate", (121, 138), (78, 114), 0),
    "bun": ("urea_mmol_l", (10.6, 16.0), (3.4, 9.2), 1),
    "glucose": ("glucose_mmol_l", (14.4, 19.5), (4.8, 11.5), 1),
    "hco3": ("bicarbonate_mmol_l", (15.5, 19.4), (21.0, 27.5), 1),
}

CHECKPOINT_TARGET = {"durvalumab": "PD-L1", "ipilimumab": "CTLA-4"}


def pinned() -> pd.DataFrame:
    """The pinned values; a blank cell stays missing and whole numbers stay whole."""
    return pd.read_csv(PINNED).convert_dtypes(convert_string=False, convert_boolean=False)


def complete(core: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """``core`` with everything that follows from it, and the measurements that its SCORTEN items need."""
    frame = core.drop(columns=["scorten_laboratory_items", "mucosal_sites", "other_adverse_events"])
    frame["weight_kg"] = (core["bmi"] * (core["height_cm"] / 100) ** 2).round(1)
    frame["ici_class"] = core["ici_drug"].map(CHECKPOINT_TARGET).fillna("PD-1")
    frame["tumor_stage"] = rng.choice(["III", "IV"], len(core), p=[0.25, 0.75])
    frame["tnfi_drug"] = core["diagnosis"].map({"SJS": "etanercept", "TEN": "infliximab"})
    frame.loc[core["arm"] != "combination", "tnfi_drug"] = None
    frame["fever"] = _flag(core["peak_temp_c"].notna())
    frame["nikolsky"] = _flag((core["diagnosis"] == "TEN") | (rng.random(len(core)) < 0.4))
    frame["healed"] = _flag(core["outcome"] == "healed")
    frame["ivig"] = _flag(core["ivig_cumulative_g_kg"].notna())
    frame["infection"] = _flag(core["infection_onset_day"].notna())
    _add_mucosa(frame, core["mucosal_sites"])
    for event in ADVERSE_EVENTS:
        frame[event] = _flag(_mentions(core["other_adverse_events"], event))
    _add_doses(frame)
    _add_scorten(frame, core["scorten_laboratory_items"], rng)
    return frame


def predicted_mortality(scorten: pd.Series) -> pd.Series:
    """Risk of death in percent: e^L / (1 + e^L), L = -4.448 + 1.237 SCORTEN (Bastuji-Garin 2000)."""
    return 100 / (1 + np.exp(4.448 - 1.237 * scorten))


def _add_mucosa(frame: pd.DataFrame, sites: pd.Series) -> None:
    for site in ("oral", "ocular", "genital"):
        frame[f"mucosa_{site}"] = _flag(_mentions(sites, site))
    frame["mucosal_sites_n"] = sites.fillna("").str.split().str.len()
    frame["mucositis"] = _flag(frame["mucosal_sites_n"] > 0)


def _add_doses(frame: pd.DataFrame) -> None:
    # 4 mg of methylprednisolone do what 5 mg of prednisone do.
    frame["methylprednisolone_mg_day"] = frame["prednisone_eq_mg_day"] * 4 // 5
    frame["prednisone_eq_mg_kg_day"] = (frame["prednisone_eq_mg_day"] / frame["weight_kg"]).round(1)


def _add_scorten(frame: pd.DataFrame, items: pd.Series, rng: np.random.Generator) -> None:
    frame["scorten_age"] = _flag(frame["age_years"] >= 40)
    frame["scorten_malignancy"] = "yes"  # every patient was treated for cancer
    frame["scorten_bsa"] = _flag(frame["detachment_bsa_pct"] >= 10)
    for item, (measurement, scored, unscored, decimals) in SCORTEN_MEASUREMENTS.items():
        point = _mentions(items, item)
        value = np.where(point, rng.uniform(*scored, len(frame)), rng.uniform(*unscored, len(frame)))
        frame[measurement] = value.round(decimals)
        frame[f"scorten_{item}"] = _flag(point)
    frame["creatinine_umol_l"] = (32 + 5.5 * frame["urea_mmol_l"] + rng.normal(0, 9, len(frame))).round()
    frame["predicted_mortality_pct"] = predicted_mortality(frame["scorten"]).round(2)


def _mentions(words: pd.Series, word: str) -> pd.Series:
    return words.fillna("").str.split().map(lambda found: word in found)


def _flag(condition: pd.Series) -> pd.Series:
    return pd.Series(np.where(condition, "yes", "no"), index=condition.index)
