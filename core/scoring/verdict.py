# SPDX-License-Identifier: GPL-2.0-or-later
"""What a table of scores says in plain words, also when the baseline did better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .baselines import AS_IS, BASELINES, BILINEAR, MAP, SMOOTH
from .gain import GAINS
from .metrics import WORDS

LOWER = ("rmse", "ubrmse", "mae")  # the lower the better
HIGHER = ("r", "r2", "kge", *GAINS)
JUDGED = ("rmse", "ubrmse", "r")
MEDIAN = "station_median_"  # begins the columns of the scores of the median station
LEVEL = 0.0005  # closer than this is no difference: half of the last digit shown
_NAMES = {
    MAP: "the map",
    AS_IS: "the coarse product as it is",
    BILINEAR: "bilinear interpolation of the coarse product",
    SMOOTH: "smooth interpolation of the coarse product",
}


@dataclass(frozen=True)
class _Duel:
    """One metric of a product and of the best of its rivals."""

    metric: str
    own: float
    other: float
    rival: str

    @property
    def gain(self) -> float:
        """How much better the product is; negative if worse, 0 if level."""
        gain = self.own - self.other if self.metric in HIGHER else self.other - self.own
        return 0.0 if abs(gain) < LEVEL else gain

    def words(self, turned: bool = False) -> str:
        first, second = (self.other, self.own) if turned else (self.own, self.other)
        return f"{WORDS[self.metric][0]} {first:.3f} against {second:.3f}".replace("-", "−")


def verdict(table: pd.DataFrame) -> str:
    """Return in a few sentences who won, by RMSE, ubRMSE and R of all pairs, and at the median station if it is known.

    Parameters
    ----------
    table : DataFrame
        product, rmse, ubrmse, r; one row a product. One product beside the baselines is compared with the best of
        them in each metric; several products with each other and with the baselines. Station_median_rmse and the
        like, where there are any, are judged in the same way, and where they say otherwise, both are told.
    """
    pooled, middle = _judged(table), _at_median(table)
    if middle is None or len(table) == 1:
        return pooled.words
    said = _judged(middle)
    if said.who == pooled.who:
        return f"{pooled.words} The median station agrees."
    return f"All pairs: {_lower(pooled.words)} The median station says otherwise: {_lower(said.words)}"


@dataclass(frozen=True)
class _Judged:
    """What was found, in words, and who is ahead in which metrics."""

    words: str
    who: frozenset[tuple[str, str]] = frozenset()


def _at_median(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return the scores of the median station as those of a table; None if they are not known."""
    names = {f"{MEDIAN}{metric}": metric for metric in JUDGED}
    if not set(names) <= set(table) or table[list(names)].notna().sum().max() < min(2, len(table)):
        return None
    return table[["product", *names]].rename(columns=names)


def _lower(sentence: str) -> str:
    """Return a sentence as one that goes on after a colon; names of products keep their letters."""
    plain = sentence.split(" ")[0] in ("The", "Bilinear", "Smooth", "Neither", "No")
    return sentence[0].lower() + sentence[1:] if plain else sentence


def _judged(table: pd.DataFrame) -> _Judged:
    rows = table.set_index("product")
    own = [name for name in rows.index if name not in BASELINES]
    if len(rows) == 1:
        scores = ", ".join(f"{WORDS[m][0]} {rows[m].iloc[0]:.3f}" for m in JUDGED if np.isfinite(rows[m].iloc[0]))
        scores = scores or "no score"
        return _Judged(
            _sentence(
                f"{_name(rows.index[0])} has {scores}; there is no other product to compare it with".replace("-", "−")
            )
        )
    if rows[list(JUDGED)].notna().sum().max() < 2:
        return _Judged("No two products have a score, so none can be compared.")
    if len(own) == 1:
        return _against_baselines(rows, own[0])
    return _among(rows)


def _against_baselines(rows: pd.DataFrame, own: str) -> _Judged:
    judged = (_duel(rows, own, metric) for metric in JUDGED)
    duels = [duel for duel in judged if duel is not None]
    won = [duel for duel in duels if duel.gain > 0]
    lost = [duel for duel in duels if duel.gain < 0]
    if not won and not lost:
        words = f"{_name(own)} is as good as {_rivals(duels)}, and not better: {_list(duels)}"
    elif not lost:
        words = f"{_name(own)} did better than {_rivals(won)}: {_list(won)}{_level(duels)}"
    elif not won:
        words = f"{_rivals(lost)} did better than {_name(own)}: {_list(lost, True)}{_level(duels)}"
    else:
        words = (
            f"Neither did better throughout: {_name(own)} is ahead in {_list(won)}; "
            f"{_rivals(lost)} in {_list(lost, True)}"
        )
    ahead = [*((own, "won") for _ in won), *((own, "lost") for _ in lost)]
    return _Judged(_sentence(words), frozenset(ahead))


def _among(rows: pd.DataFrame) -> _Judged:
    """Return who is best of several products, metric by metric."""
    best: dict[str, list[_Duel]] = {}
    for name in rows.index:
        for metric in JUDGED:
            duel = _duel(rows, name, metric)
            if duel is not None and duel.gain > 0:
                best.setdefault(name, []).append(duel)
    who = frozenset((name, "won") for name in best)
    if not best:
        return _Judged("No product is ahead of all others: the best are level.", who)
    if len(best) == 1:
        ((name, duels),) = best.items()
        return _Judged(_sentence(f"{_name(name)} did best of {len(rows)}: {_list_with_rivals(duels)}"), who)
    parts = "; ".join(f"{_name(name)} in {_list_with_rivals(duels)}" for name, duels in best.items())
    return _Judged(_sentence(f"No product is best throughout: {parts}"), who)


def _duel(rows: pd.DataFrame, own: str, metric: str) -> _Duel | None:
    others = rows[metric].drop(own).dropna()
    if others.empty or not np.isfinite(rows.loc[own, metric]):
        return None
    rival = others.idxmax() if metric in HIGHER else others.idxmin()
    return _Duel(metric, float(rows.loc[own, metric]), float(others[rival]), rival)


def _name(product: str) -> str:
    return _NAMES.get(product, product)


def _rivals(duels: list[_Duel]) -> str:
    return " and ".join(_name(name) for name in dict.fromkeys(duel.rival for duel in duels))


def _list(duels: list[_Duel], turned: bool = False) -> str:
    return ", ".join(duel.words(turned) for duel in duels)


def _list_with_rivals(duels: list[_Duel]) -> str:
    return ", ".join(f"{duel.words()} of {_name(duel.rival)}" for duel in duels)


def _level(duels: list[_Duel]) -> str:
    level = [WORDS[duel.metric][0] for duel in duels if not duel.gain]
    return f"; level in {' and '.join(level)}" if level else ""


def _sentence(text: str) -> str:
    # names of products keep their letters
    plain = text.split(" ")[0] in ("the", "bilinear", "smooth")
    return (text[0].upper() + text[1:] if plain else text) + "."
