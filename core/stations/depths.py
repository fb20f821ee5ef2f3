# SPDX-License-Identifier: GPL-2.0-or-later
"""Which depths of a station count, and how much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .settings import StationImport

HAIR = 1e-6  # 0.1 - 0.05 is no more than 0.05


def middle(top: float, bottom: float) -> float:
    """Return the depth of a sensor: half way between its top and bottom; NaN where it is not known."""
    return (top + bottom) / 2


def reachable(top: float, bottom: float, options: StationImport) -> bool:
    """Whether a sensor from top to bottom (m) can count at all; one of unknown depth can."""
    if top != top:
        return True
    if options.depth_rule == "nearest":
        return distance(top, bottom, options.depth_m) <= options.farthest_m + HAIR
    if options.depth_rule == "range":
        return options.least_depth_m - HAIR <= middle(top, bottom) <= options.greatest_depth_m + HAIR
    # a sensor below the layer may still be the nearest to its lower part
    return True


def distance(top: float, bottom: float, depth: float) -> float:
    """Return how far a depth is from a sensor, m; 0 inside of one that measures a layer."""
    return max(top - depth, depth - bottom, 0.0)


def layer_weights(sensors: pd.DataFrame, options: StationImport) -> pd.DataFrame:
    """Keep the sensors that the depth rule takes, with the layer and the weight of each.

    Parameters
    ----------
    sensors : DataFrame
        station, top_m, bottom_m and depth_m, the middle (m; NaN where unknown).
    options : StationImport

    Returns
    -------
    DataFrame
        With `layer`, the same for sensors at one depth of a station, and `weight`, that of the layer.

    Notes
    -----
    By the rule "weighted" a depth stands for the soil from half way to the next depth above (or the surface) to half
    way to the next one below; the lowest reaches as far below its middle as above. A sensor that measures a layer
    counts by its middle. The weight is the thickness of the part that lies in the layer asked for.
    """
    layer = sensors.groupby([sensors["top_m"].round(4).fillna(-1), sensors["bottom_m"].round(4).fillna(-1)]).ngroup()
    sensors = sensors.assign(layer=layer, weight=1.0)
    depth = sensors["depth_m"]
    if options.depth_rule == "nearest":
        far = (depth - options.depth_m).abs().fillna(0.0).round(6)
        shallow = depth.fillna(0.0)
        best = sensors.assign(far=far, shallow=shallow).sort_values(["far", "shallow"]).drop_duplicates("station")
        chosen = sensors["station"].map(best.set_index("station")["layer"])
        return sensors[sensors["layer"] == chosen]
    if options.depth_rule == "range":
        return sensors
    for _, rows in sensors.groupby("station"):
        depths = rows.drop_duplicates("layer").sort_values("depth_m")
        if not depths["depth_m"].isna().any():
            weights = thickness(depths["depth_m"].to_numpy(), options.least_depth_m, options.greatest_depth_m)
            sensors.loc[rows.index, "weight"] = rows["layer"].map(dict(zip(depths["layer"], weights)))
    return sensors[sensors["weight"] > 0]


def thickness(depths: np.ndarray, top: float, bottom: float) -> np.ndarray:
    """Return how much of a layer (top to bottom, m) each of some rising depths stands for, m."""
    between = (depths[1:] + depths[:-1]) / 2
    upper = np.concatenate([[0.0], between])
    lower = np.concatenate([between, [2 * depths[-1] - upper[-1]]])
    return np.clip(np.minimum(lower, bottom) - np.maximum(upper, top), 0.0, None)
