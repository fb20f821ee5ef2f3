# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a method that no step has a record for, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.options import Options, option
from ..preprocessing.settings import RESCALINGS

SHIPPED = Path(__file__).parent
ANALYSES = ("period_means", "partial_correlation", "landscape", "mqcc")


def shipped() -> list[str]:
    """Return the names of the methods that come with SoilSharp."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


@dataclass(frozen=True)
class Role(Options):
    """A covariate that a method wants, whatever it is called in a study."""

    required: bool = option(True, "Required", help="Whether the method refuses to start without it.")
    also: str = option("", "Other names", help="Names of studies under which it is looked for, with commas.")
    about: str = option("", "What it is", help="As the source of the method says it.")
    input: bool = option(
        True, "Input", help="Whether the learners see it. If not, it stands beside the samples, for classes, weights "
        "and folds to go by, as the climate classes of Poehls et al. 2025.",
    )  # fmt: skip


@dataclass(frozen=True)
class RescaleChoice(Options):
    """Whether stations are given the climate of the coarse product before anything learns from them."""

    rescale: str = option(
        "off", "Rescale stations", choices={"off": "Off", **RESCALINGS}, help="To the coarse product."
    )
