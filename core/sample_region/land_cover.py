# SPDX-License-Identifier: GPL-2.0-or-later
"""The land cover of the sample region, as a map of classes tells it."""

from __future__ import annotations

import numpy as np

from .land import Land
from .noise import Noise, scaled

# numbers and names of ESA WorldCover, whose legend land_cover_fractions knows
TREES, GRASS, CROPS, BARE, WETLAND = 10, 30, 40, 60, 90
CLASSES = {
    TREES: "tree cover", GRASS: "grassland", CROPS: "cropland", BARE: "bare or sparse vegetation",
    WETLAND: "herbaceous wetland",
}  # fmt: skip
TAGS = {"legend": "worldcover", "classes": ", ".join(f"{code} {name}" for code, name in CLASSES.items())}
WETLAND_SHARE, BARE_SHARE, GRASS_SHARE = 0.1, 0.1, 0.45  # of the open land, each of what those before it leave
DOUBT = 0.3  # SD by which a map-maker errs, where what is judged has SD 1


def land_cover(land: Land, noise: Noise) -> np.ndarray:
    """Return the class of every pixel of the domain, float32.

    Trees stand where the land is forest. Of the rest the wettest flat ground is wetland, what has the fewest plants is
    bare, what is steep or high is grass, and all else is tilled. Every border is off here and there.
    """
    doubt = DOUBT * noise.field(2.0, 2.0)
    open_land = land.forest + 0.3 * doubt <= 0.5
    steep, high = scaled(land.slope), scaled(land.elevation)
    codes = np.where(open_land, CROPS, TREES).astype(np.float32)
    for code, share, score in (
        (WETLAND, WETLAND_SHARE, land.wetness - 0.7 * steep),
        (BARE, BARE_SHARE, -scaled(land.cover)),
        (GRASS, GRASS_SHARE, steep + 0.7 * high),
    ):
        left = codes == CROPS
        score = score + doubt
        if left.any():
            codes[left & (score > np.quantile(score[left], 1 - share))] = code
    return codes
