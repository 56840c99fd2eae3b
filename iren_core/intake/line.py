"""A row of a sheet, as the layout of its table is looked for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Line:
    """One row of a sheet: its number in the reader's spreadsheet, its cells, and what was wrong with it.

    faults : position -> the error shown in that cell, "" for a formula without a saved value
    headings : field -> what the last row above it says of it that holds the name of a group and no patient
    stands_for : how many rows it stands for, where several blank ones follow each other
    """

    number: int
    cells: list[Any]
    fault: str = ""
    faults: dict[int, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    stands_for: int = 1

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not self.faults and all(cell is None for cell in self.cells)

    @property
    def held(self) -> list[Any]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell is not None]

    @property
    def begins(self) -> int:
        """The position of the first cell that holds something; 0 where none does."""
        return next((at for at, cell in enumerate(self.cells) if cell is not None), 0)

    @property
    def first_text(self) -> str:
        """The first cell that holds something, as text; "" where none does."""
        return next((str(cell) for cell in self.cells if cell is not None), "")


def plain_text(cell: object) -> str:
    """A cell as text in one width, without outer spaces; "" where it is empty."""
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()
