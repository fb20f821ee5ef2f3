# SPDX-License-Identifier: GPL-2.0-or-later
"""The science of SoilSharp: soil moisture downscaling on numpy, rasterio and scikit-learn, without QGIS."""
