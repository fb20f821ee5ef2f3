# SPDX-License-Identifier: GPL-2.0-or-later
"""A made-up region whose fine soil moisture is known: weather, a daily water balance, and what sensors see of it."""

from ..settings import RegionOptions
from .region import Region, create_sample_region

__all__ = ["Region", "RegionOptions", "create_sample_region"]
