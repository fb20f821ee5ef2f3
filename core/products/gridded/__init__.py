# SPDX-License-Identifier: GPL-2.0-or-later
"""Grids with a time axis or dated files: ERA5-Land and all others."""
