# SPDX-License-Identifier: GPL-2.0-or-later
"""Fine maps from a model and a study."""
