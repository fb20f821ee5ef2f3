# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations as networks deliver them and as people keep them: daily values in one table."""
