# SPDX-License-Identifier: GPL-2.0-or-later
"""How good the maps are."""
