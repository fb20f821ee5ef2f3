# SPDX-License-Identifier: GPL-2.0-or-later
"""What the verbs of the front door share: how they tell, and what they take for a path and a day."""

from __future__ import annotations

import logging
import os
from datetime import date
from typing import Union

import numpy as np

from ..base.progress import Progress

PathLike = Union[str, os.PathLike]
Day = Union[str, date, np.datetime64]

# what is odd appears below the cell of a notebook; the rest where logging is asked for it
LOG = logging.getLogger("soilsharp")
TELLING = Progress(say=LOG.info, warn=LOG.warning)
