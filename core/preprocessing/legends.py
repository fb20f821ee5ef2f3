# SPDX-License-Identifier: GPL-2.0-or-later
"""What the classes of the usual land cover maps stand for; loads nothing heavy."""

from __future__ import annotations

# legend: name of a group to its classes, as a person would write them; `unknown` are fill values
LEGENDS = {
    # MCD12Q1, LC_Type1 (Friedl and Sulla-Menashe, user guide of collection 6); 0 was water before collection 6
    "igbp": {"forest": "1-5", "shrub": "6-7", "savanna": "8-9", "grass": "10", "wetland": "11", "crop": "12, 14",
             "urban": "13", "snow": "15", "bare": "16", "water": "0, 17", "unknown": "254-255"},
    # CORINE by the numbers of its rasters, 1 to 44, and by its codes, 111 to 523
    "corine": {"urban": "1-11, 111-112, 121-124, 131-142", "crop": "12-22, 211-244", "forest": "23-25, 311-313",
               "grass": "26, 321", "shrub": "27-29, 322-324", "bare": "30-33, 331-334", "snow": "34, 335",
               "wetland": "35-39, 411-423", "water": "40-44, 511-523", "unknown": "48, 128, 255, 990-999"},
    "worldcover": {"forest": "10, 95", "shrub": "20", "grass": "30", "crop": "40", "urban": "50", "bare": "60, 100",
                   "snow": "70", "water": "80", "wetland": "90, 95", "unknown": "0"},
    # ESA CCI land cover and its continuation by C3S
    "cci": {"crop": "10-40", "forest": "50-100, 160-170", "shrub": "120-122", "grass": "110, 130",
            "bare": "140-153, 200-202", "wetland": "160-180", "urban": "190", "water": "210", "snow": "220",
            "unknown": "0"},
}  # fmt: skip
LEGEND_NAMES = {
    "igbp": "MODIS MCD12Q1 (IGBP)",
    "corine": "CORINE Land Cover",
    "worldcover": "ESA WorldCover",
    "cci": "ESA CCI and C3S Land Cover",
}


def groups_of_codes(legend: str) -> dict[int, str]:
    """Return what each class of a legend stands for; nothing of a legend that is not known."""
    found: dict[int, str] = {}
    for group, text in LEGENDS.get(legend, {}).items():
        for part in text.split(","):
            first, _, last = part.strip().partition("-")
            for code in range(int(first), int(last or first) + 1):
                found.setdefault(code, group)  # mangroves are a forest first
    return {code: group for code, group in found.items() if group != "unknown"}
