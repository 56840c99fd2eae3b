"""Recovery: every pair is used or left out for one reason, and headline, caption and ledger count alike."""

import io
import re
from itertools import product

import numpy as np
import openpyxl
import pytest

from iren_core import read_cohort
from iren_core.analyses import recovery
from iren_core.analyses.recovery.pairs import (
    BEYOND_LIMIT,
    CHANGES,
    DECEASED,
    LAST_BEFORE_DEATH,
    ON_LOADING,
)
from iren_core.share_safe import share_safe

CRP = "crp_mg_l"
#: What may stand in a cell: numbers, limits, what cannot be used (unclear, impossible), nothing.
CELLS = ["12", "40", "55", "8", "<5", ">200", "1O", "99999", "", "k.A."]
UNUSABLE, EMPTY = {"1O", "99999"}, {"", "k.A."}


@pytest.fixture(scope="module", params=range(12))
def random_rows(request):
    """Sixty patients at random: two arms and a few without one, four in ten dead."""
    random = np.random.default_rng(request.param)
    n = 60
    return {
        "patient_id": [f"p{number}" for number in range(n)],
        "arm": random.choice(["combination", "corticosteroid", ""], n, p=[0.45, 0.45, 0.1]).tolist(),
        "outcome": random.choice(["died", "healed"], n, p=[0.4, 0.6]).tolist(),
        f"{CRP}_acute": random.choice(CELLS, n).tolist(),
        f"{CRP}_recovery": random.choice(CELLS, n).tolist(),
    }


def counted(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    ("deceased", "beyond", "change"), list(product(DECEASED, ("left out", "limit itself"), CHANGES))
)
def test_used_and_left_out_make_the_pairs_of_the_file(cohort_of, random_rows, deceased, beyond, change):
    settings = recovery.Settings(marker=CRP, deceased=deceased, beyond_limit=beyond, change=change)
    cohort = cohort_of(random_rows)
    result = recovery.analyse(cohort, settings)
    card = recovery.card(cohort, settings)
    columns = [random_rows[name] for name in ("arm", f"{CRP}_acute", f"{CRP}_recovery", "outcome")]
    patients = [row for row in zip(*columns, strict=True) if row[0]]
    pairs = [row for row in patients if not {row[1], row[2]} & EMPTY]
    used = sum(len(group.patients) for group in result.groups)
    last, loading, limit = (
        sum(result.left_out_for(reason)) for reason in (LAST_BEFORE_DEATH, ON_LOADING, BEYOND_LIMIT)
    )
    # the ledger holds every patient of a group once
    assert used + sum(count for group in result.groups for count in group.ledger.values()) == len(patients)
    # every pair of the file is used or left out for one reason, death first
    assert used + last + loading + limit == len(pairs)
    dead = [row for row in pairs if row[3] == "died"]
    assert last == (len(dead) if deceased == "left out" else 0)
    others = [row for row in pairs if row[3] != "died" or deceased == "counted"]
    assert loading == sum(bool({row[1], row[2]} & UNUSABLE) for row in others)
    # the headline says the same
    assert counted(r"(\d+) pairs? with a value known only", card.finding) == limit
    assert counted(r"(\d+) pairs? with a value left out on loading", card.finding) == loading
    assert counted(r"(\d+) pairs? of patients who died", card.finding) == last
    # and so does the caption
    assert counted(r"^(\d+) of", card.caption) == used
    assert counted(r"(\d+) lacks? one", card.caption) == len(patients) - len(pairs)
    assert counted(r"(\d+) with a value known only", card.caption) == limit
    assert counted(r"(\d+) with a value left out on loading", card.caption) == loading
    assert counted(r"(\d+) whose second sample", card.caption) == last
    told = " ".join(card.notes)
    assert counted(r"(\d+) pairs? fell out because", told) == loading
    either = counted(r"(\d+) pairs? of these would stay out either way", told)
    assert counted(r"\((\d+) pairs? of these for another reason", card.finding) == (
        either if deceased == "left out" else 0
    )


def test_a_value_left_out_on_loading_is_no_value_that_was_not_drawn(cohort_of):
    cohort = cohort_of(
        {
            "patient_id": list("abcdef"),
            "arm": ["combination"] * 6,
            "outcome": ["healed"] * 5 + ["died"],
            "il6_pg_ml_acute": ["30", "20", "5O", "40", "6O", "7O"],
            "il6_pg_ml_recovery": ["5", "8", "6", "-4", "-4", ""],
        }
    )
    result = recovery.analyse(cohort, recovery.Settings(marker="il6_pg_ml"))
    assert result.incomplete[["patient", "missing", "reason"]].to_numpy().tolist() == [
        ["c", "acute", ON_LOADING],
        ["d", "recovery", ON_LOADING],
        ["e", "both", ON_LOADING],
        ["f", "recovery", "died"],
    ]
    assert cohort.left_out.to_numpy().tolist() == [
        [4, "il6_pg_ml_acute"],
        [6, "il6_pg_ml_acute"],
        [7, "il6_pg_ml_acute"],
        [5, "il6_pg_ml_recovery"],
        [6, "il6_pg_ml_recovery"],
    ]
    for view in ("one marker", "all markers"):
        card = recovery.card(cohort, recovery.Settings(marker="il6_pg_ml", view=view))
        assert any("3 pairs fell out because a value that the file gives" in note for note in card.notes)
    shared = share_safe(recovery.card(cohort, recovery.Settings(marker="il6_pg_ml")), list("abcdef"))
    assert "<5 pairs fell out" in " ".join(shared.notes)


def test_a_cell_that_shows_an_error_was_not_left_undrawn():
    book = openpyxl.Workbook()
    for row in (
        ["id", "arm", "CRP acute", "CRP recovery"],
        ["a", "steroid", 40, 5],
        ["b", "steroid", 50, "#DIV/0!"],
    ):
        book.active.append(row)
    book.active["D3"].data_type = "e"
    stream = io.BytesIO()
    book.save(stream)
    cohort = read_cohort(stream.getvalue(), "cohort.xlsx")
    result = recovery.analyse(cohort, recovery.Settings(marker=CRP))
    assert result.incomplete[["row", "missing", "reason"]].to_numpy().tolist() == [
        [3, "recovery", ON_LOADING]
    ]
