# SPDX-License-Identifier: GPL-2.0-or-later
"""Honest scores: any learners under any folds, beside baselines, judged by the same rows."""

from .comparison import compare
from .report import write_comparison
from .result import Comparison

__all__ = ["Comparison", "compare", "write_comparison"]
