# SPDX-License-Identifier: GPL-2.0-or-later
"""A synthetic region whose fine soil moisture is known: weather, a daily water balance, and what sensors see of it."""
