"""The only owner of session state: whose data this visit holds, what is selected, being loaded, and in the deck."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from iren_core import Cohort, Selection, read_cohort, schema
from iren_core.analyses.subgroups import filter_fields
from iren_core.card import Card
from iren_core.errors import CohortError, or_reason
from iren_core.intake import RawTable
from iren_core.intake.memory import Remembered, recall
from iren_core.share_safe import share_safe as mask_card

if TYPE_CHECKING:
    from iren_core.export.report import Language

SAMPLE_FILE = Path(__file__).parents[2] / "sample_data" / "iren_cohort.csv"

#: Marks a link of a visit that had its own file, so that a reload never passes the sample off as that file.
OWN_DATA = ("data", "own")

#: What a table is called that was pasted from the clipboard.
PASTED = "pasted table"

#: How the key of every filter begins.
FILTER = "only_"

#: The switch by which answers are masked.
SHARE_SAFE = "share_safe"

#: A range filter has about this many steps or more, up to ten times as many.
STEPS_IN_SPAN = 20


@dataclass(frozen=True)
class File:
    """The name and the bytes of a file."""

    name: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """Tells it from every other file."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Upload:
    """The files that are being matched and do not count yet."""

    files: tuple[File, ...]

    @property
    def filename(self) -> str:
        """The names of the files."""
        return " + ".join(file.name for file in self.files)


def cohort() -> Cohort:
    """The whole cohort of this visit; the sample until a file is loaded."""
    if "cohort" not in st.session_state:
        load_sample()
    return st.session_state.cohort


def cohort_id() -> str:
    """Changes with every load; caches of this visit are keyed by it."""
    cohort()
    return st.session_state.cohort_id


def load_sample() -> None:
    """Take the synthetic sample cohort."""
    _take(_sample())
    st.session_state.own_data = False


@cache
def _sample() -> Cohort:
    """The sample, read once for all visits: it is synthetic, frozen, and nobody's data."""
    return read_cohort(SAMPLE_FILE.read_bytes(), SAMPLE_FILE.name)


def use_sample() -> None:
    """Go back to the sample from a file of the reader's."""
    load_sample()
    clear_filters()
    forget_upload()
    st.session_state.pop("loaded", None)
    st.session_state.pop("loaded_table", None)
    forget_lost_data()


def load_own(own: Cohort, table: RawTable) -> None:
    """Take the reader's own cohort, made of this table; filters of the cohort before it are gone."""
    _take(own)
    clear_filters()
    st.session_state.own_data = True
    st.session_state.just_loaded = True
    st.session_state.loaded = upload()
    st.session_state.loaded_table = table
    forget_upload()


def reopen_upload() -> None:
    """Match the loaded file anew."""
    st.session_state.upload = st.session_state.loaded


def can_reopen() -> bool:
    """Whether the file behind the loaded cohort is still held."""
    return has_own_data() and st.session_state.get("loaded") is not None


def just_loaded() -> bool:
    """Whether a file has been taken since this was last asked."""
    return st.session_state.pop("just_loaded", False)


def has_own_data() -> bool:
    """Whether this visit holds a file of the reader's."""
    return st.session_state.get("own_data", False)


def own_data_is_gone() -> bool:
    """Whether the link belongs to a visit whose file is no longer held."""
    name, value = OWN_DATA
    return st.query_params.get(name) == value and not has_own_data()


def mark_link() -> None:
    """Let the link say whether it belongs to a visit with a file of its own; nothing of the file goes into it."""
    name, value = OWN_DATA
    if has_own_data() and st.query_params.get(name) != value:
        st.query_params[name] = value


def own_link() -> dict[str, str]:
    """What a link of this visit holds when no filter is set."""
    return dict([OWN_DATA])


def forget_lost_data() -> None:
    """Go on with the sample."""
    st.query_params.pop(OWN_DATA[0], None)


def selected() -> Cohort:
    """The patients whom the filters leave."""
    return st.session_state.selected


def select(selection: Selection) -> Cohort:
    """Narrow the cohort of this visit."""
    st.session_state.selected = cohort().select(selection)
    return st.session_state.selected


def filter_key(name: str) -> str:
    """The key of a filter's widget, which is also its name in the link."""
    return f"{FILTER}{name}"


@dataclass(frozen=True)
class Span:
    """The ends and the step of a range filter. The ends are round numbers: a link must not hold a patient's value."""

    low: float
    high: float
    step: float


def span(name: str) -> Span:
    """Round ends around the values of a numeric field in the whole cohort, inside what can be right at all."""
    values = cohort().frame[name].dropna()
    low, high = float(values.min()), float(values.max())
    whole = bool((values % 1 == 0).all())
    step = 10.0 ** math.floor(math.log10((high - low) / STEPS_IN_SPAN))
    step = max(step, 1.0) if whole else step
    known = schema.field(name)
    low = max(
        math.floor(low / (10 * step)) * 10 * step, -math.inf if known.hard_min is None else known.hard_min
    )
    high = min(
        math.ceil(high / (10 * step)) * 10 * step, math.inf if known.hard_max is None else known.hard_max
    )
    return Span(int(low), int(high), int(step)) if whole else Span(low, high, step)


def clear_filters() -> None:
    """Back to all patients. Each filter is set open, not forgotten: a forgotten one would come back from the link."""
    for key in [str(key) for key in st.session_state if str(key).startswith(FILTER)]:
        if isinstance(st.session_state[key], list):
            st.session_state[key] = []
        elif (name := key.removeprefix(FILTER)) in fields_to_filter():
            st.session_state[key] = (span(name).low, span(name).high)
        else:
            del st.session_state[key]
    hold_filters()


def bring_filters(page_title: str) -> None:
    """On the way to another page the filters of this visit count, not those of a link that may lag a click behind."""
    if st.session_state.get("page_title") != page_title:
        st.session_state.update(st.session_state.get("held_filters", {}))
    st.session_state.page_title = page_title


def hold_filters() -> None:
    """Keep which categories and fields are chosen for the next page; the range of a field stays with its widget."""
    st.session_state.held_filters = {
        key: value
        for key, value in st.session_state.items()
        if str(key).startswith(FILTER) and isinstance(value, list)
    }


def fields_to_filter() -> tuple[str, ...]:
    """The fields by which this cohort can be narrowed."""
    return filter_fields(cohort())


def upload() -> Upload | None:
    """The file that is being matched, if any."""
    return st.session_state.get("upload")


def loaded_table() -> RawTable | None:
    """The table behind the loaded cohort, while its file is still held."""
    return st.session_state.get("loaded_table") if can_reopen() else None


def bytes_of(table: RawTable) -> bytes | None:
    """The bytes of the file that a table was read from; none of a table that was put together from several."""
    uploads = (st.session_state.get("upload"), st.session_state.get("loaded"))
    files = (file for held in uploads if held is not None for file in held.files)
    return next((file.data for file in files if file.sha256 == table.sha256), None)


def share_safe() -> bool:
    """Whether answers are shown and exported as they may leave the clinic."""
    return bool(st.session_state.get(SHARE_SAFE, False))


def share_safely() -> None:
    """Turn the share-safe switch on, as where a deck comes back that was made to be shared."""
    st.session_state[SHARE_SAFE] = True


@dataclass(frozen=True)
class Memory:
    """The matching of last time that the reader has put beside a file, or why it cannot be used."""

    remembered: Remembered
    fault: str = ""


def memory() -> Memory:
    """The matching of last time; an empty one where none was given."""
    return st.session_state.get("memory", Memory(Remembered()))


def memory_key() -> str:
    """The identity of the box that takes it; it changes with the file's own."""
    return f"memory_{uploader_key()}"


def keep_memory() -> None:
    """Hold what stands in the box, or say why it is no memory."""
    file = st.session_state.get(memory_key())
    if file is None:
        st.session_state.pop("memory", None)
        return
    read = or_reason(lambda: recall(file.getvalue()))
    st.session_state.memory = (
        Memory(Remembered(), str(read)) if isinstance(read, CohortError) else Memory(read)
    )


def uploader_key() -> str:
    """The uploader's identity; a new one empties it."""
    return f"file_{st.session_state.setdefault('uploader_id', uuid.uuid4().hex)}"


def keep_upload() -> None:
    """Hold the files in the uploader until the reader has confirmed them: the uploader empties on a page change."""
    files = tuple(File(file.name, file.getvalue()) for file in st.session_state.get(uploader_key()) or ())
    _hold((*files, *(file for file in _pending() if file.name == PASTED)))


def keep_pasted() -> None:
    """Hold the cells that were pasted, beside the files in the uploader."""
    text = st.session_state.get(paste_key(), "")
    pasted = (File(PASTED, text.encode("utf-8")),) if text.strip() else ()
    _hold((*(file for file in _pending() if file.name != PASTED), *pasted))


def _pending() -> tuple[File, ...]:
    pending = upload()
    return pending.files if pending else ()


def _hold(files: tuple[File, ...]) -> None:
    """Keep these files; the uploader keeps its identity without any, for another may be on its way."""
    if files:
        st.session_state.upload = Upload(files)
    else:
        st.session_state.pop("upload", None)


def paste_key() -> str:
    """The identity of the box for pasted cells; a new one empties it."""
    return f"pasted_{uploader_key()}"


def forget_upload() -> None:
    """Let the file go that was being matched, and the memory beside it."""
    st.session_state.pop("memory", None)
    st.session_state.pop("upload", None)
    st.session_state.pop("uploader_id", None)


def deck() -> dict[str, Card]:
    """The cards in the deck by their identity when they were added, in their order, as they leave.

    Each stays what it was when it was added, whatever is filtered since; while the share-safe switch is on, small
    counts are masked in all of them.
    """
    if not share_safe():
        return dict(_deck())
    masked = st.session_state.setdefault("deck_masked", {})
    names = {name for whole in _deck_cohorts() for name in whole.frame["patient_id"]}
    for identity, card in _deck().items():
        if identity not in masked:
            masked[identity] = mask_card(card, names)
    return {identity: masked[identity] for identity in _deck()}


def in_deck(card: Card) -> bool:
    """Whether this very answer is in the deck: same file, same patients, same settings."""
    return card.identity in _deck()


def add_to_deck(card: Card) -> None:
    """Put the card last in the deck, and keep the patients it was made from."""
    st.session_state.deck = _deck() | {card.identity: card}
    _keep_cohorts(cohort())


def deck_cohorts() -> tuple[Cohort, ...]:
    """The whole cohorts from which the cards of the deck were selected; none where single patients may not leave."""
    return () if share_safe() else _deck_cohorts()


def _deck_cohorts() -> tuple[Cohort, ...]:
    return tuple(st.session_state.get("deck_cohorts", ()))


def restore_deck(cards: Sequence[Card], cohorts: Sequence[Cohort], language: Language) -> None:
    """Let these cards take the place of the deck, with a report in this language."""
    st.session_state.report_language = language
    st.session_state.deck_cohorts = []
    st.session_state.deck = {card.identity: card for card in cards}
    _keep_cohorts(*cohorts)


def _keep_cohorts(*cohorts: Cohort) -> None:
    kept = st.session_state.setdefault("deck_cohorts", [])
    kept.extend(one for one in cohorts if not any(one is other for other in kept))


def files() -> tuple[File, ...]:
    """The files behind the cohort of this visit; none where they are no longer held."""
    if not has_own_data():
        return (File(SAMPLE_FILE.name, SAMPLE_FILE.read_bytes()),)
    loaded = st.session_state.get("loaded")
    return () if loaded is None else loaded.files


def uploaded(key: str) -> bytes | None:
    """The bytes of the file in the uploader of this key."""
    given = st.session_state.get(key)
    return None if given is None else given.getvalue()


def report_language() -> Language:
    """The language that the reader chose for the report."""
    return "中文" if st.session_state.get("report_language") == "中文" else "English"


def slides_template() -> File | None:
    """The presentation whose look the slides take, if any."""
    return st.session_state.get("slides_template")


def template_key() -> str:
    """The identity of the uploader of a template; a new one empties it."""
    return f"template_{st.session_state.setdefault('template_id', uuid.uuid4().hex)}"


def given_template() -> File | None:
    """The file in the uploader of a template."""
    given = st.session_state.get(template_key())
    return None if given is None else File(given.name, given.getvalue())


def keep_template(template: File) -> None:
    """Let the slides take the look of this presentation, also after the uploader is empty."""
    forget_template()
    st.session_state.slides_template = template


def refuse_template(reason: str) -> None:
    """Keep why the file cannot be a template."""
    forget_template()
    st.session_state.template_refused = reason


def refused_template() -> str:
    """Why the last file could not be a template; empty when there is none to be said."""
    return st.session_state.get("template_refused", "")


def forget_template() -> None:
    """Let the template go."""
    for name in ("slides_template", "template_id", "template_refused"):
        st.session_state.pop(name, None)


def keep_bundle(name: object, data: bytes, remarks: Sequence[str]) -> None:
    """Hold the archive that was made of the deck until it is fetched; another takes its place."""
    st.session_state.bundle = (name, data, tuple(remarks))


def kept_bundle(name: object) -> tuple[bytes, tuple[str, ...]] | None:
    """The archive made under this name with what could not be made; ``None`` when the deck is another by now."""
    held = st.session_state.get("bundle")
    return held[1:] if held and held[0] == name else None


def say_of_deck(remarks: Sequence[str]) -> None:
    """Keep what is to be said of a deck that was restored."""
    st.session_state.deck_remarks = tuple(remarks)


def said_of_deck() -> tuple[str, ...]:
    """What is to be said of the deck that was restored."""
    return st.session_state.get("deck_remarks", ())


def remove_from_deck(identity: str) -> None:
    """Take a card out of the deck."""
    st.session_state.deck = {name: kept for name, kept in _deck().items() if name != identity}


def move_in_deck(identity: str, by: int) -> None:
    """Move a card by so many places; past an end it stays there."""
    order = list(_deck())
    place = order.index(identity)
    order.insert(max(0, place + by), order.pop(place))
    st.session_state.deck = {name: _deck()[name] for name in order}


def clear_deck() -> None:
    """Empty the deck, and let go of what was made of it."""
    st.session_state.deck = {}
    for name in ("deck_cohorts", "deck_masked", "bundle", "deck_remarks"):
        st.session_state.pop(name, None)


def _deck() -> dict[str, Card]:
    return st.session_state.get("deck", {})


def _take(new: Cohort) -> None:
    st.session_state.cohort = new
    st.session_state.cohort_id = uuid.uuid4().hex
    st.session_state.selected = new
    st.session_state.held_filters = {}
