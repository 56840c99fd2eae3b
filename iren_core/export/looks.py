"""What a deck may look like where there is no template: shapes of its slides, colours and fonts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["16:9", "4:3"]
SHAPES: tuple[Shape, ...] = ("16:9", "4:3")


@dataclass(frozen=True)
class Look:
    """A theme: its font and its six colours of series, the first two for the arms of the study."""

    font: str
    accents: tuple[str, str, str, str, str, str]


#: The colours of the pictures, and others in the manner of journals. Journals that begin with red are turned round, so
#: that the arm with the TNF inhibitor stays blue; what is paler than 3 : 1 against white is darkened.
LOOKS: dict[str, Look] = {
    "As the pictures": Look("Arial", ("#0072B2", "#D55E00", "#009E73", "#8A3F78", "#B8860B", "#2F7FA8")),
    "Like NEJM": Look("Arial", ("#0072B5", "#BC3C29", "#20854E", "#7876B1", "#B8651A", "#4F7FA8")),
    "Like The Lancet": Look(
        "Times New Roman", ("#00468B", "#ED0000", "#2F8F2E", "#925E9F", "#AD6A2A", "#007F96")
    ),
    "Like JAMA": Look("Arial", ("#374E55", "#B8651A", "#0083A3", "#B24745", "#4F7F66", "#6A6599")),
    "Greys": Look("Arial", ("#1A1A1A", "#767676", "#4D4D4D", "#8C8C8C", "#333333", "#666666")),
}
