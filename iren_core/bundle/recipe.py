"""The settings behind a row of cards as text: which file, how it was read, which questions, which patients."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from importlib.metadata import version
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from iren_core._version import __version__
from iren_core.card import Card
from iren_core.cohort import Selection, Source
from iren_core.errors import CohortError
from iren_core.export.report import LANGUAGES, Language
from iren_core.intake import Classes, Piece
from iren_core.share_safe import is_shared

FORMAT = "irEN cohort explorer settings"
FORMAT_VERSION = 1
#: Every question that makes cards. A settings file may be anybody's: it can name one of these and nothing else.
QUESTIONS = (
    "adverse_events", "baseline", "correlates", "healing", "mortality", "prognosis", "published", "recovery",
    "robustness", "steroids",
)  # fmt: skip
#: What the numbers are computed with.
_LIBRARIES = ("numpy", "pandas", "scipy")


@dataclass(frozen=True)
class File:
    """A file of patients and how it was read.

    reading : what ``read_cohort`` was given beside the bytes: sheet, mapping, codings
    columns : what each column of the file was taken for; ``None`` where it was not used
    """

    name: str
    sha256: str
    reading: Mapping[str, Any]
    columns: Mapping[str, str | None]

    @classmethod
    def of(cls, source: Source) -> File:
        """The file that a cohort came from."""
        return cls(source.filename, source.sha256, source.reading, columns_of(source))

    @property
    def in_command(self) -> str:
        """The name as a command line has it; every file where the cohort was joined from several."""
        names = dict.fromkeys(piece.filename for piece in self.reading.get("pieces", ())) or [self.name]
        return " ".join(f'"{name}"' if " " in name else name for name in names)

    def __str__(self) -> str:
        """In words: the file and the beginning of its hash."""
        return f"“{self.name}” (SHA-256 {self.sha256[:8]})"


@dataclass(frozen=True)
class Request:
    """One card that was asked for: the question, its settings, the patients, which of the files, and whether masked."""

    question: str
    settings: Any
    selection: Selection
    file: int
    shared: bool = False


@dataclass(frozen=True)
class Recipe:
    """What makes a row of cards again.

    made_with : versions of this program, Python and the libraries that compute
    language : of the report
    """

    files: tuple[File, ...]
    requests: tuple[Request, ...]
    made_with: Mapping[str, str]
    language: Language = "English"

    @classmethod
    def of(cls, cards: Sequence[Card], language: Language = "English") -> Recipe:
        """The recipe of these cards, in their order; one that no question made is left out."""
        made = [(card.origin, is_shared(card)) for card in cards if card.origin is not None]
        files: list[File] = []
        for origin, _ in made:
            if (file := File.of(origin.source)) not in files:  # the hour of reading makes no other file
                files.append(file)
        return cls(
            files=tuple(files),
            requests=tuple(
                Request(one.question, one.settings, one.selection, files.index(File.of(one.source)), shared)
                for one, shared in made
            ),
            made_with=versions(),
            language=language,
        )

    @property
    def shared(self) -> bool:
        """Whether a card of it was made to be shared, so that no patient's row may go with it."""
        return any(request.shared for request in self.requests)

    def to_json(self) -> bytes:
        """The recipe as JSON text in UTF-8; the same cards give the same bytes. It holds no patient's value."""
        text = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "made_with": dict(self.made_with),
            "language": self.language,
            "files": [asdict(file) for file in self.files],
            "cards": [
                {
                    "question": one.question,
                    "file": one.file,
                    "selection": one.selection.as_text(),
                    "settings": asdict(one.settings),
                    "share_safe": one.shared,
                }
                for one in self.requests
            ],
        }
        return f"{json.dumps(text, ensure_ascii=False, indent=2)}\n".encode()

    @classmethod
    def from_json(cls, data: bytes) -> Recipe:
        """Read what ``to_json`` wrote.

        Raises
        ------
        CohortError
            when the bytes are no settings file, or it asks for a question or a setting that does not exist.
        """
        try:
            text = json.loads(data.decode("utf-8-sig"))
            if text["format"] != FORMAT or text["format_version"] > FORMAT_VERSION:
                raise _unreadable("It was written by another program, or by a later version of this one.")
            files = tuple(_file(one) for one in text["files"])
            requests = tuple(_request(one, len(files)) for one in text["cards"])
            language = text.get("language", "English")  # which older settings do not tell
            if language not in LANGUAGES:
                raise _unreadable(f"The report is asked for in “{language}”, which it cannot be.")
            made_with = {str(name): str(number) for name, number in dict(text["made_with"]).items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _unreadable("It is not the settings.json of a bundle, or it was changed.") from None
        return cls(files, requests, made_with, language)


def columns_of(source: Source) -> dict[str, str | None]:
    """What each column of the file was taken for; ``None`` where it was not used."""
    return {match.column: match.field if match.used else None for match in source.columns}


def versions() -> dict[str, str]:
    """This program, Python and the libraries that compute."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"iren_core": __version__, "python": platform.python_version(), **libraries}


def _unreadable(found: str) -> CohortError:
    return CohortError("Settings were to be read.", found, "Take the settings.json that lies in a bundle.")


def _file(one: Mapping[str, Any]) -> File:
    reading = dict(one["reading"])
    if "classes" in reading:
        reading["classes"] = Classes(
            **{name: bool(value) for name, value in dict(reading["classes"]).items()}
        )
    if "left_out_rows" in reading:
        reading["left_out_rows"] = tuple(int(row) for row in reading["left_out_rows"])
    if "pieces" in reading:
        reading["pieces"] = tuple(_piece(each) for each in reading["pieces"])
    return File(str(one["name"]), str(one["sha256"]), reading, dict(one["columns"]))


def _piece(one: Mapping[str, Any]) -> Piece:
    piece = Piece(**{**one, "joined_by": tuple(one["joined_by"])})
    texts = [value for name, value in vars(piece).items() if name not in ("sheet", "joined_by")]
    if not all(isinstance(text, str) for text in (*texts, *piece.joined_by, piece.sheet or "")):
        raise TypeError("not a piece")
    return piece


def _request(one: Mapping[str, Any], n_files: int) -> Request:
    question = one["question"]
    if question not in QUESTIONS:
        raise CohortError(
            "Settings were to be read.",
            f"They ask for the question “{question}”, which is not known here.",
            f"Known are {', '.join(QUESTIONS)}.",
        )
    if one["file"] not in range(n_files):
        raise _unreadable("A card names a file that is not listed.")
    settings = settings_from(question, dict(one["settings"]))
    shared = bool(one.get("share_safe", False))  # which older settings do not tell
    return Request(question, settings, Selection.parse(one["selection"]), int(one["file"]), shared)


def settings_from(question: str, given: Mapping[str, Any]) -> Any:
    """The ``Settings`` of a question from plain values; what is not given keeps its default.

    Raises
    ------
    CohortError
        when a setting does not exist, or holds what it cannot hold.
    """
    kind = import_module(f"iren_core.analyses.{question}").Settings
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    values = {}
    for name, value in given.items():
        plain = _as_tuples(value)
        if name not in known or not _fits(plain, hints[name]):
            raise CohortError(
                f"The settings of “{question}” were to be read.",
                f"They say {name} = {value!r}"
                + (", which is not one of its settings." if name not in known else ", which it cannot be."),
                "Take the settings.json as the bundle holds it.",
            )
        values[name] = plain
    return kind(**values)


def _all_fit(values: tuple[Any, ...], hints: tuple[Any, ...]) -> bool:
    if hints[-1] is Ellipsis:
        return all(_fits(one, hints[0]) for one in values)
    return len(values) == len(hints) and all(map(_fits, values, hints))


def _as_tuples(value: Any) -> Any:
    """JSON knows lists only; settings hold tuples, which may hold tuples."""
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value read from JSON is one that a setting of this type can hold."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in inside
    if origin in (UnionType, Union):
        return any(_fits(value, one) for one in inside)
    if origin is tuple:
        return isinstance(value, tuple) and _all_fit(value, inside)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool) == (hint is bool) and isinstance(value, hint)
