"""Files of SPSS, Stata, SAS, Prism and in Parquet. All but one are written here, by the libraries of others."""

from __future__ import annotations

import gzip
import io
import re
import time
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from iren_core.errors import UnreadableFile
from iren_core.intake import assemble, read_table, sheet_names

FILES = Path(__file__).parent / "files"
NAN = float("nan")
FRAME = pd.DataFrame(
    {
        "bh": ["007", "008", "NA"],
        "xb": [1.0, 2.0, NAN],
        "ryrq": [date(2023, 3, 5), None, date(2023, 4, 1)],
        "nl": [61.0, 999.0, 48.5],
        "V7": [3.9, 2.8, 777.0],
        "zg": [1.0, 2.0, 2.0],
    }
)
LABELS = {"xb": "性别", "V7": "Albumin (g/dL)", "nl": "whole years"}
VALUES = {"xb": {1: "男", 2: "女"}, "zg": {1: "死亡", 2: "痊愈"}, "V7": {777: "not done"}}


def written(write, name, tmp_path, **more):
    file = tmp_path / name
    write(FRAME, str(file), **more)
    return file.read_bytes()


@pytest.fixture
def spss(tmp_path):
    return written(
        pyreadstat.write_sav, "a.sav", tmp_path, column_labels=LABELS, variable_value_labels=VALUES,
        missing_ranges={"nl": [{"lo": 900, "hi": 999}]},
    )  # fmt: skip


def prism(*tables):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<GraphPadPrismFile xmlns="http://graphpad.com/prism/Prism.htm" PrismXMLVersion="5.00">'
        + "".join(tables)
        + "</GraphPadPrismFile>"
    ).encode()


def prism_table(title, kind, *columns):
    """Columns are (tag, title, cells); a cell is the text of <d>, or its whole element."""
    parts = [
        f"<{tag}><Title>{name}</Title><Subcolumn>"
        + "".join(cell if cell.startswith("<d") else f"<d>{cell}</d>" for cell in cells)
        + f"</Subcolumn></{tag}>"
        for tag, name, cells in columns
    ]
    return f'<Table TableType="{kind}"><Title>{title}</Title>{"".join(parts)}</Table>'


HEALING = prism_table(
    "Time to re-epithelization (days)",
    "OneWay",
    ("YColumn", "Combination", ["12", "14.", '<d Excluded="1">99</d>']),
    ("YColumn", "Corticosteroids alone", ["20", "", "31"]),
)


def test_an_spss_file_brings_its_labels(spss):
    result = assemble(spss, "a.sav")
    assert result.frame["patient_id"].tolist() == ["007", "008", "NA"]
    assert result.frame["sex"].tolist()[:2] == ["male", "female"]
    assert result.frame["outcome"].tolist() == ["died", "healed", "healed"]
    assert result.frame["date_admission"].iloc[0] == datetime(2023, 3, 5)
    assert result.frame["date_admission"].isna().tolist() == [False, True, False]
    # 3.9 g/dL = 39 g/L: the unit stands in the variable's label only.
    assert result.frame["albumin_g_l"].tolist()[:2] == [39.0, 28.0]
    assert result.questions == ()
    assert list(result.frame.index) == [1, 2, 3]


def test_missing_values_of_an_spss_file_stay_missing_and_are_counted(spss):
    result = assemble(spss, "a.sav")
    assert result.frame["age_years"].isna().tolist() == [False, True, False]
    assert result.frame["albumin_g_l"].isna().tolist() == [False, False, True]
    said = " ".join(result.table.assumptions)
    assert "“nl (years)”: values that the file declares missing were left empty (999; 1 in all)." in said
    assert "values whose label says that they are missing were left empty (777; 1 in all)." in said
    assert "rows are numbered as in the data view of SPSS" in said


def test_a_compressed_spss_file_is_read_alike(spss, tmp_path):
    packed = written(
        pyreadstat.write_sav, "a.zsav", tmp_path, compress=True, column_labels=LABELS,
        variable_value_labels=VALUES, missing_ranges={"nl": [{"lo": 900, "hi": 999}]},
    )  # fmt: skip
    assert packed.startswith(b"$FL3")
    pd.testing.assert_frame_equal(assemble(packed, "a.zsav").frame, assemble(spss, "a.sav").frame)


def test_a_portable_spss_file_is_read(tmp_path):
    file = tmp_path / "a.por"
    pyreadstat.write_por(FRAME[["bh", "nl"]], str(file))
    frame = assemble(file.read_bytes(), "a.por").frame
    assert frame["age_years"].fillna(-1).tolist() == [61.0, -1, 48.5]  # no one is 999 years old


def test_stata_of_two_releases(tmp_path):
    for version in (10, 15):
        data = written(
            pyreadstat.write_dta, f"{version}.dta", tmp_path, version=version,
            column_labels={"xb": "Sex", "V7": "Albumin (g/dL)"},
            variable_value_labels={"xb": {1: "male", 2: "female"}, "zg": {1: "died", 2: "healed"}},
        )  # fmt: skip
        frame = assemble(data, "a.dta").frame
        assert frame["sex"].tolist()[:2] == ["male", "female"]
        assert frame["outcome"].tolist() == ["died", "healed", "healed"]
        assert frame["albumin_g_l"].tolist()[:2] == [39.0, 28.0]
        assert frame["date_admission"].iloc[2] == datetime(2023, 4, 1)


def test_a_sas_transport_file(tmp_path):
    data = written(pyreadstat.write_xport, "a.xpt", tmp_path, column_labels=LABELS)
    result = assemble(data, "a.xpt")
    assert result.frame["age_years"].iloc[0] == 61.0
    assert result.frame["albumin_g_l"].tolist()[:2] == [39.0, 28.0]
    # SAS keeps value labels in another file, so the codes are asked for.
    assert {question.field for question in result.questions} >= {"sex"}


def test_a_sas_data_set():
    table = read_table(gzip.decompress((FILES / "sample.sas7bdat.gz").read_bytes()), "a.sas7bdat")
    # Values as pandas.read_sas shows them.
    assert table.columns == ("mychar", "mynum", "mydate", "dtime", "mylabl", "myord", "mytime")
    assert table.cells[1].tolist() == [1.1, 1.2, -1000.3, -1.4, 1000.3]
    assert table.cells[2].tolist()[:2] == [datetime(2018, 5, 6), datetime(1880, 5, 6)]
    assert table.cells[2].tolist()[4] is None


def test_a_parquet_file():
    stream = io.BytesIO()
    FRAME.assign(ryrq=pd.to_datetime(FRAME["ryrq"]), fever=[True, False, None]).to_parquet(stream)
    frame = assemble(stream.getvalue(), "a.parquet").frame
    assert frame["patient_id"].tolist() == ["007", "008", "NA"]
    assert frame["fever"].tolist()[:2] == [True, False]
    assert frame["date_admission"].iloc[0] == datetime(2023, 3, 5)


def test_a_prism_table_with_a_column_a_group():
    result = assemble(prism(HEALING), "a.pzfx")
    assert result.frame["arm"].tolist() == ["combination"] * 2 + ["corticosteroid"] * 2
    assert result.frame["reepithelization_days"].tolist() == [12.0, 14.0, 20.0, 31.0]
    said = " ".join(result.table.assumptions)
    assert "Values struck out in Prism were left empty (1 in all)." in said
    assert "(“Combination” 2, “Corticosteroids alone” 2)" in said


def test_a_prism_survival_table_keeps_the_censored_apart():
    survival = prism_table(
        "Healing time",
        "Survival",
        ("XColumn", "Days", ["12", "14", "15", "30"]),
        ("YColumn", "Combination", ["1", "1", "", ""]),
        ("YColumn", "Corticosteroids alone", ["", "", "0", "1"]),
    )
    data = prism(HEALING, survival)
    assert sheet_names(data, "a.pzfx") == ("Time to re-epithelization (days)", "Healing time")
    frame = assemble(data, "a.pzfx", sheet="Healing time").frame
    assert frame["reepithelization_days"].fillna(-1).tolist() == [12.0, 14.0, -1, 30.0]
    assert frame["followup_days"].fillna(-1).tolist() == [-1, -1, 15.0, -1]
    assert frame["outcome"].tolist() == ["healed", "healed", "not healed", "healed"]


def test_columns_by_group_in_a_text_file():
    frame = assemble("联合治疗组,激素组\n12,20\n13,30\n,31\n".encode(), "愈合时间.csv").frame
    assert frame["arm"].tolist() == ["combination"] * 2 + ["corticosteroid"] * 3
    assert frame["reepithelization_days"].tolist() == [12.0, 13.0, 20.0, 30.0, 31.0]


@pytest.mark.parametrize(
    "text",
    [
        "Combination,Corticosteroids alone\nyes,no\nno,yes\nno,no\n",  # flags, not values
        "SJS,Other\n1,2\n3,4\n5,6\n",  # not every column is a group
        "arm,reepithelization_days\ncombination,12\ncorticosteroid,13\n",
    ],
)
def test_other_tables_are_left_as_they_are(text):
    assert not any("as in Prism" in said for said in read_table(text.encode(), "a.csv").assumptions)


def kinds(spss, tmp_path):
    stream = io.BytesIO()
    FRAME.to_parquet(stream)
    return {
        "a.sav": spss,
        "a.zsav": written(pyreadstat.write_sav, "b.zsav", tmp_path, compress=True),
        "a.dta": written(pyreadstat.write_dta, "b.dta", tmp_path),
        "a.xpt": written(pyreadstat.write_xport, "b.xpt", tmp_path),
        "a.sas7bdat": gzip.decompress((FILES / "sample.sas7bdat.gz").read_bytes()),
        "a.parquet": stream.getvalue(),
        "a.pzfx": prism(HEALING),
    }


def test_files_cut_short_are_refused_in_a_sentence(spss, tmp_path):
    for name, data in kinds(spss, tmp_path).items():
        for part in (0.3, 0.6, 0.95):
            begun = time.monotonic()
            try:
                table = read_table(data[: int(len(data) * part)], name)
            except UnreadableFile as refusal:
                assert re.search(r"damaged|holds no row", str(refusal)), (name, str(refusal))
            else:  # some formats say nothing of their length: what is there is whole rows
                assert len(table.cells) <= 5, name
            assert time.monotonic() - begun < 10


def test_a_wrong_ending_does_not_matter(spss, tmp_path):
    for data in kinds(spss, tmp_path).values():
        assert len(read_table(data, "cohort.csv").cells)


def test_noise_behind_a_right_beginning_is_refused():
    for start in (b"$FL2", b"$FL3", b"<stata_dta>", b"PAR1", b"HEADER RECORD*******LIBRARY"):
        with pytest.raises(UnreadableFile, match="damaged"):
            read_table(start + bytes(range(256)) * 40, "a.sav")


def test_entities_in_a_prism_file_are_refused():
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b"<GraphPadPrismFile><Table><Title>&b;</Title></Table></GraphPadPrismFile>"
    )
    with pytest.raises(UnreadableFile, match="Prism"):
        read_table(bomb, "a.pzfx")
    with pytest.raises(UnreadableFile, match="without a data table"):
        read_table(prism(), "a.pzfx")
