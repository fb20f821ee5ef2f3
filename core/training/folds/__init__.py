# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of folds: names, words and needs; what is heavy is loaded when samples are divided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from ...base.errors import OptionError


@dataclass(frozen=True)
class FoldKind:
    """One record of the registry: what is held out together.

    Attributes
    ----------
    key, label, about : str
        As it is called in files, as in dialogs, and what is held out together, for the help.
    folds, holdout : str
        The functions "module.name" of this package that divide samples for cross-validation, and once into a training
        and a test part; '' where it does not serve for that. Both take samples, options, a random generator and a
        progress. The first gives pairs of row numbers (learn, test), the second one such pair.
    needs : tuple of str
        Columns that the samples must have; a setting in braces is filled in.
    takes : tuple of str
        Settings that only some kinds take.
    inner : bool
        Whether a search may divide the training samples by it again.
    title, judged, met : str
        Of cross-validation: how it stands in tables ("by station"), where a model is judged ("over stations it has not
        seen") and what of it a map meets ("places"). Settings in braces are filled in.
    """

    key: str
    label: str
    about: str
    folds: str = ""
    holdout: str = ""
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    inner: bool = False
    title: str = ""
    judged: str = ""
    met: str = ""


def function(place: str) -> Callable:
    """Return a function of this package by its place, "module.name"."""
    module, name = place.split(".")
    return getattr(import_module(f".{module}", __package__), name)


KINDS = (
    FoldKind(
        "random",
        "Random",
        "single samples (optimistic: neighbours in space and time are in both parts)",
        folds="kinds.random",
        holdout="holdouts.random",
        takes=("ks_p",),
        inner=True,
        title="random",
        judged="in rows drawn at random",
        met="rows",
    ),
    FoldKind(
        "date_stratified",
        "Random, the same fraction of each day",
        "single samples, the same fraction of each day",
        holdout="holdouts.date_stratified",
        needs=("date",),
        takes=("ks_p",),
    ),
    FoldKind(
        "station",
        "Stations",
        "whole stations",
        folds="kinds.station",
        holdout="holdouts.station",
        needs=("station",),
        inner=True,
        title="by station",
        judged="over stations it has not seen",
        met="places",
    ),
    FoldKind(
        "station_widest",
        "Stations, the training ones spanning the widest range",
        "whole stations, so that the training ones span the widest range of the static covariates",
        holdout="holdouts.station_widest",
    ),
    FoldKind(
        "year",
        "Calendar years",
        "calendar years (as one test part, the last ones)",
        folds="kinds.year",
        holdout="holdouts.year",
        needs=("date",),
        title="by year",
        judged="in years it has not seen",
        met="years",
    ),
    FoldKind(
        "station_year",
        "Stations and years (leave location and time out)",
        "stations in years, neither of which the model knows",
        folds="kinds.station_year",
        needs=("date",),
        title="by station and year",
        judged="over stations in years, neither of which it has seen",
        met="places and years",
    ),
    FoldKind(
        "class",
        "Stations, stratified by class",
        "whole stations, so that each part has all classes of a column",
        folds="kinds.stratified",
        holdout="holdouts.stratified",
        takes=("column",),
        title="by station, {column} balanced",
        judged="over stations it has not seen",
        met="places",
    ),
    FoldKind(
        "block",
        "Spatial blocks",
        "square blocks of coarse cells",
        folds="kinds.block",
        needs=("cell_row", "cell_column"),
        takes=("block_cells", "block_km"),
        inner=True,
        title="by block",
        judged="over blocks of cells it has not seen",
        met="places",
    ),
    FoldKind(
        "buffered",
        "Spatial, with a buffer",
        "stations, else blocks, with a gap around them",
        folds="kinds.buffered",
        needs=("longitude", "latitude"),
        takes=("block_cells", "block_km", "buffer_km"),
        title="with a buffer of {buffer_km:g} km",
        judged="over places {buffer_km:g} km from what it has seen",
        met="places",
    ),
    FoldKind(
        "knndm",
        "Nearest neighbour distance matching (kNNDM)",
        "places as far from the training ones as the map is",
        folds="kinds.knndm",
        needs=("longitude", "latitude"),
        title="by distance (kNNDM)",
        judged="over places as far from what it has seen as the map is",
        met="places",
    ),
    FoldKind(
        "date",
        "Days",
        "whole days",
        folds="kinds.date",
        needs=("date",),
        takes=("ks_p",),
        inner=True,
        title="by date",
        judged="on days it has not seen",
        met="days",
    ),
    FoldKind(
        "column",
        "A column",
        "rows with one text in a column",
        folds="kinds.column",
        needs=("{column}",),
        takes=("column",),
        title="by {column}",
        judged="where {column} is one it has not seen",
        met="kinds of {column}",
    ),
)
FOLDS = tuple(kind for kind in KINDS if kind.folds)
HOLDOUTS = tuple(kind for kind in KINDS if kind.holdout)


def described(kinds: tuple[FoldKind, ...]) -> str:
    """Return what each of the kinds holds out together."""
    return "; ".join(f"{kind.key}: {kind.about}" for kind in kinds)


def labels(kinds: Iterable[FoldKind]) -> dict[str, str]:
    """Return key and label of each of the kinds."""
    return {kind.key: kind.label for kind in kinds}


def taking(setting: str, kinds: tuple[FoldKind, ...]) -> str:
    """Return the kinds that take a setting, as they stand in a sentence."""
    return " or ".join(kind.key for kind in kinds if setting in kind.takes)


def fold_kind(key: str) -> FoldKind:
    """Return the record of a kind of folds by its key."""
    for kind in KINDS:
        if kind.key == key:
            return kind
    raise OptionError(f"There are no folds by '{key}'; there are {', '.join(kind.key for kind in KINDS)}.")
