# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows: they reach the algorithms by id, through Processing."""
