"""Ask a process of its own to read a file, so that a hostile one takes nothing down but that process."""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

from iren_core.errors import UnreadableFile

#: How long a file may take that is not large.
SECONDS = 8
#: Where the system bounds the child's processor time it may wait longer, for others may keep the machine busy.
_TIMES_LONGER = 10 if sys.platform in ("linux", "darwin") else 1

_SAVE = "Open it in Excel or LibreOffice, save it as .xlsx, and load that file."
_REFUSALS: dict[str, tuple[str, str]] = {
    "password": (
        "It is protected by a password.",
        "Open it in Excel, take the password away (File, Info, Protect workbook), and save it.",
    ),
    "damaged": ("The file is damaged or was cut short.", f"Copy it again from where it came. {_SAVE}"),
    "damaged data": (
        "The file is damaged, was cut short, or is protected by a password.",
        "Open it in the program that wrote it, save it again without a password, and load that file.",
    ),
    "bomb": (
        "Unpacked it would be far larger than any table of patients.",
        "Copy the sheet with the patients into a new workbook and load that.",
    ),
    "large": (
        "It holds more cells than any table of patients.",
        "Copy the sheet with the patients into a new workbook and load that.",
    ),
    "large open document": (
        "Unpacked it is larger than 256 MB, more than is read from an OpenDocument file.",
        "Open it in LibreOffice or Excel, save it as .xlsx, which is read faster, and load that file.",
    ),
    "faults": (
        "More than 500,000 of its cells show an error like #DIV/0! or hold a formula whose value was not saved.",
        "Open it in Excel, let it calculate, and save it; or copy the patients into a new workbook as values.",
    ),
    "word": ("It is a Word document.", "Copy its table into a spreadsheet and load that."),
    "slides": ("It is a PowerPoint presentation.", "Load the spreadsheet behind it."),
    "numbers": (
        "It is a document of Apple Numbers.",
        "In Numbers choose File, Export to, Excel, and load that file.",
    ),
    "other office": ("It is an OpenDocument file, but not a spreadsheet.", "Load the spreadsheet itself."),
    "archive": ("It is a zip archive without a workbook.", "Unpack it and load the spreadsheet inside."),
    "time": (
        "Reading it took too long or too much memory.",
        f"Perhaps a stray cell lies far below or beside the patients, or the file is damaged. {_SAVE}",
    ),
}


class Died(UnreadableFile):
    """The process ended at the file; not for want of time."""


def refuse(filename: str, code: str, kind: type[UnreadableFile] = UnreadableFile) -> UnreadableFile:
    """The sentence that belongs to a refusal."""
    found, advice = _REFUSALS[code]
    return kind(f"“{filename}” was to be read as a table of patients.", found, advice)


class Child:
    """A process that runs a script on a file's bytes; it ends with the ``with`` block at the latest.

    words : what the script is asked
    seconds : how long it may take in all on an idle machine
    """

    def __init__(
        self, script: Path, data: bytes, filename: str, *words: str, seconds: float = SECONDS
    ) -> None:
        # Arrow's own allocator sets aside more address space than the process may have.
        environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}
        command = [sys.executable, "-P", str(script), *words]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
        )
        self._filename = filename
        self._clock = Timer(seconds * _TIMES_LONGER, self._process.kill)
        self._clock.start()
        with suppress(BrokenPipeError), self._process.stdin as stdin:  # type: ignore[union-attr]
            stdin.write(data)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.cancel()
        self._process.kill()
        with self._process:
            pass

    def answers(self) -> Iterator[Any]:
        """What the script answers, one thing after another as it comes.

        Raises
        ------
        UnreadableFile
            when it refuses the file or takes too long; ``Died`` when it ends at the file otherwise.
        """
        said = self._process.stdout
        assert said is not None
        while size := said.read(8):
            body = said.read(int.from_bytes(size, "little"))
            if len(size) < 8 or len(body) < int.from_bytes(size, "little"):
                break
            answer = marshal.loads(body)  # plain values that our own script has written
            if isinstance(answer, dict) and "refused" in answer:
                raise refuse(self._filename, answer["refused"])
            yield answer
        if code := self._process.wait():
            out_of_time = code == -getattr(signal, "SIGXCPU", code) or not self._clock.is_alive()
            raise refuse(
                self._filename, "time" if code < 0 else "damaged", UnreadableFile if out_of_time else Died
            )
