# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds that are drawn several times: other seeds, and how scores spread over them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

MEAN, SD = "repeats_mean", "repeats_sd"  # groups of the fold scores of a model


def other_seeds(seed: int, repeats: int) -> range:
    """Return the seeds of the repeats after the first, which has the seed itself."""
    return range(seed + 1, seed + repeats)


def spread(scores: Sequence[dict]) -> dict[str, dict[str, float]]:
    """Return the mean and the SD (n - 1) of each score over repeats, as groups of fold scores."""
    table = pd.DataFrame(scores).astype(np.float64)
    return {MEAN: table.mean().to_dict(), SD: table.std().to_dict()}
