# SPDX-License-Identifier: GPL-2.0-or-later
"""Physical neighbours beside the products of a comparison: maps without a learner, made for its days alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from ..base.errors import GridError, InputError
from ..base.files import scratch_folder
from ..base.inputs import keeping
from ..base.progress import SILENT, Progress
from ..downscaling.physical import physical_series
from ..downscaling.settings import PHYSICAL, PhysicalOptions
from ..rasters.series import Series
from ..stations.stations import Stations
from ..study.study import Study
from .products import Rasters


@dataclass(frozen=True)
class Physics:
    """What physics makes of a study.

    Attributes
    ----------
    maps : dict of Series
        By the keys of `PHYSICAL`; they are there as long as the context that made them.
    refused : list of str
        Why a method has no maps, a sentence each.
    """

    maps: dict[str, Series] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


@contextmanager
def physics_beside(
    study: Study | None, products: Mapping[str, Rasters], reference: Rasters | Stations, progress: Progress = SILENT
) -> Iterator[Physics]:
    """Make maps of a study by each physical method, on the days of a comparison.

    Parameters
    ----------
    study : Study, optional
        With a coarse product, surface temperature by day and night, and NDVI; a method whose covariate is missing is
        refused, with the reason. Without a study there is none at all.
    products, reference : as of `compare_products`

    Raises
    ------
    InputError
        If the comparison has no days, or a product has the name of a method.
    """
    if study is None:
        yield Physics()
        return
    taken = [name for name in products if name in PHYSICAL]
    if taken:
        raise InputError(f"'{taken[0]}' is the name of a physical method; give the product another name.")
    days = _days(products, reference)
    found = Physics()
    with keeping(study.reads()), scratch_folder() as folder:
        for name, part in progress.parts(list(PHYSICAL)):
            progress.say(f"Maps by physics: {PHYSICAL[name]}")
            try:
                facts = physical_series(
                    study, folder / name, PhysicalOptions(physics=name), first=days.min(), last=days.max(),
                    progress=part,
                )  # fmt: skip
                if not np.isin([fact.day for fact in facts.maps], days).any():
                    raise InputError("No day of the comparison can be divided.")
                found.maps[name] = Series.from_files(folder / name)
            except (InputError, GridError) as error:
                found.refused.append(f"{PHYSICAL[name]} has no row: {error}")
        yield found


def _days(products: Mapping[str, Rasters], reference: Rasters | Stations) -> np.ndarray:
    """Return the days that all products and the reference have, as far as these are dated."""
    dated = [one for one in products.values() if isinstance(one, Series)]
    if len(dated) < len(products) or not isinstance(reference, (Series, Stations)):
        raise InputError("Physics makes a map a day: give folders of dated rasters to compare, or no study for it.")
    if isinstance(reference, Stations):
        days = np.unique(reference.values["date"].to_numpy("datetime64[D]"))
    else:
        days = reference.days
    for one in dated:
        days = np.intersect1d(days, one.days)
    if not len(days):
        raise InputError("No common dates: there is no day that all products and the reference have.")
    return days
