# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model goes by: SHAP values, importance, partial dependence, and whether physics agrees."""
