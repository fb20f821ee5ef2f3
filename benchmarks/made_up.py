# SPDX-License-Identifier: GPL-2.0-or-later
"""What the measurements are made with: a grid, samples and a model that are made up."""

NAMES = tuple(f"covariate_{i:02d}" for i in range(12))


def grid_of(side: int, metres: int = 100):
    """Return a grid of side x side pixels."""
    from soilsharp.core.rasters.grid import Grid

    left, bottom, size = 4_000_000, 2_500_000, side * metres
    return Grid.from_bounds("EPSG:3035", metres, (left, bottom, left + size, bottom + size))


def samples_of(number: int, names: tuple = NAMES):
    """Return made-up samples."""
    import numpy as np
    import pandas as pd

    from soilsharp.core.samples.samples import Samples

    X = np.random.default_rng(1).uniform(-1, 1.2, (number, len(names))).astype(np.float32)
    y = (0.25 + 0.05 * np.tanh(X @ np.linspace(-1, 1, len(names)))).astype(np.float32)
    return Samples(X, y, names, pd.DataFrame(index=range(number)), {"target": "coarse"})


def model():
    """Return LightGBM with its default options, 200 trees, trained on made-up samples."""
    from soilsharp.core.training.recipe import Recipe
    from soilsharp.core.training.settings import FoldOptions
    from soilsharp.core.training.train import train

    return train(samples_of(20_000), Recipe.of("lightgbm"), folds=FoldOptions(by="random", n_folds=0))
