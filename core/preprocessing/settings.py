# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of the preprocessing steps, as records that load nothing heavy."""

from __future__ import annotations
