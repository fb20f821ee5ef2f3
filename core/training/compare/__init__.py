# SPDX-License-Identifier: GPL-2.0-or-later
"""Cross-validation of any learners under any folds, beside baselines, judged by the same rows."""
