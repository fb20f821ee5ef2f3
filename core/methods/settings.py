# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a method that no step has a record for, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import Options, option

ANALYSES = ("period_means", "partial_correlation", "landscape", "mqcc")


@dataclass(frozen=True)
class Role(Options):
    """A covariate that a method wants, whatever it is called in a study."""

    required: bool = option(True, "Required", help="Whether the method refuses to start without it.")
    also: str = option("", "Other names", help="Names of studies under which it is looked for, with commas.")
    about: str = option("", "What it is", help="As the source of the method says it.")


@dataclass(frozen=True)
class MapOutput(Options):
    """How the maps of a method are written."""

    scale: float = option(
        0.0, "Scale", low=0.0, high=1.0, help="Maps of whole numbers too, each times this in m3 m-3, as 0.0001; 0 "
        "writes none.",
    )  # fmt: skip
    name: str = option("sm_%Y%j", "Name of whole-number maps", help="With %Y, %m, %d and %j for the day of the year.")


@dataclass(frozen=True)
class Explanation(Options):
    """Whether and how a model is explained."""

    explain: bool = option(False, "Explain", help="SHAP values, importance and partial dependence.")
    most_samples: int = option(1000, "Most samples", low=10, high=1_000_000, help="Samples that are explained.")


@dataclass(frozen=True)
class Rescaling(Options):
    """Whether stations are given the climate of the coarse product before anything learns from them."""

    rescale: str = option("off", "Rescale stations", choices=("off", "mean_sd", "cdf"), help="To the coarse product.")
