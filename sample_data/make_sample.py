"""Write the sample cohort: ``python sample_data/make_sample.py [folder]``. Two runs write the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from generator.course import with_dates
from generator.markers import with_markers
from generator.patients import complete, pinned

from iren_core.schema import fields

HERE = Path(__file__).parent
SEED = 20240
DATA_ORIGIN = "synthetic, not a real patient"


def cohort() -> pd.DataFrame:
    """The 32 synthetic patients: canonical column names in the order of the data dictionary."""
    frame = complete(pinned(), np.random.default_rng([SEED, 1]))
    frame = with_dates(frame, np.random.default_rng([SEED, 2]))
    frame = with_markers(frame, np.random.default_rng([SEED, 3]))
    frame["data_origin"] = DATA_ORIGIN
    return frame[[name for name in fields() if name in frame]]


def main(folder: Path) -> None:
    """Write every sample file into ``folder``."""
    frame = cohort()
    frame.to_csv(folder / "iren_cohort.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
