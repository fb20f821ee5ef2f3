# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of the product readers, as records that load nothing heavy."""

from __future__ import annotations
