"""Cards as slides whose charts and tables can be edited in PowerPoint."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from iren_core.card import Card
from iren_core.errors import CohortError
from iren_core.export.archive import timeless
from iren_core.export.clean import clean_card


def deck(cards: Sequence[Card], *, template: bytes | None = None) -> bytes:
    """A presentation of 16:9 with one slide for each card; the same cards give the same bytes.

    A slide bears the first sentence of the finding as its title and the others below it, a native chart for
    each panel of the figure, the numbers at risk and, where there is room, the main table as PowerPoint
    tables, and the provenance line. The speaker notes hold
    finding, caption, methods, notes and provenance. Identifiers of patients stay behind.

    Parameters
    ----------
    template : a presentation whose size, fonts and slides come first, e.g. that of a hospital

    Raises
    ------
    CohortError
        when there is no card.
    UnreadableFile
        when the template is no presentation.
    """
    # python-pptx takes half a second to import, which no page should wait for
    from iren_core.export.slides import add_slide, start  # noqa: PLC0415

    if not cards:
        raise CohortError(
            "Slides were asked for.", "There is no answer to put on one.", "Open a question first."
        )
    presentation = start(template)
    for card in cards:
        add_slide(presentation, clean_card(card))
    written = BytesIO()
    presentation.save(written)
    return timeless(written.getvalue())
