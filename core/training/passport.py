# SPDX-License-Identifier: GPL-2.0-or-later
"""What the passport of a model file must say, looked at before anything goes by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError, ModelFileError
from ..scoring.calibration import Calibration
from .blend import CoarseFacts
from .cell_errors import CellErrors
from .scale_facts import PASSPORT, ScaleTransfer

NEEDED = ("learner", "members", "parts", "covariates", "target", "seed", "versions")
_OF_MEMBER = {"learner": str, "options": dict, "label": str, "part": int, "file": str, "sha256": str}


def check_passport(passport: dict, file: str) -> None:
    """Raise `ModelFileError` if a passport lacks something, or says what no training could have written.

    Parameters
    ----------
    passport : dict
    file : str
        Name of the model file, for the message.
    """
    missing = [key for key in NEEDED if key not in passport]
    if missing:
        raise ModelFileError(f"The passport of {file} lacks {', '.join(missing)}. Ask for a new copy.")
    if not _all_of(passport["members"], _is_member) or not _all_of(passport["covariates"], _is_covariate):
        raise ModelFileError(f"The passport of {file} does not tell its covariates or weights. Ask for a new copy.")
    if not _all_of(passport["parts"], _is_part):
        raise ModelFileError(f"The parts of {file} have no labels, or no shares of 0 or more. Ask for a new copy.")
    if not _is_number(passport.get("level", 0.0)):
        raise ModelFileError(f"The level of {file} is no number: {passport['level']!r}. Ask for a new copy.")
    untold = [key for key, fits in _TOLD.items() if passport.get(key) is not None and not fits(passport[key])]
    if untold:
        raise ModelFileError(f"The passport of {file} cannot be understood: {', '.join(untold)}. Ask for a new copy.")
    for key, kind in (("calibration", Calibration), (PASSPORT, ScaleTransfer), ("cell_errors", CellErrors)):
        if passport.get(key) is not None:
            try:
                kind.from_dict(passport[key])
            except InputError as error:
                raise ModelFileError(f"{file}: {error} Ask for a new copy.") from error
    known = passport.get("coarse")
    if known is None:
        return
    try:
        weights = CoarseFacts.from_dict(known).weights.values
    except InputError as error:
        raise ModelFileError(f"{file}: {error} Ask for a new copy.") from error
    if len(weights) != len(passport["parts"]):
        raise ModelFileError(
            f"{file} tells {len(weights)} weights of {len(passport['parts'])} parts. Ask for a new copy."
        )


def _all_of(entries: Any, fits) -> bool:
    """Return whether there is a list of entries, one at least, and each fits."""
    return isinstance(entries, list) and bool(entries) and all(isinstance(one, dict) and fits(one) for one in entries)


def _is_member(entry: dict) -> bool:
    return all(type(entry.get(key)) is kind for key, kind in _OF_MEMBER.items())  # True is no number of a part


def _is_covariate(entry: dict) -> bool:
    ends = [entry.get(end) for end in ("low", "high")]
    told = isinstance(entry.get("name"), str) and all(isinstance(entry.get(key), bool) for key in ("gaps", "classes"))
    return told and all(map(_is_number, ends)) and all(map(_is_number, entry.get("levels", [])))


def _is_part(entry: dict) -> bool:
    return isinstance(entry.get("label"), str) and _is_number(entry.get("share")) and entry["share"] >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and bool(np.isfinite(value))


def _are_scores(entries: Any) -> bool:
    """Return whether there are scores by groups: each a number by the name of the metric, or None where unknown."""
    if not isinstance(entries, dict) or not all(isinstance(group, dict) for group in entries.values()):
        return False
    return all(value is None or _is_number(value) for group in entries.values() for value in group.values())


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(entries: Any) -> bool:
    return isinstance(entries, list) and all(map(_is_text, entries))


# what a reader is told of a model, where it is there
_TOLD = {
    "learner": _is_text, "target": _is_text, "study": _is_text, "period": _are_texts, "stations": _are_texts,
    "n_samples": _is_number, "seed": _is_number, "folds": lambda value: isinstance(value, dict),
    "fold_scores": _are_scores, "held_out_scores": _are_scores, "versions": lambda value: isinstance(value, dict),
}  # fmt: skip
