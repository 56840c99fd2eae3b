"""Which kinds of file can be read, in words and by the endings of their names. The bytes decide, not the ending."""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """One family of files: what it is called, and how the names of its files end."""

    words: str
    endings: tuple[str, ...]


FORMATS = (
    Format("Excel or LibreOffice", ("xlsx", "xlsm", "xls", "xlsb", "ods")),
    Format("text (CSV, tab-separated)", ("csv", "tsv", "txt")),
    Format("SPSS", ("sav", "zsav", "por")),
    Format("Stata", ("dta",)),
    Format("SAS", ("sas7bdat", "xpt")),
    Format("Prism", ("pzfx",)),
    Format("Parquet", ("parquet",)),
)


def endings() -> list[str]:
    """Every ending, without the dot."""
    return [ending for each in FORMATS for ending in each.endings]


def in_words() -> str:
    """Every format with its endings: "SPSS (sav, zsav), Stata (dta) ..." """
    return "; ".join(f"{each.words}: {', '.join(each.endings)}" for each in FORMATS)
