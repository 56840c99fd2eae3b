"""Pointwise confidence intervals of a share (a survival probability or a cumulative incidence)."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy.special import ndtri

from iren_core.errors import CohortError

Scale = Literal["log-log", "log", "plain"]


def band(
    share: np.ndarray, std_error: np.ndarray, scale: Scale, conf_level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limits, symmetric on the given scale; nan where the scale has none.

    Limits on the scale log(-log(share)) stay between 0 and 1 but do not exist where the share is 0 or 1; on
    the scale log(share) they do not exist where it is 0. Both are as in R's ``survfit`` [1]_; limits beyond
    0 or 1 on the other scales are cut there.

    References
    ----------
    .. [1] Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data, 2nd ed.
       Wiley 2002, p. 18.

    Examples
    --------
    >>> low, high = band(np.array([0.5]), np.array([0.1]), "log-log", 0.95)
    >>> low.round(3), high.round(3)
    (array([0.295]), array([0.675]))
    """
    check_scale(scale, conf_level)
    z = ndtri((1 + conf_level) / 2)
    if scale == "plain":
        return np.clip(share - z * std_error, 0, 1), np.clip(share + z * std_error, 0, 1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if scale == "log":
            factor = np.exp(z * std_error / share)
            return share / factor, np.minimum(share * factor, 1)
        log_share = np.where((share > 0) & (share < 1), np.log(share), np.nan)
        power = np.exp(z * std_error / (share * -log_share))
        return np.exp(log_share * power), np.exp(log_share / power)


def check_scale(scale: str, conf_level: float) -> None:
    """Raise ``CohortError`` for a scale that is not known or a level that is no probability."""
    if scale not in get_args(Scale):
        raise CohortError(
            f"Intervals on the scale “{scale}” were asked for.",
            "There is no such scale.",
            "Choose log-log, log or plain.",
        )
    if not 0 < conf_level < 1:
        raise CohortError(
            f"Intervals with confidence {conf_level:g} were asked for.",
            "Confidence lies between 0 and 1.",
            "Give for example 0.95.",
        )
