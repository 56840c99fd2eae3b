"""Ask a process of its own to read a file, so that a hostile one takes nothing down but that process."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from iren_core.errors import UnreadableFile

#: How long a file may take that is not large.
SECONDS = 8

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


def refuse(filename: str, code: str) -> UnreadableFile:
    """The sentence that belongs to a refusal."""
    found, advice = _REFUSALS[code]
    return UnreadableFile(f"“{filename}” was to be read as a table of patients.", found, advice)


def ask_child(
    script: Path,
    data: bytes,
    filename: str,
    *words: str,
    or_else: tuple[str, ...] = (),
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """What the script answers to a file's bytes.

    or_else : if it dies of the file, the words with which it is asked once more
    seconds : how long it may take in all

    Raises
    ------
    UnreadableFile
        when it refuses the file, dies of it, or takes too long.
    """
    begun = time.monotonic()
    child = _run(script, data, filename, words, seconds)
    if child.returncode and or_else:
        child = _run(script, data, filename, or_else, seconds - (time.monotonic() - begun))
    if child.returncode:
        raise refuse(filename, "time" if child.returncode < 0 else "damaged")
    answer = marshal.loads(child.stdout)  # plain values that our own script has written
    if "refused" in answer:
        raise refuse(filename, answer["refused"])
    return answer


def _run(
    script: Path, data: bytes, filename: str, words: tuple[str, ...], seconds: float
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", str(script), *words]
    # Arrow's own allocator sets aside more address space than the process may have.
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}
    try:
        return subprocess.run(
            command, input=data, capture_output=True, timeout=max(seconds, 0.1), check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        raise refuse(filename, "time") from None
