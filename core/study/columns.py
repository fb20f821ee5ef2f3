# SPDX-License-Identifier: GPL-2.0-or-later
"""The columns that samples have of their own, whose names no covariate can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from ..base.errors import InputError
from ..base.names import folded

TARGET = "soil_moisture"  # the column of samples with what is learned
# further columns of samples: where and when it was measured, and how much it counts
VALID_FRACTION = "valid_fraction"  # the column of samples with the part of a coarse cell where all is known
COARSE_SMOOTH = "coarse_smooth"  # the coarse product smoothly interpolated: a baseline, and no covariate
INDEX_COLUMNS = (
    "station", "cell_row", "cell_column", "longitude", "latitude", "date", "weight", VALID_FRACTION, COARSE_SMOOTH,
)  # fmt: skip


def refuse_taken(covariates: Collection[str], whose: str, further: Sequence[str] = ()) -> None:
    """Raise `InputError` if a covariate has no name, that of a column which samples have of their own, or another's.

    Parameters
    ----------
    covariates : collection of str
    whose : str
        Where they are, for the sentence.
    further : sequence of str
        Names that mean something else there.
    """
    reserved = (TARGET, *INDEX_COLUMNS, *further)
    taken = [name or "''" for name in covariates if not name.strip() or name in reserved]
    if taken:
        raise InputError(
            f"A covariate of {whose} is called {', '.join(taken)}: samples have columns of these names of their own "
            f"({', '.join(reserved)}). Give it another name."
        )
    alike = Counter(map(folded, covariates))
    twice = [name for name in covariates if alike[folded(name)] > 1]
    if twice:
        raise InputError(
            f"Covariates of {whose} are called {', '.join(twice)}: a model could not tell one from another, since "
            "case, blanks and dashes do not count in names. Give them other names."
        )
