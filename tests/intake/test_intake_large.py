"""Large workbooks that are honest are read, whatever program wrote them; their cells are found wherever they stand."""

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # large.py, the maker of the files

from large import (
    ERROR,
    NO_LETTERS,
    NUMBER,
    RESULT,
    SHARE,
    STYLED,
    TEXT,
    header,
    rows,
    table,
    unplaced,
    with_prefix,
    workbook,
)

from iren_core.errors import UnreadableFile
from iren_core.intake import child, read_table, workbook_child
from iren_core.intake.workbook_child import Scan, scan_sheet

UNSAVED = '<c r="{at}"><f>A{row}</f></c>'
KINDS = [
    NUMBER, SHARE, ERROR, TEXT, STYLED, RESULT, NO_LETTERS, UNSAVED,
    '<c r="{at}" s="1"></c>',
    '<c r="{at}"><f/><v/></c>',
    '<c r="{at}" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
]  # fmt: skip


def scanned(xml, change=str, size=1_000_000):
    """What is found in the XML of a sheet when it is changed and comes in pieces of so many bytes."""
    sheet = change(f"<sheetData>{xml}</sheetData>").encode()
    pieces = [sheet[start : start + size] for start in range(0, len(sheet), size)]
    return scan_sheet(lambda: pieces, [b"1"])


def plain(scan: Scan):
    """Its faults and percentages as sets of places."""
    faults = {error: set(zip(*places, strict=True)) for error, places in scan.faults.items()}
    return faults, {column: rows.tolist() for column, rows in scan.percent.items()}


def test_cells_are_found_with_and_without_their_places_and_with_a_prefix():
    xml = (
        header(4) + rows([2], [TEXT, SHARE, STYLED, ERROR]) + rows([3], [STYLED, UNSAVED, NO_LETTERS, SHARE])
    )
    expected = ({"#N/A": {(1, 3)}, "": {(2, 1)}}, {1: [1], 3: [2]})
    for change in (str, unplaced, with_prefix, lambda each: with_prefix(unplaced(each))):
        assert plain(scanned(xml, change)) == expected


@pytest.mark.parametrize("seed", range(20))
def test_random_cells_are_found_however_they_are_written_and_cut(seed):
    dice = random.Random(seed)
    xml = header(9) + "".join(rows([row], dice.choices(KINDS, k=dice.randint(1, 9))) for row in range(2, 40))
    whole = scanned(xml)
    assert whole.far == "I39"
    for change in (unplaced, with_prefix, lambda each: with_prefix(unplaced(each))):
        assert plain(scanned(xml, change, dice.randint(1, 3_000))) == plain(whole)


@pytest.mark.parametrize("change", [unplaced, with_prefix])
def test_a_workbook_is_the_same_table_without_the_places_of_cells_and_with_a_prefix(change):
    kinds = [TEXT, STYLED, NUMBER, SHARE, ERROR, RESULT]
    table_, other = (read_table(table(30, kinds, each), "cohort.xlsx") for each in (str, change))
    assert other.cells.equals(table_.cells)
    assert type(other.cells[3][0]) is type(table_.cells[3][0]) is not float  # in percent format
    assert other.problems.equals(table_.problems)
    assert other.problems["problem"].tolist() == ["The cell shows the error #N/A."] * 30


def test_an_empty_cell_far_off_is_no_cell():
    cells = rows([2, 3], [TEXT, NUMBER]) + '<row r="1048576"><c r="XFD1048576" s="1"></c></row>'
    assert read_table(workbook(header(2) + cells), "cohort.xlsx").cells.shape == (2, 2)


def test_a_cell_below_any_table_of_patients_is_refused_and_empty_results_there_are_not():
    stray = rows([200_001], [TEXT])
    with pytest.raises(UnreadableFile, match="Its cells reach as far as B200001"):
        read_table(workbook(header(2) + rows([2], [TEXT, NUMBER]) + stray), "cohort.xlsx")
    empty = rows([200_001], [NO_LETTERS])
    assert len(read_table(workbook(header(2) + rows([2], [TEXT, NUMBER]) + empty), "cohort.xlsx").cells) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="processor time is not bounded there, so the clock is")
def test_a_busy_machine_may_take_longer_than_an_idle_one(tmp_path, monkeypatch):
    script = tmp_path / "waits.py"
    script.write_text(
        "import marshal, sys, time; time.sleep(2); said = marshal.dumps('read');"
        "sys.stdout.buffer.write(len(said).to_bytes(8, 'little') + said)"
    )
    with child.Child(script, b"", "cohort.xlsx", seconds=1) as waiting:
        assert list(waiting.answers()) == ["read"]
    monkeypatch.setattr(child, "_TIMES_LONGER", 1)
    with (
        child.Child(script, b"", "cohort.xlsx", seconds=1) as waiting,
        pytest.raises(UnreadableFile, match="Reading it took too long"),
    ):
        list(waiting.answers())


def test_more_errors_than_a_calculated_workbook_has_are_refused(monkeypatch):
    monkeypatch.setattr(workbook_child, "MOST_FAULTS", 10)
    with pytest.raises(workbook_child.Refused, match="faults"):
        scanned(rows(range(1, 8), [ERROR, UNSAVED]))


def test_a_large_sheet_without_one_patient_a_row_is_refused(monkeypatch):
    made = workbook(header(6) + rows(range(2, 6_000, 2), [TEXT, NUMBER, "", "", "", NUMBER]))
    assert len(read_table(made, "cohort.xlsx").cells) == 2_999
    for module in ("bulk", "read"):
        monkeypatch.setattr(f"iren_core.intake.{module}.MOST_CELLS_BY_LINE", 5_000)
    with pytest.raises(UnreadableFile, match="more than 5,000 cells, but not one patient a row"):
        read_table(made, "cohort.xlsx")


LARGE = {
    "most cells empty": lambda: table(100_000, [TEXT, NUMBER, *[STYLED] * 58]),
    "different texts": lambda: table(100_000, [TEXT] * 60),  # the reader of workbooks alone takes 10 s
    "formulas": lambda: table(50_000, [TEXT, NUMBER, *[RESULT, NO_LETTERS] * 29]),
    "a prefix, no places": lambda: table(
        100_000, [TEXT, NUMBER, NUMBER, SHARE, *[NUMBER] * 55, ERROR], lambda xml: with_prefix(unplaced(xml))
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_an_honest_large_workbook_is_read(name):
    made = read_table(LARGE[name](), "cohort.xlsx")
    assert made.cells.shape == (50_000 if name == "formulas" else 100_000, 60)
