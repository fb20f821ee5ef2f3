# SPDX-License-Identifier: GPL-2.0-or-later
"""Learners, folds and training."""
