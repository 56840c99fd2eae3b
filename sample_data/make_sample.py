"""Write the sample cohort: ``python sample_data/make_sample.py [folder]``. Two runs write the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from generator.course import with_dates
from generator.markers import with_markers
from generator.patients import complete, pinned
from generator.workbooks import messy_xlsx, sample_xlsx

from iren_core.intake.template import template_xlsx
from iren_core.schema import fields

HERE = Path(__file__).parent
SEED = 20240
DATA_ORIGIN = "synthetic, not a real patient"

#: A few gaps, as every clinic has them; none in a column on which the study prints a number.
NOT_RECORDED = {
    "tumor_stage": ("S24",),
    "nikolsky": ("S08", "S22"),
    "eosinophils": ("S05", "S19", "S30"),
    "alt_u_l": ("S13",),
    "creatinine_umol_l": ("S26",),
}


def cohort() -> pd.DataFrame:
    """The 32 synthetic patients: canonical column names in the order of the data dictionary."""
    frame = complete(pinned(), np.random.default_rng([SEED, 1]))
    frame = with_dates(frame, np.random.default_rng([SEED, 2]))
    frame = with_markers(frame, np.random.default_rng([SEED, 3]))
    frame["data_origin"] = DATA_ORIGIN
    for column, patients in NOT_RECORDED.items():
        frame.loc[frame["patient_id"].isin(patients), column] = None
    return frame[[name for name in fields() if name in frame]].convert_dtypes(convert_string=False)


def main(folder: Path) -> None:
    """Write every sample file into ``folder``."""
    frame = cohort()
    frame.to_csv(folder / "iren_cohort.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
    (folder / "iren_cohort.xlsx").write_bytes(sample_xlsx(frame))
    (folder / "iren_cohort_messy.xlsx").write_bytes(messy_xlsx(frame))
    (folder / "template.xlsx").write_bytes(template_xlsx())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
