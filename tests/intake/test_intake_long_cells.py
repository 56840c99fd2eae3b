"""A cell may hold 32,767 characters of anything: what looks for meaning in cells answers, and finds none in these.

Nothing is timed. An expression that takes one blank after another for its beginning would not come to an end here.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest

from iren_core import schema
from iren_core.intake import assemble, match_columns, read_table
from iren_core.intake.checkpoint_inhibitors import drugs_named
from iren_core.intake.codings import field_told, read_coding, read_in_part, says_unhealed
from iren_core.intake.headers import read_header
from iren_core.intake.longform.specimens import of_other_specimen, specimen_of
from iren_core.intake.longform.times import number_of_visit, phases_of, share_of_day
from iren_core.intake.match import field_called, recognised
from iren_core.intake.outcomes import day_told, outcome_of
from iren_core.intake.rows_without_patients import named_group, named_groups, reads_like_summary
from iren_core.intake.second_headers import names_among
from iren_core.intake.treatment import arm_of, names_biologic, names_more
from iren_core.intake.values import decimal_mark, plain, read_date, read_number, without_flag

MOST = 30_000
CELLS = {
    "blanks behind a number": f"63{' ' * MOST}x",
    "blanks between numbers": f"1{' ' * MOST}y1",
    "blanks behind an outcome": f"died{' ' * MOST}x(",
    "blanks before a footnote": f"died x{' ' * MOST}.",
    "digits": f"{'1' * MOST}x",
    "letters": "a" * MOST,
    "words": "ab " * (MOST // 3),
    "characters": "激" * MOST,
    "numbers and strokes": f"{'1/' * (MOST // 2)}x",
    "numbers and commas": f"{'1,' * (MOST // 2)}x",
    "points": f"1{'.' * MOST}x",
    "dashes": "-" * MOST,
    "brackets": "(" * MOST,
    "arrows": "↑" * MOST,
    "pairs of codes": "1=" * (MOST // 2),
}
#: How a cell is looked at -> what is found.
FOUND = {
    "a number": (lambda cell: [read_number(cell, unit).value for unit in ("g/l", "days", "%")], [None] * 3),
    "a score": (lambda cell: read_number(cell, "").value, None),
    "a decimal mark": (lambda cell: decimal_mark([cell, "3,9"]), "comma"),
    "a laboratory's mark": (lambda cell: without_flag(cell)[1], ""),
    "a date": (lambda cell: read_date(cell, "day first").value, None),
    "an hour": (lambda cell: share_of_day(cell, alone=True), None),
    "an outcome": (lambda cell: outcome_of(plain(cell)), None),
    "a day of death": (lambda cell: math.isnan(day_told(plain(cell))), True),
    "healing": (says_unhealed, False),
    "a remark": (lambda cell: read_in_part(schema.field("infection"), plain(cell)), False),
    "an arm": (lambda cell: arm_of(plain(cell)), None),
    "a biologic": (lambda cell: names_biologic(plain(cell)), False),
    "a further drug": (lambda cell: names_more(plain(cell)), False),
    "a further drug beside steroids": (lambda cell: names_more(plain(f"steroid {cell}")), True),
    "checkpoint inhibitors": (drugs_named, None),
    "checkpoint inhibitors and more": (lambda cell: drugs_named(f"nivolumab {cell}x"), None),
    "a field by its words": (lambda cell: field_told([cell]), None),
    "a specimen": (specimen_of, "unknown"),
    "a test of urine": (of_other_specimen, False),
    "the number of a visit": (number_of_visit, None),
    "phases": (lambda cell: len(phases_of(pd.Series([cell, "acute", "recovery"]))), 2),
    "a group": (named_group, None),
    "groups": (named_groups, []),
    "a summary": (reads_like_summary, False),
    "a header": (recognised, False),
    "a header's field": (field_called, None),
    "headers among patients": (lambda cell: names_among([cell], ["ID", "Age"]), []),
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize(("look", "found"), FOUND.values(), ids=FOUND)
def test_long_cells_mean_nothing(look, found, cell):
    assert look(cell) == found


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_long_cells_are_no_known_category(cell):
    for field in (
        schema.field(name) for name in ("sex", "outcome", "healed", "diagnosis", "arm", "tnfi_drug")
    ):
        assert read_coding(field, read_header("x"), [cell], {}, {}).known == {}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_patients_beside_a_long_cell_are_read(cell):
    rows = [f'P{number},6{number}/F,"12",died' for number in range(1, 9)]
    long = f'P9,"{cell}","{cell}","{cell}"'
    result = assemble("\n".join(["ID,Age/sex,CRP acute (mg/L),Outcome", *rows, long]).encode(), "cohort.csv")
    assert result.frame["age_years"].tolist()[:8] == [61, 62, 63, 64, 65, 66, 67, 68]
    assert result.frame["crp_mg_l_acute"].tolist()[:8] == [12.0] * 8
    assert result.frame[["age_years", "crp_mg_l_acute", "outcome"]].iloc[8].isna().all()


def test_a_header_of_many_codes_is_answered():
    table = read_table(f"ID,Fever ({'1/' * 200}x)\nP1,1\nP2,0".encode(), "cohort.csv")
    assert [match.used for match in match_columns(table)] == [True, False]
