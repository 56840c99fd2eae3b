"""Cards of the sample, each with settings or patients of its own."""

from __future__ import annotations

import pytest

from iren_core import Cohort, Selection
from iren_core.analyses import (
    adverse_events,
    baseline,
    correlates,
    healing,
    mortality,
    prognosis,
    published,
    recovery,
    robustness,
    steroids,
)
from iren_core.card import Card
from iren_core.export import images


@pytest.fixture(scope="session")
def every_card(sample: Cohort) -> list[Card]:
    """A card of each question, several with other settings or patients than the defaults."""
    ten = sample.select(Selection(diagnosis=("TEN",)))
    return [
        adverse_events.card(sample, adverse_events.Settings(view="time to first infection")),
        baseline.card(sample, baseline.Settings(rule="chosen by the data", fields=("age_years", "sex", "scorten"))),
        correlates.card(sample, correlates.Settings(variables=("bmi",), method="kendall", group=None)),
        healing.card(sample),
        healing.card(sample, healing.Settings(deaths="censored at death", interval="log", horizon_days=25.0)),
        healing.card(sample, healing.Settings(deaths="competing event", group="age_years>=60", panels=None)),
        healing.card(ten),
        mortality.card(sample, mortality.Settings(window_days=30)),
        prognosis.card(sample, prognosis.Settings(view="one marker")),
        published.card(sample, published.Settings(section=published.SECTIONS[1])),
        recovery.card(sample, recovery.Settings(marker="ferritin_ng_ml", test="wilcoxon")),
        recovery.card(sample, recovery.Settings(marker="crp_mg_l", group="sex")),
        recovery.card(sample, recovery.Settings(view="all markers", change="percent")),
        recovery.card(
            sample,
            recovery.Settings(
                marker="cd4_cells_ul", beyond_limit="limit itself", ranges=(("cd4_cells_ul", 500.0, None),)
            ),
        ),
        robustness.card(sample, robustness.Settings(deaths="censored at death", days=(14,))),
        steroids.card(sample, steroids.Settings(measure="daily dose per kg", test="Mann-Whitney")),
        steroids.card(sample, steroids.Settings(test="Welch")),
    ]  # fmt: skip


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser, where no picture is drawn."""
    monkeypatch.setattr(images, "find_browser", lambda: None)
