# SPDX-License-Identifier: GPL-2.0-or-later
"""The spectral indices with their formulas, and which band of a sensor is which colour; loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Index:
    """A spectral index: its `formula` of reflectances, where it comes from, and the range that it can have."""

    formula: str
    source: str
    least: float = -1.0
    most: float = 1.0


# as bands of MOD09A1: red 1, nir 2, blue 3, green 4, swir1 6, swir2 7
INDICES = {
    "ndvi": Index("(nir - red) / (nir + red)", "Rouse et al. 1974; Tucker 1979"),
    "evi": Index("2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)", "Huete et al. 2002"),
    "savi": Index("1.5 * (nir - red) / (nir + red + 0.5)", "Huete 1988, L = 0.5"),
    "ndwi": Index("(green - nir) / (green + nir)", "McFeeters 1996; Rao et al. 2022"),
    "lswi": Index("(nir - swir1) / (nir + swir1)", "Xiao et al. 2002; Rao et al. 2022"),
    "ndmi": Index("(nir - swir1) / (nir + swir1)", "Wilson and Sader 2002; the same as LSWI by its other name"),
    "nsdsi": Index("(swir1 - swir2) / swir1", "Yue et al. 2019; Rao et al. 2022"),
}

BANDS = {
    "modis": {"red": "b01", "nir": "b02", "blue": "b03", "green": "b04", "swir124": "b05", "swir1": "b06",
              "swir2": "b07"},
    "landsat 8": {"red": "B4", "nir": "B5", "blue": "B2", "green": "B3", "swir1": "B6", "swir2": "B7"},
    "sentinel-2": {"red": "B04", "nir": "B08", "blue": "B02", "green": "B03", "swir1": "B11", "swir2": "B12"},
    "own": {},
}  # fmt: skip
# what whole numbers of reflectance hold where there is no image, also where the file does not say so
FILLS = {"landsat 8": (0.0,), "sentinel-2": (0.0,)}
SENSORS = {"modis": "MODIS", "landsat 8": "Landsat 8 and 9", "sentinel-2": "Sentinel-2", "own": "Own names"}
