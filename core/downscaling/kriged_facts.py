# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run finds of the coarse product and of the covariates' detail while it kriges."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..kriging.one_up import Weights


@dataclass
class KrigedFacts:
    """What a run found of the coarse product and the detail.

    Attributes
    ----------
    noise : float
        Standard deviation of the coarse product's noise, m3 m-3: of each value by itself.
    shared_noise : float
        The same of the noise that neighbouring values of a series share, m3 m-3.
    stated, obeyed : float or None, bool
        The error that was stated, m3 m-3, and whether it was taken.
    parts : list of str
        What the parts of the model are called.
    weights : list of float
        Of the parts, the cap included.
    cap : float
        By which weights were multiplied so that detail is no greater inside cells than one scale up.
    learned : Weights or None
        As they were learned one scale up; None of a model that learned from something else.
    is_series : bool
        Whether days learned from each other.
    n_values, n_filled : int
        Pixels and days with a value, and those of them that rest on other cells or days.
    """

    noise: float = float("nan")
    shared_noise: float = 0.0
    stated: float | None = None
    obeyed: bool = False
    parts: list[str] = field(default_factory=list)
    weights: list[float] | None = None
    cap: float = 1.0
    learned: Weights | None = None
    is_series: bool = False
    n_values: int = 0
    n_filled: int = 0

    @property
    def filled_fraction(self) -> float:
        """Fraction of the values that rest on other cells or days."""
        return self.n_filled / max(self.n_values, 1)

    @property
    def skill(self) -> float:
        """Fraction of the detail one scale up that the covariates explain; NaN if it was not learned."""
        return self.learned.skill if self.learned is not None else float("nan")

    @property
    def skill_error(self) -> float:
        """Standard error of `skill`."""
        return self.learned.skill_error if self.learned is not None else float("nan")
