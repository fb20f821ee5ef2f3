# SPDX-License-Identifier: GPL-2.0-or-later
"""Which depths of a station count, and how much: what its sensors make together on a day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .daily import GOOD, join_flags
from .settings import StationImport, StationOptions

HAIR = 1e-6  # 0.1 - 0.05 is no more than 0.05
MIN_WEIGHT = 0.5  # of a layer that must be measured on a day


def middle(top, bottom):
    """Return the depth of a sensor (number or Series): half way from top to bottom; NaN where it is not known."""
    return (top + bottom) / 2


def reachable(top: float, bottom: float, options: StationImport) -> bool:
    """Whether a sensor from top to bottom (m) can count at all; one of unknown depth can."""
    if top != top:
        return True
    if options.depth_rule == "nearest":
        return distance(top, bottom, options.depth_m) <= options.max_depth_difference_m + HAIR
    if options.depth_rule == "range":
        return options.min_depth_m - HAIR <= middle(top, bottom) <= options.max_depth_m + HAIR
    # a sensor below the layer may still be the nearest to its lower part
    return True


def distance(top: float, bottom: float, depth: float) -> float:
    """Return how far a depth is from a sensor, m; 0 inside of one that measures a layer."""
    return max(top - depth, depth - bottom, 0.0)


def layer_weights(sensors: pd.DataFrame, options: StationOptions | StationImport) -> pd.DataFrame:
    """Keep the sensors that the depth rule takes, with the layer and the weight of each.

    Parameters
    ----------
    sensors : DataFrame
        station, top_m and bottom_m (NaN where unknown).
    options : StationOptions or StationImport

    Returns
    -------
    DataFrame
        With `depth_m`, the middle, `layer`, the same for sensors at one depth of a station, and `weight`, that of the
        layer.

    Notes
    -----
    By the rule "weighted" a depth stands for the soil from half way to the next depth above (or the surface) to half
    way to the next one below; the lowest reaches as far below its middle as above. A sensor that measures a layer
    counts by its middle. The weight is the thickness of the part that lies in the layer asked for.
    """
    layer = sensors.groupby([sensors["top_m"].round(4).fillna(-1), sensors["bottom_m"].round(4).fillna(-1)]).ngroup()
    sensors = sensors.assign(layer=layer, weight=1.0, depth_m=middle(sensors["top_m"], sensors["bottom_m"]))
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
            weights = thickness(depths["depth_m"].to_numpy(), options.min_depth_m, options.max_depth_m)
            sensors.loc[rows.index, "weight"] = rows["layer"].map(dict(zip(depths["layer"], weights)))
    return sensors[sensors["weight"] > 0]


def one_a_day(days: pd.DataFrame, sensors: pd.DataFrame) -> pd.DataFrame:
    """Return what the sensors of each station make together on a day: the mean of those at one depth, then of depths.

    Parameters
    ----------
    days : DataFrame
        One row a sensor and day: sensor, date, value, n (readings) and flag.
    sensors : DataFrame
        Those that count, by number: station, layer, weight and depth_m, as `layer_weights` gives them.

    Returns
    -------
    DataFrame
        One row a station and day, in order: station, depth_m, date, value, n and flag.
    """
    code, names = pd.factorize(sensors["station"], sort=True)
    there = sensors.assign(code=code)
    number = there.index.get_indexer(days["sensor"])
    rows = days if (number >= 0).all() else days[number >= 0]
    own = there.iloc[number[number >= 0]]
    rows = rows.assign(code=own["code"].to_numpy(), layer=own["layer"].to_numpy())
    if there.duplicated(["code", "layer"]).any():
        rows = _together(rows, ["code", "layer", "date"], {"value": "mean"})
    layers = there.drop_duplicates(["code", "layer"])
    share = layers.groupby("code")["weight"].sum()
    depth = (layers["depth_m"] * layers["weight"]).groupby(layers["code"]).sum(min_count=1) / share
    if len(layers) > len(names):
        rows = _mean_of_layers(rows, layers, share)
    rows = rows.iloc[np.lexsort((rows["date"].to_numpy(), rows["code"].to_numpy()))].reset_index(drop=True)
    code = rows["code"].to_numpy()
    rows = rows.assign(depth_m=depth.to_numpy()[code], station=np.asarray(names, object)[code])
    return rows[["station", "depth_m", "date", "value", "n", "flag"]]


def _mean_of_layers(rows: pd.DataFrame, layers: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Return the mean over the layers of a station, by their weights, on days that have enough of them."""
    weights = layers.set_index(["code", "layer"])["weight"]
    weight = weights.reindex(pd.MultiIndex.from_frame(rows[["code", "layer"]])).to_numpy()
    rows = rows.assign(weight=weight, value=rows["value"] * weight)
    rows = _together(rows, ["code", "date"], {"value": "sum", "weight": "sum"})
    rows["value"] /= rows["weight"]
    return rows[rows["weight"] >= MIN_WEIGHT * rows["code"].map(share)]


def _together(rows: pd.DataFrame, by: list[str], how: dict) -> pd.DataFrame:
    """Return one row of those that agree in `by`: the sum of their readings, and all of their flags."""
    out = rows.groupby(by, as_index=False).agg({"n": "sum", **how})
    flags = rows[rows["flag"] != GOOD].groupby(by)["flag"].agg(join_flags)  # slow, and few have any
    out["flag"] = flags.reindex(pd.MultiIndex.from_frame(out[by])).fillna(GOOD).to_numpy()
    return out


def thickness(depths: np.ndarray, top: float, bottom: float) -> np.ndarray:
    """Return how much of a layer (top to bottom, m) each of some rising depths stands for, m."""
    between = (depths[1:] + depths[:-1]) / 2
    upper = np.concatenate([[0.0], between])
    lower = np.concatenate([between, [2 * depths[-1] - upper[-1]]])
    return np.clip(np.minimum(lower, bottom) - np.maximum(upper, top), 0.0, None)
