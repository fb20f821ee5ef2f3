# SPDX-License-Identifier: GPL-2.0-or-later
"""The columns that samples have of their own, whose names no covariate can have."""

from __future__ import annotations

from collections.abc import Iterable

from ..base.errors import InputError

TARGET = "soil_moisture"  # the column of samples with what is learned
# further columns of samples: where and when it was measured, and how much it counts
VALID_FRACTION = "valid_fraction"  # the column of samples with the part of a coarse cell where all is known
COARSE_SMOOTH = "coarse_smooth"  # the coarse product smoothly interpolated: a baseline, and no covariate
INDEX_COLUMNS = (
    "station", "cell_row", "cell_column", "longitude", "latitude", "date", "weight", VALID_FRACTION, COARSE_SMOOTH,
)  # fmt: skip


def refuse_taken(covariates: Iterable[str], whose: str) -> None:
    """Raise `InputError` if a covariate has no name or that of a column which samples have of their own.

    Parameters
    ----------
    covariates : iterable of str
    whose : str
        Where they are, for the sentence.
    """
    reserved = (TARGET, *INDEX_COLUMNS)
    taken = [name or "''" for name in covariates if not name.strip() or name in reserved]
    if taken:
        raise InputError(
            f"A covariate of {whose} is called {', '.join(taken)}: samples have columns of these names of their own "
            f"({', '.join(reserved)}). Give it another name."
        )
