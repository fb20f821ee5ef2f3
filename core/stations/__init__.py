# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations: what they measure, and whether it is to be believed."""
