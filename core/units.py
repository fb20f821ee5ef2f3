# SPDX-License-Identifier: GPL-2.0-or-later
"""Units: what brings one to ours."""

from __future__ import annotations

SM_UNIT = "m3 m-3"
UNITS = {SM_UNIT: 1.0, "percent": 0.01}
