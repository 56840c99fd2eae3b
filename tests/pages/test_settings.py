"""Settings that every page shares, chosen as a reader would."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from ..lacking import ROOT


def healing_page() -> AppTest:
    visit = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    return visit.switch_page("pages/outcomes/healing.py").run()


def text_of(visit: AppTest) -> str:
    """Every sentence and table of the page, in small letters, without the marks that keep words plain."""
    rows = [element.proto.body for element in visit.main.get("html")]
    return "\n".join([*(each.value for each in visit.main.markdown), *rows]).replace("\\", "").casefold()


def test_a_number_cut_in_two_makes_the_groups() -> None:
    visit = healing_page()
    visit.selectbox(key="group").select("age_years").run()
    median = visit.number_input(key="cut_age_years").value
    assert f"age under {median:g} years" in text_of(visit)
    visit.number_input(key="cut_age_years").set_value(70.0).run()
    assert not visit.exception
    assert "age under 70 years" in text_of(visit)


def test_a_cut_that_leaves_one_side_empty_is_said() -> None:
    visit = healing_page()
    visit.selectbox(key="group").select("age_years").run()
    visit.number_input(key="cut_age_years").set_value(500.0).run()
    assert not visit.exception
    assert "in one group" in text_of(visit)
