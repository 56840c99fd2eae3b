"""Doses of other corticosteroids as doses of prednisone of the same anti-inflammatory effect."""

from __future__ import annotations

from types import MappingProxyType

from iren_core.errors import CohortError

#: mg of each corticosteroid that equal 5 mg of prednisone (Schimmer BP, Funder JW. Adrenocorticotropic hormone,
#: adrenal steroids, and the adrenal cortex. In: Goodman and Gilman's pharmacological basis of therapeutics).
PREDNISONE_5_MG = MappingProxyType(
    {
        "methylprednisolone": 4.0,
        "prednisone": 5.0,
        "prednisolone": 5.0,
        "hydrocortisone": 20.0,
        "triamcinolone": 4.0,
        "dexamethasone": 0.75,
        "betamethasone": 0.75,
    }
)


def prednisone_equivalent(drug: str, dose: float) -> float:
    """The dose of prednisone that equals this dose, in the unit given (mg, mg/day, mg/kg/day).

    Raises
    ------
    CohortError
        when the drug is not in the list, or the dose is negative.

    Examples
    --------
    >>> prednisone_equivalent("methylprednisolone", 80)
    100.0
    """
    if drug not in PREDNISONE_5_MG:
        raise CohortError(
            f"The prednisone equivalent of “{drug}” was asked for.",
            "It is not in the list.",
            f"Take one of {', '.join(PREDNISONE_5_MG)}.",
        )
    if not dose >= 0:
        raise CohortError("A dose was given.", f"It is {dose:g}.", "Give a dose of zero or more.")
    return dose * 5 / PREDNISONE_5_MG[drug]
