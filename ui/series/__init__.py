# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock *SoilSharp series*: the days of a place in the map, from coarse value to station, in one plot."""
