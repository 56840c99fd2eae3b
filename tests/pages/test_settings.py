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


def recovery_page() -> AppTest:
    visit = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    return visit.switch_page("pages/biomarkers/recovery.py").run()


def test_recovery_in_percent_says_so() -> None:
    visit = recovery_page()
    visit.selectbox(key="recovery_change").select("percent").run()
    assert not visit.exception
    assert "typical percent change" in text_of(visit)


def test_recovery_with_a_reference_range_counts_who_is_within_it_and_keeps_it() -> None:
    visit = recovery_page()
    visit.number_input(key="range_upper_crp_mg_l").set_value(5.0).run()
    assert not visit.exception
    assert "recovery in range" in text_of(visit)
    visit.selectbox(key="recovery_view").select("all markers").run()
    assert not visit.exception
    assert visit.number_input(key="range_upper_crp_mg_l").value == 5.0
    assert (
        "reference ranges given for this laboratory (crp up to 5 mg/l)"
        in " ".join(each.value for each in visit.main.caption).replace("\\", "").casefold()
    )


def test_recovery_with_a_range_upside_down_is_said() -> None:
    visit = recovery_page()
    visit.number_input(key="range_lower_crp_mg_l").set_value(9.0)
    visit.number_input(key="range_upper_crp_mg_l").set_value(5.0).run()
    assert not visit.exception
    said = " ".join(
        each.value
        for each in [*visit.main.warning, *visit.main.error, *visit.main.info, *visit.main.markdown]
    ).casefold()
    assert "type the smaller number as the lower limit" in said
    heads = [each.value for each in visit.main.subheader]
    assert "A setting above cannot be used" in heads
    assert "This cohort does not hold the answer" not in heads


def test_recovery_with_the_limit_itself_has_an_answer() -> None:
    visit = recovery_page()
    visit.selectbox(key="beyond_limit").select("limit itself").run()
    assert not visit.exception
    assert "c-reactive protein fell in both groups" in text_of(visit)
