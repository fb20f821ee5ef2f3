# SPDX-License-Identifier: GPL-2.0-or-later
"""How a model is explained, as a record that loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import Options, option


@dataclass(frozen=True)
class ExplainOptions(Options):
    """How many samples and repetitions an explanation takes."""

    most_samples: int = option(
        1000, "Most samples", low=10, high=1_000_000, help="Of more samples as many are drawn at random: each of them "
        "is explained on its own, and that takes time.",
    )  # fmt: skip
    n_shuffles: int = option(
        5, "Shuffles", low=1, high=1000, help="How often each covariate is shuffled for its permutation importance.",
        advanced=True,
    )  # fmt: skip
    drop_one: bool = option(
        False, "Leave each covariate out", help="Also train again without each covariate, by the folds and options of "
        "the model, and tell by how much the error grows. The honest importance, and the slow one.",
    )  # fmt: skip
    n_points: int = option(
        25, "Points of a curve", low=5, high=200, help="Values of each covariate, from its 5th to its 95th percentile, "
        "for which the partial dependence is computed.", advanced=True,
    )  # fmt: skip
