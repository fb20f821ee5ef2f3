# SPDX-License-Identifier: GPL-2.0-or-later
"""Methods: how a study becomes maps, in one JSON file each."""
