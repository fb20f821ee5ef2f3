# SPDX-License-Identifier: GPL-2.0-or-later
"""Products as they are delivered, made into dated maps and tables of stations: a file or a folder each."""
