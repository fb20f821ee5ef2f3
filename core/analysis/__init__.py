# SPDX-License-Identifier: GPL-2.0-or-later
"""What maps tell beyond their quality."""
