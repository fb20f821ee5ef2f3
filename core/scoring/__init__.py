# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of pairs of values, how sure they are, and who did best."""
