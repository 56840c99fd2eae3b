"""Every page, over cohorts that lack something: it answers, or it says in words what it lacks; never a traceback."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from iren_core import Cohort

from ..lacking import COHORTS, ROOT

# Not every page needs a cohort that can answer; these show what there is.
SHOW_ANYTHING = {"pages/start/home.py", "pages/data/upload.py", "pages/share/report.py"}
PAGES = re.findall(r'"(pages/[a-z_]+/[a-z_]+\.py)"', (ROOT / "dashboard.py").read_text())
A_VISIT_S = 60
# The cohorts that every run opens; the others take minutes together.
AT_ONCE = {"pbc", "one patient", "everybody dead"}


def open_page(path: str, cohort: Cohort | None = None, **filters: str | list[str]) -> AppTest:
    visit = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=A_VISIT_S)
    for name, value in filters.items():
        visit.query_params[name] = value
    if cohort is not None:
        visit.session_state["cohort"] = visit.session_state["selected"] = cohort
        visit.session_state["cohort_id"] = cohort.source.filename
        visit.session_state["own_data"] = True
    visit.run()
    if path != PAGES[0]:
        visit.switch_page(path).run()
    return visit


def said(visit: AppTest) -> list[str]:
    """The sentences on the page, without those of the frame around it."""
    return [element.value for element in visit.main.markdown if element.value.rstrip().endswith((".", "**"))]


def drew(visit: AppTest) -> bool:
    """Whether a picture or a table of rows is on the page."""
    return bool(visit.get("plotly_chart") or visit.get("dataframe") or visit.get("arrow_data_frame"))


def assert_answers_or_explains(visit: AppTest) -> None:
    assert not visit.exception, [error.value for error in visit.exception]
    assert not visit.error, [error.value for error in visit.error]
    assert drew(visit) or said(visit), "neither a picture nor a sentence"
    for sentence in said(visit):
        assert not re.search(r"\b(nan|None(?! of)|NaT|inf)\b", sentence), sentence


def test_every_page_of_the_menu_is_opened() -> None:
    folders = {str(path.relative_to(ROOT)) for path in (ROOT / "pages").glob("[a-z]*/*.py")}
    assert set(PAGES) == folders


@pytest.mark.parametrize(
    "name", [name if name in AT_ONCE else pytest.param(name, marks=pytest.mark.slow) for name in COHORTS]
)
@pytest.mark.parametrize("path", PAGES)
def test_page_over_a_cohort_that_lacks_something(path: str, name: str) -> None:
    assert_answers_or_explains(open_page(path, COHORTS[name]()))


@pytest.mark.parametrize("path", [path for path in PAGES if path not in SHOW_ANYTHING])
def test_page_over_nobody(path: str) -> None:
    visit = open_page(path, only_diagnosis="SJS", only_fields="Outcome", only_outcome="died")
    assert_answers_or_explains(visit)
    assert not drew(visit)
    assert any("No patient is left" in header.value for header in visit.subheader)
