# SPDX-License-Identifier: GPL-2.0-or-later
"""The algorithms as QGIS sees them: parameters, results and styles; the science is in core."""
