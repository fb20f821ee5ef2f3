# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters in space and time: grids, files, series, maps of days."""
