"""Pages that are run without a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import app_test


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """Streamlit makes a folder for scripts once its testing is imported, and leaves it to the end of Python."""
    yield
    app_test.TMP_DIR.cleanup()
