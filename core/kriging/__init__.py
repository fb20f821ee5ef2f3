# SPDX-License-Identifier: GPL-2.0-or-later
"""Area-to-point kriging of the coarse product: grids and numbers only, no study and no learner."""
