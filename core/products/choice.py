# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the products in a folder of downloads is meant."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..base.errors import GridError, InputError
from ..base.names import counted, some
from ..rasters.map_folder import Outcome, reasons_for, write_summary

ALL = "all"


def asked(product: str) -> set[str]:
    """Return the names in the setting `product`, in capitals; none if it is empty."""
    return {name.strip().upper() for name in product.split(",") if name.strip()}


def is_all(product: str) -> bool:
    """Whether the setting `product` asks for all that there are."""
    return asked(product) == {ALL.upper()}


def refuse_none(product: str, counts: Mapping[str, int]) -> None:
    """Raise `InputError` if none of the products that are there, with their numbers of files, is asked for."""
    if asked(product) and not asked(product) & {name.upper() for name in counts}:
        raise InputError(f"There is no product '{product}' in the input; it has {_listed(counts)}.")


def refuse_several(kinds: Sequence[Mapping[str, int]]) -> None:
    """Raise `InputError` if there are several kinds of products; each has its names with their numbers of files."""
    if len(kinds) > 1:
        told = "; ".join(_listed(counts) for counts in kinds)
        words = "; ".join(", ".join(counts) for counts in kinds[:3])
        raise InputError(
            f"The input holds several products: {told}. Set 'product' to one of them ({words}), or to '{ALL}' for a "
            "folder of maps each."
        )


def each(
    names: Sequence[str], folder: str | os.PathLike, make: Callable[[str, Path], Outcome], warn: Callable[[str], object]
) -> Outcome:
    """Import products one after the other, each into a sub-folder named after it, and one `summary.csv` of all.

    Parameters
    ----------
    names : sequence of str
        What the setting `product` is for each; commas become "_" in the folder's name.
    folder : path
    make : callable
        Imports one, given its name and its folder.
    warn : callable
        Is told which product could not be imported.

    Raises
    ------
    InputError
        If none could be imported.
    """
    whole = Outcome(Path(folder))
    failed = []
    for name in names:
        try:
            outcome = make(name, Path(folder) / name.replace(", ", "_").replace(" ", "_"))
        except (InputError, GridError) as error:
            failed.append((name, str(error)))
            warn(f"{name} was not imported: {error}")
            continue
        whole.maps += outcome.maps
        whole.refused += outcome.refused
    if not whole.maps:
        raise InputError(f"None of the products can be imported. {reasons_for(failed)}")
    whole.refused += failed
    write_summary(whole.folder, whole, [m.path.relative_to(whole.folder).as_posix() for m in whole.maps])
    return whole


def _listed(counts: Mapping[str, int]) -> str:
    return some([f"{name} ({counted(count, 'file')})" for name, count in counts.items()], 20)
