"""Groups that were known only after treatment began are called so on every card that looks at what followed."""

from __future__ import annotations

from importlib import import_module

import pytest

from iren_core.analyses import healing

OVER_TIME = ("adverse_events", "healing", "mortality", "recovery", "robustness", "steroids")


def notes(question: str, sample, group: str) -> str:
    module = import_module(f"iren_core.analyses.{question}")
    return " ".join(module.card(sample, module.Settings(group=group)).notes)


@pytest.mark.parametrize("question", OVER_TIME)
def test_later_groups_are_said_to_be(question, sample):
    assert "These groups were known only later: infection" in notes(question, sample, "infection")
    assert "known only later" not in notes(question, sample, "sex")


def test_a_recovery_value_cut_in_two_is_later_an_acute_one_is_not(sample):
    later, early = (
        healing.card(sample, healing.Settings(group=f"crp_mg_l_{phase}>=20")).notes
        for phase in ("recovery", "acute")
    )
    assert any("condition on the future" in note for note in later)
    assert not any("condition on the future" in note for note in early)
