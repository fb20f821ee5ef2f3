# SPDX-License-Identifier: GPL-2.0-or-later
"""MODIS and VIIRS land products: granules and exports, tiles, scales, quality layers."""
