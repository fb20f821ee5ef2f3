# SPDX-License-Identifier: GPL-2.0-or-later
"""What a comparison of learners says in plain words: who won, by how sure a lead, and what random folds hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...report.html_page import number
from ...scoring.verdict import verdict
from ...units import SM_SHOWN
from ..folds import fold_kind
from ..held_out import folds_label
from ..settings import FoldOptions

TEST = "test part"  # begins the label of one, which stands among those of folds
LEVEL = 0.005  # a gap in R2 below this is none: half of the last digit shown


def with_folds(label: str) -> str:
    """Return the label of folds, or of a test part, as it stands in a sentence."""
    if label.startswith(TEST):
        return f"the {label}"
    return f"{label} folds" if label.startswith("random") else f"folds {label}"


def test_title(label: str) -> str:
    """Return the label of a test part as it stands among those of folds."""
    return f"{TEST} ({label})"


def folds_title(label: str) -> str:
    """Return the label of folds, or of a test part, as it begins a sentence."""
    return with_folds(label)[0].upper() + with_folds(label)[1:]


def _words(options: FoldOptions, which: str) -> str:
    return getattr(fold_kind(options.by), which).format(**options.as_dict())


def winner_words(scores: pd.DataFrame, label: str) -> str:
    """Return who did best with some folds, also where a baseline did.

    Parameters
    ----------
    scores : DataFrame
        product, rmse, ubrmse, r; one row a model.
    label : str
        Of the folds or the test part.
    """
    said = verdict(scores)
    # names of learners keep their capitals
    said = said[0].lower() + said[1:] if said.startswith(("The ", "No ", "Neither ")) else said
    return f"With {with_folds(label)}: {said}".replace("No product", "No model").replace("no product", "no model")


def lead_words(first: str, second: str, lead: tuple[float, float]) -> str:
    """Return how sure it is that one model has less error than the next, by the 95 % interval of its gain in MSE."""
    if not np.isfinite(lead).all():
        return ""
    if lead[0] > 0:
        return f"The lead of {first} over {second} is more than chance (95 %)."
    return f"The lead of {first} over {second} in RMSE may be chance: the rows are too few, or too much alike, to tell."


def ladder_words(model: str, options: Sequence[FoldOptions], rmse: Mapping[str, float]) -> str:
    """Return the error of a model from the mildest folds to the hardest in one line; '' of one kind of folds alone.

    Parameters
    ----------
    model : str
    options : sequence of FoldOptions
        Those of the comparison.
    rmse : mapping of str to float
        RMSE of the model by the label of the folds, m3 m-3.
    """
    steps = [label for label in map(folds_label, options) if np.isfinite(rmse.get(label, np.nan))]
    if len(steps) < 2:
        return ""
    # random ones first: they are what the others are held against
    steps = sorted(steps, key=lambda label: (not label.startswith("random"), rmse[label]))
    first = f"{number(rmse[steps[0]])} {SM_SHOWN} {steps[0]}"
    return f"RMSE of {model}: " + " → ".join([first, *(f"{number(rmse[s])} {s}" for s in steps[1:])]) + "."


def gap_words(model: str, options: Sequence[FoldOptions], r2: Mapping[str, float], at_random: str = "") -> str:
    """Return what random folds hide of a model.

    Parameters
    ----------
    model : str
    options : sequence of FoldOptions
        Those of the comparison.
    r2 : mapping of str to float
        R2 of the model by the label of the folds.
    at_random : str
        The model that random folds put first.
    """
    grouped = [o for o in options if o.by != "random" and np.isfinite(r2.get(folds_label(o), np.nan))]
    flattering = r2.get("random", np.nan)
    if not grouped:
        return "No model was asked about places or days it has not seen, and scores of random folds alone flatter."
    if not np.isfinite(flattering):
        return "Random folds were not asked for, so what they would hide is not known."
    parts, met = [], []
    for one in sorted(grouped, key=lambda o: r2[folds_label(o)]):
        own = r2[folds_label(one)]
        words = f"{number(own, 2)} {_words(one, 'judged')}"
        if flattering - own >= LEVEL:
            met.append(_words(one, "met"))
            # of the numbers as they are written, so that the sentence adds up
            words += f": a gap of {number(round(flattering, 2) - round(own, 2), 2)}"
        parts.append(words)
    text = f"With random folds R² of {model} is {number(flattering, 2)}, {'but' if met else 'and'} {'; '.join(parts)}."
    if met:
        lower, met = len(met), list(dict.fromkeys(met))
        listed = met[0] if len(met) == 1 else f"{', '.join(met[:-1])} and {met[-1]}"
        text += f" {'The lower one is' if lower == 1 else 'The lower ones are'} what new {listed} will see."
    else:
        text += " There is no gap: random folds do not flatter here."
    if at_random and at_random != model:
        text += f" Random folds would have put {at_random} first."
    return text
