# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples: what is learned from."""
