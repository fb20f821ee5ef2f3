# SPDX-License-Identifier: GPL-2.0-or-later
"""A study: what, where and when, in one file."""
