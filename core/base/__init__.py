# SPDX-License-Identifier: GPL-2.0-or-later
"""What every room stands on: errors, options, progress, packages, files."""
