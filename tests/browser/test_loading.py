"""Loading a file while something else is set, pending or hostile."""

from __future__ import annotations

from pathlib import Path

import pytest
import steps
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def write_cohort(folder: Path, name: str, *, ages: range = range(80, 88), arm: str = "combination") -> Path:
    rows = "".join(f"P{age},{arm},{age - 70},healed,{age}\n" for age in ages)
    file = folder / name
    file.write_text("patient_id,arm,reepithelization_days,outcome,age_years\n" + rows, encoding="utf-8")
    return file


def narrow_age(page: Page) -> None:
    steps.choose(page, "Further filters", "Age")
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    steps.settle(page)


def test_a_range_filter_of_the_cohort_before_is_gone(page: Page, server, tmp_path: Path):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    narrow_age(page)
    expect(steps.whose_data(page)).to_contain_text("age at least")
    steps.go_to(page, "Load data")
    page.locator("input[type=file]").set_input_files(write_cohort(tmp_path, "old.csv"))
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    assert "only_age" not in page.url
    steps.choose(page, "Further filters", "Age")
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    page.get_by_role("button", name="Clear all filters").click()
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    assert page.get_by_test_id("stException").count() == 0


def test_the_ends_of_a_range_in_a_link_are_round_not_a_patients(page: Page, server):
    steps.open_page(page, server.url, "healing")
    steps.wait_for_chart(page)
    narrow_age(page)
    # The sample's ages run from 36 to 75.
    link = page.url.partition("?")[2]
    assert "only_age_years=80" in link
    assert "75" not in link


def test_a_second_file_stands_beside_a_pending_one_until_one_is_taken_away(
    page: Page, server, tmp_path: Path
):
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(write_cohort(tmp_path, "first.csv"))
    expect(page.get_by_role("heading", name="How “first.csv” is understood")).to_be_visible()
    steps.settle(page)
    page.locator("input[type=file]").set_input_files(write_cohort(tmp_path, "second.csv"))
    expect(page.get_by_role("heading", name="How “first.csv + second.csv” is understood")).to_be_visible()
    # The second holds nothing that the first has not, so it is not joined unasked.
    expect(page.get_by_text("Not used: “second.csv”.")).to_be_visible()
    page.get_by_role("button", name="Remove first.csv").click()
    expect(page.get_by_role("heading", name="How “second.csv” is understood")).to_be_visible()


def test_a_picture_in_a_cell_is_never_fetched(context: BrowserContext, page: Page, server, tmp_path: Path):
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    file = tmp_path / "cohort.csv"
    rows = "".join(f"{i},{i % 2},![x](http://192.0.2.7/{i % 2}.png),{10 + i},healed\n" for i in range(8))
    file.write_text("id,sex,TNF inhibitor arm,reepithelization_days,outcome\n" + rows)
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()
    steps.settle(page)
    assert [url for url in asked if "192.0.2.7" in url] == []


def test_the_codes_can_be_changed_after_loading(page: Page, server, tmp_path: Path):
    steps.load(page, server.url, write_cohort(tmp_path, "mine.csv"))
    steps.go_to(page, "Load data")
    page.get_by_role("button", name="Change the matching or the codes").click()
    expect(page.get_by_role("heading", name="How “mine.csv” is understood")).to_be_visible()


def write_coded(folder: Path, name: str, ages: range, more: str = "") -> Path:
    """A file with a column that a reader must confirm, and a code that a reader must explain."""
    rows = "".join(f"P{age},{'AB'[age % 2]},{age - 70},healed,{age},{age % 2}\n" for age in ages)
    file = folder / name
    head = f"patient_id,which,re-epitelisation days,outcome,age,sex{more}\n"
    file.write_text(head + rows.replace("\n", ",1\n" if more else "\n"), encoding="utf-8")
    return file


def test_what_was_confirmed_is_kept_when_the_file_is_matched_anew_and_for_a_newer_file(
    page: Page, server, tmp_path: Path
):
    load_page(page, server.url, write_coded(tmp_path, "first.csv", range(80, 88)))
    expect(page.get_by_text("4 of 6 columns are used.")).to_be_visible()
    page.get_by_text("“re-epitelisation days” is Time to re-epithelization (days)").click()
    expect(page.get_by_text("5 of 6 columns are used.")).to_be_visible()
    steps.choose(page, "sex: 0 means", "female")
    steps.choose(page, "sex: 1 means", "male")
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()

    steps.go_to(page, "Load data")
    page.get_by_role("button", name="Change the matching or the codes").click()
    expect(page.get_by_text("5 of 6 columns are used.")).to_be_visible()
    expect(page.get_by_text("Not answered yet")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    steps.settle(page)

    page.locator("input[type=file]").set_input_files(
        write_coded(tmp_path, "newer.csv", range(79, 90), ",fever")
    )
    expect(page.get_by_text("What you confirmed of “first.csv” was applied to 5 columns.")).to_be_visible()
    expect(
        page.get_by_text("Not among the columns of last time, and matched by name: “fever”.")
    ).to_be_visible()
    expect(page.get_by_text("6 of 7 columns are used.")).to_be_visible()
    expect(page.get_by_text("Not answered yet")).to_have_count(0)
    page.get_by_role("button", name="Use this cohort").click()
    steps.wait_for_chart(page)
    expect(steps.whose_data(page)).to_contain_text("11 of 11 patients")


def test_a_patient_entered_twice_is_said_and_can_be_left_out(page: Page, server, tmp_path: Path):
    file = write_cohort(tmp_path, "twice.csv")
    file.write_text(file.read_text() + "P85,combination,15,healed,85\n", encoding="utf-8")
    load_page(page, server.url, file)
    twice = "A patient counts twice: row 10 seems to be the patient of row 7."
    expect(page.get_by_text(twice)).to_be_visible()
    expect(page.get_by_text("9 patients will be used.")).to_be_visible()
    steps.choose(page, "Rows to leave out", "row 10: the same patient number as in row 7")
    expect(page.get_by_text("8 patients will be used.")).to_be_visible()
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    page.get_by_text("How this was made").first.click()
    expect(page.get_by_text("left_out_rows=(10,)")).to_be_visible()
    steps.go_to(page, "Load data")
    expect(page.get_by_text("Left out by the reader as a patient entered twice: row 10.")).to_be_visible()
    page.get_by_role("button", name="Change the matching or the codes").click()
    expect(page.get_by_text("8 patients will be used.")).to_be_visible()


def test_what_the_file_cannot_answer_is_said_with_the_column_that_could(page: Page, server, tmp_path: Path):
    load_page(page, server.url, write_coded(tmp_path, "coded.csv", range(80, 88)))
    alarm = page.locator(".st-key-unanswered")
    expect(alarm).to_contain_text("No column gives the treatment arm")
    expect(alarm).to_contain_text("“re-epitelisation days” could be it.")
    page.get_by_text("“re-epitelisation days” is Time to re-epithelization (days)").click()
    expect(alarm).not_to_contain_text("re-epithelization")


def load_page(page: Page, url: str, file: Path) -> None:
    steps.open_page(page, url, "upload")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()
    steps.settle(page)


def test_a_unit_that_nothing_names_is_asked_for_and_answered(page: Page, server, tmp_path: Path):
    file = tmp_path / "albumin.csv"
    rows = "".join(
        f"P{i},{'combination' if i % 2 else 'corticosteroid'},{10 + i},healed,3.{i}\n" for i in range(8)
    )
    file.write_text("patient_id,arm,reepithelization_days,outcome,albumin\n" + rows)
    load_page(page, server.url, file)
    expect(page.get_by_role("heading", name="What the file does not say")).to_be_visible()
    expect(
        page.get_by_text("The header names no unit, and the values suggest another than g/L.")
    ).to_be_visible()
    expect(page.get_by_text("Not answered yet: Albumin.")).to_be_visible()
    steps.choose(page, "albumin: unit", "g/dL")
    expect(
        page.get_by_text("“albumin” was converted from g/dL to g/L (× 10); row 2: 3 became 30.")
    ).to_be_visible()
    expect(page.get_by_text("Not answered yet")).to_have_count(0)
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    steps.go_to(page, "Load data")
    expect(page.get_by_text("“albumin” was converted from g/dL to g/L")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_the_order_of_day_and_month_is_asked_for_and_answered(page: Page, server, tmp_path: Path):
    file = tmp_path / "dates.csv"
    rows = "".join(
        f"P{i},{'combination' if i % 2 else 'corticosteroid'},healed,"
        f"0{1 + i}/03/2023,1{i % 3}/04/2023,5/3/1{1 + i % 2}\n"
        for i in range(8)
    )
    file.write_text("patient_id,arm,outcome,steroid start date,healing date,onset date\n" + rows)
    load_page(page, server.url, file)
    for asked in (
        "Which comes first in these dates, the day or the month? Row 2 reads 01/03/2023: "
        "day first it is 2023-03-01; month first it is 2023-01-03.",
        "Which comes first in these dates, the day or the month? Row 2 reads 5/3/11: "
        "day first it is 2011-03-05; month first it is 2011-05-03.",
    ):
        expect(page.get_by_text(asked)).to_be_visible()
    steps.choose(page, "steroid start date: order", "day first")
    steps.choose(page, "healing date: order", "day first")
    steps.choose(page, "onset date: order", "day first")
    expect(page.get_by_text("Not answered yet")).to_have_count(0)
    expect(page.get_by_text("give the year with two digits: read as 20__")).to_be_visible()
    # from 1 March to 10 April are 40 days
    expect(
        page.get_by_text("In 8 patients the time to re-epithelization was counted from the dates")
    ).to_be_visible()
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    steps.wait_for_chart(page)
    expect(steps.whose_data(page)).to_contain_text("8 of 8 patients")
    assert page.get_by_test_id("stException").count() == 0


def test_the_classes_of_the_diagnosis_are_chosen_and_stand_in_the_code(page: Page, server, tmp_path: Path):
    file = tmp_path / "detached.csv"
    rows = "".join(
        f"P{i},{'combination' if i % 2 else 'corticosteroid'},{10 + i},healed,{share}\n"
        for i, share in enumerate((5, 8, 10, 15, 20, 30, 30, 40, 50, 60))
    )
    file.write_text("patient_id,arm,reepithelization_days,outcome,detachment_bsa_pct\n" + rows)
    load_page(page, server.url, file)
    expect(
        page.get_by_text("was taken from the detachment (SJS below 10 %, overlap 10 to 30 %, TEN above 30 %)")
    ).to_be_visible()
    page.get_by_text("from 30 %", exact=True).click()
    steps.settle(page)
    expect(page.get_by_text("(SJS below 10 %, overlap from 10 to below 30 %, TEN from 30 %)")).to_be_visible()
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_role("heading", name="Healing", exact=True)).to_be_visible()
    steps.wait_for_chart(page)
    page.get_by_text("How this was made").first.click()
    expect(page.get_by_text("classes=Classes(ten_from_30=True, overlap_is_ten=False)")).to_be_visible()
    steps.go_to(page, "Load data")
    expect(page.get_by_text("TEN from 30 %")).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_a_large_file_shows_its_steps_with_the_rows(page: Page, server, tmp_path: Path):
    file = tmp_path / "large.csv"
    rows = "".join(
        f"P{i},{'combination' if i % 2 else 'corticosteroid'},{i % 60},died,{i % 90}\n" for i in range(60_000)
    )
    file.write_text("patient_id,arm,reepithelization_days,outcome,age_years\n" + rows)
    steps.open_page(page, server.url, "upload")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("60,000 rows: ").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible(timeout=60_000)
    steps.settle(page)
    expect(page.get_by_text("60,000 rows: ")).to_have_count(0)
    assert page.get_by_test_id("stException").count() == 0
