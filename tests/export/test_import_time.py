"""Pages that only offer a download do not wait for the packages that write it."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import iren_core.bundle, iren_core.export.images, iren_core.export.powerpoint, iren_core.export.word
import iren_core.export.workbook
print(sorted({"docx", "kaleido", "pptx", "xlsxwriter", "lifelines", "matplotlib", "scipy.stats"} & set(sys.modules)))
"""


def test_offering_a_download_imports_no_writer() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
