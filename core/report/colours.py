# SPDX-License-Identifier: GPL-2.0-or-later
"""The colours of products, the same in every figure and window; they need no matplotlib."""

from __future__ import annotations

from ..scoring.baselines import AS_IS, BILINEAR, MAP, SMOOTH
from ..scoring.climatology import CLIMATOLOGY

COLOURS = {MAP: "#14507d", AS_IS: "#b8652a", BILINEAR: "#d9a441", SMOOTH: "#6b3d2e", CLIMATOLOGY: "#a3acb1"}
MORE_COLOURS = ("#14507d", "#2a9d6f", "#8a4fae", "#c23b5a", "#5b6770", "#7a8b16", "#3f8fd2", "#d889b9")


def product_colour(name: str, products: list[str]) -> str:
    """Return the colour of a product among others."""
    if name in COLOURS:
        return COLOURS[name]
    others = [p for p in products if p not in COLOURS]
    # the first is that of our map
    free = MORE_COLOURS[1:] if MAP in products else MORE_COLOURS
    return free[others.index(name) % len(free)]
