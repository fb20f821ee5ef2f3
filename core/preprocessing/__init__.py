# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps that make covariates and stations ready."""
