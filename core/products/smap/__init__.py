# SPDX-License-Identifier: GPL-2.0-or-later
"""SMAP soil moisture: granules, subsets, exports and lists of cells onto EASE-Grid 2.0."""
