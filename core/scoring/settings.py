# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of scores, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.errors import OptionError
from ..base.options import Options, option


@dataclass(frozen=True)
class AnomalyOptions(Options):
    """What anomalies depart from: a mean over a window of days."""

    window: int = option(
        35,
        "Window of the anomalies",
        low=3,
        high=365,
        unit="d",
        help="Short-term anomalies depart from the mean of so many days around each day. Seasonal anomalies depart "
        "from the mean of so many days of the year around it, over at least three years.",
    )
    min_days: int = option(
        5,
        "Minimum days in the window",
        low=2,
        high=365,
        help="Valid days that the mean of a window needs; with fewer there is no anomaly.",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.min_days > self.window:
            raise OptionError(f"{self.min_days} valid days are asked for in a window of {self.window} days; widen it.")
