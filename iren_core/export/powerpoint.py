"""Cards as slides whose charts and tables can be edited in PowerPoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from iren_core.card import Card
from iren_core.errors import CohortError
from iren_core.export.archive import timeless
from iren_core.export.clean import clean_card

if TYPE_CHECKING:
    from iren_core.export.looks import Shape


def deck(
    cards: Sequence[Card],
    *,
    template: bytes | None = None,
    shape: Shape = "16:9",
    look: str = "As the pictures",
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> bytes:
    """A presentation with the cards in their order; the same cards give the same bytes.

    A slide bears the first sentence of the finding as its title and the others below it, a native chart for
    each panel of the figure, the numbers at risk and, where there is room, the main table as PowerPoint
    tables, the caption and the provenance line. A main table without room there has the next slide. The speaker
    notes hold finding, caption, methods, notes and provenance. Identifiers of patients stay behind.

    Parameters
    ----------
    template : a presentation of the reader's (.pptx or .potx) whose size, colours, fonts and layouts are taken; nothing
        else of it is
    shape : width to height of the slides, where there is no template
    look : a name in ``looks.LOOKS``: colours and font, where there is no template
    progress : told after each card how many of how many are done

    Raises
    ------
    CohortError
        when there is no card.
    UnreadableFile
        when the template is no presentation, or too large to be opened safely.
    KeyError
        when there is no such shape or look.
    """
    # python-pptx takes half a second to import, which no page should wait for
    from iren_core.export import ground as grounds  # noqa: PLC0415
    from iren_core.export.slides import add_slides  # noqa: PLC0415

    if not cards:
        raise CohortError(
            "Slides were asked for.", "There is no answer to put on one.", "Open a question first."
        )
    ground = grounds.blank(shape, look) if template is None else grounds.of_template(template)
    for place, card in enumerate(cards, start=1):
        add_slides(ground, clean_card(card))
        progress(place, len(cards))
    grounds.finish(ground.presentation)
    written = BytesIO()
    ground.presentation.save(written)
    return timeless(written.getvalue())
