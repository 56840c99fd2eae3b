"""The files that the whole deck leaves as, and the settings that bring a deck back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from iren_core import Cohort, CohortError
from iren_core.card import Card
from pages._ui import session
from pages._ui.downloads import DOCX, PPTX, XLSX
from pages._ui.slides import Slides, choose_layout
from pages._ui.text import plain

if TYPE_CHECKING:
    from iren_core.export.report import Language

LANGUAGES = ("English", "中文")
SETTINGS_KEY = "deck_settings"
LANGUAGE_HELP = (
    "In Chinese, headings, findings, methods and the checklist are Chinese; tables, pictures and the findings of a few "
    "views stay English, and the report says so."
)


def downloads(cards: Sequence[Card]) -> None:
    """A button for every kind of file; each is made when it is asked for.

    A file is made outside the run of the page, where nothing of the visit can be asked: all it needs is given to it.
    """
    language, cohorts = session.report_language(), session.deck_cohorts()
    slides = choose_layout()
    with st.container(horizontal=True, vertical_alignment="bottom", key="report_files"):
        for label, name, mime, icon, make in (
            (
                f"Slides (PowerPoint), {len(cards)}", "iren_slides.pptx", PPTX, ":material/slideshow:",
                lambda: slides(cards),
            ),
            (
                "Report (Word)", "iren_report.docx", DOCX, ":material/description:",
                lambda: _report(cards, language),
            ),
            (
                "Workbook (Excel)", "iren_workbook.xlsx", XLSX, ":material/table:",
                lambda: _workbook(cards, cohorts),
            ),
            ("Settings", "settings.json", "application/json", ":material/tune:", lambda: _settings(cards, language)),
        ):  # fmt: skip
            st.download_button(
                label, data=make, file_name=name, mime=mime, icon=icon,
                type="primary" if mime == PPTX else "secondary", on_click="ignore",
            )  # fmt: skip
        st.selectbox(
            "Language of the report", LANGUAGES, key="report_language", persist_state="session", width=214,
            help=LANGUAGE_HELP,
        )  # fmt: skip
    _everything(cards, slides)


def restore() -> None:
    """A place for the settings of an earlier deck: they are put to the file of this visit."""
    with st.expander("Bring a deck back from its settings.json", key="restore_deck"):
        here = plain(session.cohort().source.filename)
        st.markdown(
            "Settings hold which questions were asked, of which patients, and how the columns were read; no patient's "
            f"value. They are put to the file that is loaded now, **{here}**, and take the place of the deck."
        )
        st.file_uploader("Settings of a deck", type="json", key=SETTINGS_KEY, on_change=_restore)


def remarks() -> None:
    """What is to be said of a deck that was brought back: what is not as it was then."""
    said = session.said_of_deck()
    if said:
        with st.container(border=True, key="deck_remarks"):
            st.markdown("\n".join(["**Bringing a deck back**", "", *(f"- {plain(one)}" for one in said)]))


def _restore() -> None:
    from iren_core.bundle import Recipe, replay  # noqa: PLC0415 - as below

    given = session.uploaded(SETTINGS_KEY)
    if given is None:
        return
    here = [(file.data, file.name) for file in session.files()]
    if not here:
        session.say_of_deck(
            [
                "The deck is as it was before.",
                "They are put to the file of this visit, which is no longer held: load it again.",
            ]
        )
        return
    try:
        recipe = Recipe.from_json(given)
        made = replay(recipe, *here[0], *here[1:])
    except CohortError as error:
        session.say_of_deck(["The deck is as it was before.", str(error)])
        return
    session.restore_deck(made.cards, made.cohorts, recipe.language)
    if recipe.shared:
        session.share_safely()
    count = f"{len(made.cards)} {'card was' if len(made.cards) == 1 else 'cards were'} made again"
    session.say_of_deck(made.remarks or [f"{count} from the same file with the same versions."])


def _everything(cards: Sequence[Card], slides: Slides) -> None:
    language = session.report_language()
    name = (language, session.share_safe(), slides.keywords, *(card.identity for card in cards))
    with st.container(horizontal=True, vertical_alignment="center", key="report_everything"):
        asked = st.button("Prepare everything in one file", icon=":material/folder_zip:")
        st.markdown(
            "Slides, report, workbook, tables, figures, query list, mapping, settings and scripts.",
            width="content",
        )
    if asked:
        _prepare(cards, name, language, slides)
    if held := session.kept_bundle(name):
        data, remarks = held
        st.download_button(
            f"Everything (.zip), {max(1, round(len(data) / 1e6))} MB", data=data, file_name="iren_bundle.zip",
            mime="application/zip", icon=":material/download:", type="primary", on_click="ignore",
        )  # fmt: skip
        for remark in remarks:
            st.caption(plain(remark))


def _prepare(cards: Sequence[Card], name: object, language: Language, slides: Slides) -> None:
    from iren_core.bundle import archive, bundle  # noqa: PLC0415 - as below

    bar = st.progress(0.0, "Preparing …")
    made = bundle(
        cards,
        session.deck_cohorts(),
        language=language,
        slides=slides,
        progress=lambda words, done, total: bar.progress(done / total, f"Preparing {words} …"),
    )
    session.keep_bundle(name, archive(made), made.remarks)
    bar.empty()


def _report(cards: Sequence[Card], language: Language) -> bytes:
    from iren_core.export.word import document  # noqa: PLC0415 - slow to import and rarely asked for

    return document(cards, language=language)


def _workbook(cards: Sequence[Card], cohorts: Sequence[Cohort]) -> bytes:
    from iren_core.bundle.contents import workbook_of  # noqa: PLC0415 - as above

    return workbook_of(cards, cohorts)


def _settings(cards: Sequence[Card], language: Language) -> bytes:
    from iren_core.bundle import Recipe  # noqa: PLC0415 - as above

    return Recipe.of(cards, language).to_json()
