# SPDX-License-Identifier: GPL-2.0-or-later
"""Honest scores: any learners under any folds, beside baselines, judged by the same rows."""
