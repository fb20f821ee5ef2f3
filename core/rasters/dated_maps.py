# SPDX-License-Identifier: GPL-2.0-or-later
"""What the steps that make one map a day of a folder of dated rasters share: reading, and writing many maps at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
from rasterio.windows import Window

from ..base.errors import ImpossibleValues, InputError
from ..base.names import file_name, some
from ..base.periods import has_starts, period_starts, season_numbers
from ..base.progress import SILENT, Progress
from ..base.threads import ahead
from ..units import name_of
from .dates import without_day
from .grid import Grid
from .map_folder import Importer, Seen
from .open import Source, Values, is_unknown
from .raster import aligned
from .scaling import unit_of
from .series import Series
from .settings import DatedInput

SAMPLE = 64  # rows and columns that tell of what kind the values of a raster are
SHARES = 2.0  # what shares and indices, as NDVI, do not pass
KELVIN = 220.0, 350.0  # that surfaces and air reach
CELSIUS = 70.0
PACKED = 50.0  # what they do if they are stored as whole numbers
MAX_OPEN = 370  # files written at the same time: a year in one go, about 0.9 MB each


class DatedRasters:
    """A folder of dated rasters, read window by window on the grid of the first of them.

    A raster that cannot be read is left out with its reason, also where that shows only in the middle: what has been
    read of it stays, the rest is unknown.

    Parameters
    ----------
    folder : path
        A folder, or a pattern as ndvi/*.tif.
    options : DatedInput
    importer : Importer
        Keeps the account of what was left out.
    progress : Progress
        Told what is odd.
    grid : Grid, optional
        Read on this one instead.

    Raises
    ------
    InputError
        If there are no rasters, two are of the same day, or none can be read.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        options: DatedInput,
        importer: Importer,
        progress: Progress,
        grid: Grid | None = None,
    ):
        everything = Series.from_files(
            folder, options.date or None, options.same_day_files, scale=options.scale, nodata=options.nodata
        )
        self._importer = importer
        self._broken: set[Source] = set()
        good = []
        units: dict[Source, str] = {}
        first: Source | None = None
        elsewhere = 0
        for source in everything.sources:
            before = len(importer.outcome.refused)
            with importer.trying(source.path):
                with source.opened() as dataset:
                    own = source.grid_in(dataset)
                    units[source] = name_of(unit_of(dataset, source.number))
                grid = grid or own
                first = first or source
                own.crop(grid)
                elsewhere += not own.same_as(grid)
            good.append(len(importer.outcome.refused) == before)
        if first is None or grid is None or not any(good):
            raise InputError(
                f"None of the {len(good)} rasters of {folder} can be used. {importer.outcome.refused[0][1]}"
            )
        series = self._of_one_unit(everything.only(np.array(good)), units)
        series = replace(series, sources=self._scaled(series.sources, options.scale, progress))
        self.series = self._refuse_other_kinds(series) if options.scale == 1 else series
        self.grid = grid
        self.name = options.name or _name_of(Path(first.path))
        # what the files declare, whatever is made of it
        self.unit = replace(series.sources[0], scale=1.0).unit()
        if elsewhere:
            progress.warn(
                f"{elsewhere} of the {len(series)} rasters of {folder} lie on another grid than that of the maps, and "
                "are brought to it."
            )

    def _scaled(self, sources: tuple[Source, ...], scale: float, progress: Progress) -> tuple[Source, ...]:
        """Take the scale off rasters of decimals that have been scaled already, unlike the whole numbers beside."""
        decimal = [source.has_decimals() for source in sources]
        if scale == 1 or all(decimal) or not any(decimal):
            return sources
        whole = float(np.median([_size_of(source) for source, d in zip(sources, decimal) if not d]))
        scaled = [d and _is_scaled(source, whole, scale) for source, d in zip(sources, decimal)]
        for what, which in (("are scaled already", scaled), ("are not scaled yet", decimal & ~np.array(scaled))):
            names = [Path(source.path).name for source, so in zip(sources, which) if so]
            if names:
                progress.warn(
                    f"Most rasters hold whole numbers, but {len(names)} of {len(sources)} decimals: {some(names)}. By "
                    f"their values these {what}; the others are multiplied by {scale:g}."
                )
        return tuple(replace(s, scale=1.0) if so else s for s, so in zip(sources, scaled))

    def _of_one_unit(self, series: Series, units: Mapping[Source, str]) -> Series:
        """Leave out rasters that declare another unit than most of those that declare one."""
        own = [units[source] for source in series.sources]
        told = Counter(filter(None, own))
        if len(told) < 2:
            return series
        most = told.most_common(1)[0][0]
        for source, unit in zip(series.sources, own):
            if unit not in ("", most):
                self._importer.refuse(
                    source.path, f"It is in {unit}, and most rasters are in {most}: bring it to that."
                )
        return series.only(np.array([unit in ("", most) for unit in own]))

    def _refuse_other_kinds(self, series: Series) -> Series:
        """Leave out rasters of large whole numbers among such of shares and indices, which lie within -2 to 2."""
        sizes = np.array([_size_of(source) for source in series.sources])
        series, sizes = self._without_celsius(series, sizes)
        strange = sizes >= PACKED
        if not strange.any() or not (sizes[~strange] <= SHARES).all() or strange.sum() >= len(sizes) / 2:
            return series
        strange &= [_is_whole(source) for source in series.sources]
        for source, size in zip(np.array(series.sources, object)[strange], sizes[strange]):
            self._importer.refuse(
                source.path,
                f"Its values, about {size:g}, are of another kind than those of the {int((~strange).sum())} other "
                f"rasters, at most {sizes[~strange].max():g}: they may lack a scale. Scale it as the others are.",
            )
        return series.only(~strange)

    def _without_celsius(self, series: Series, sizes: np.ndarray) -> tuple[Series, np.ndarray]:
        """Leave out rasters whose values are temperatures in degrees Celsius if those of the others are in kelvin."""
        kelvin = (sizes >= KELVIN[0]) & (sizes <= KELVIN[1])
        cold = (sizes > 0) & (sizes <= CELSIUS)
        if not cold.any() or not (kelvin | cold | (sizes == 0)).all() or kelvin.sum() <= cold.sum():
            return series, sizes
        for source, size in zip(np.array(series.sources, object)[cold], sizes[cold]):
            self._importer.refuse(
                source.path,
                f"Its values, about {size:g}, are of another kind than those of the {int(kelvin.sum())} other rasters, "
                f"about {np.median(sizes[kelvin]):g}: they may be degrees Celsius among kelvin. Bring it to that unit.",
            )
        return series.only(~cold), sizes[~cold]

    def read(self, series: Series, window: Window, progress: Progress = SILENT) -> np.ndarray:
        """Return the rasters of a part of the series, shape (n, rows, columns), float32, NaN where unknown."""
        out = np.empty((len(series), int(window.height), int(window.width)), np.float32)
        for place, values in zip(out, self.each(series, window, progress)):
            place[...] = values
        return out

    def each(self, series: Series, window: Window, progress: Progress = SILENT) -> Iterator[np.ndarray]:
        """Yield the rasters of a part of the series one after another, a few read ahead."""
        for read in ahead(lambda source: self._read(source, window), series.sources, progress):
            yield self._done(read, window)

    def _read(self, source: Source, window: Window) -> np.ndarray | tuple[Source, str]:
        try:
            with aligned(source, self.grid) as reader:
                return reader.read(window)
        except ImpossibleValues:
            raise  # the other rasters will have the same fill
        except InputError as error:
            return source, str(error)

    def _done(self, read, window: Window) -> np.ndarray:
        if isinstance(read, np.ndarray):
            return read
        source, why = read
        if source not in self._broken:
            self._broken.add(source)
            self._importer.refuse(source.path, why)
        return np.full((int(window.height), int(window.width)), np.nan, np.float32)


def period(series: list[Series], first: np.datetime64 | None, last: np.datetime64 | None) -> np.ndarray:
    """Return all days from the first to the last, datetime64[D]; those of the series where one is None."""
    start = min(s.days[0] for s in series) if first is None else first
    end = max(s.days[-1] for s in series) if last is None else last
    if start > end:
        raise InputError(f"The period ends ({end}) before it begins ({start}).")
    return np.arange(start, end + 1)


def groups(days: np.ndarray, per_day: int = 1) -> list[np.ndarray]:
    """Return the days in parts, all alike in length, whose files (so many a day) may be open at the same time."""
    most = max(1, _max_open() // per_day)
    return np.array_split(days, -(-len(days) // most))


@contextmanager
def day_maps(
    importer: Importer, name: str, grid: Grid, unit: str, days: np.ndarray, tags: dict
) -> Iterator[list[Seen]]:
    """Open a map for each day."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(importer.writing(name, grid, unit, day, tags=tags, one_of_many=True)) for day in days
        ]
        yield opened
    importer.outcome.maps.sort(key=lambda made: str(made.day))


def _max_open() -> int:
    """Return how many files may be open for writing; QGIS itself needs some too."""
    try:
        from resource import RLIMIT_NOFILE, getrlimit
    except ImportError:  # Windows has no such limit
        return MAX_OPEN
    return max(8, min(MAX_OPEN, getrlimit(RLIMIT_NOFILE)[0] // 2))


def _stored(source: Source) -> np.ndarray:
    """Return known numbers that a raster stores, shape (n,): those in its middle, else some from everywhere.

    A raster that cannot be read has none; that shows when it is read whole.
    """
    with suppress(InputError), source.opened() as dataset:
        values = Values(source, dataset)
        rows, columns = (min(SAMPLE, length) for length in dataset.shape)
        middle = Window((dataset.width - columns) // 2, (dataset.height - rows) // 2, columns, rows)
        for how in ({"window": middle}, {"out_shape": (rows, columns)}):
            stored = dataset.read(source.number, out_dtype="float32", **how)
            known = stored[~is_unknown(stored, values.fills)]
            if known.size:
                return known
    return np.array([], np.float32)


def _size_of(source: Source) -> float:
    """Return how large the numbers that a raster stores are, most of them; 0 if none is known."""
    stored = _stored(source)
    return float(np.quantile(np.abs(stored), 0.9)) if stored.size else 0.0


def _is_whole(source: Source) -> bool:
    """Whether a raster stores whole numbers, of whatever type."""
    stored = _stored(source)
    return bool((stored == np.round(stored)).all())


def _is_scaled(source: Source, whole: float, scale: float) -> bool:
    """Whether decimals are nearer to whole numbers times the scale than to the whole numbers themselves.

    Raises
    ------
    InputError
        If they are far from both.
    """
    size = _size_of(source)
    if not size or not whole:
        return True  # zeros are the same in both
    times = abs(np.log10(size / (whole * abs(scale))))
    as_they_are = abs(np.log10(size / whole))
    if min(times, as_they_are) > abs(np.log10(abs(scale))) / 2 or times == as_they_are:
        raise InputError(
            f"{Path(source.path).name} holds decimals of about {size:g}, which are neither as the whole numbers of the "
            f"other rasters, about {whole:g}, nor as these times {scale:g}. Bring it to the same scale, or take it out."
        )
    return bool(times < as_they_are)


def _name_of(path: Path) -> str:
    """Return what a series is called: as its files without the day, or as their folder."""
    name = without_day(path.stem)
    return file_name(name if name != path.stem else path.resolve().parent.name)


def period_of(days: np.ndarray, name: str) -> np.ndarray:
    """Return for each day, datetime64[D], what stands for its period: its first day, or its number."""
    if has_starts(name):
        return period_starts(days, name)
    if name == "season":
        return season_numbers(days)
    return days.astype("datetime64[M]").astype(int) % 12 + 1 if name == "month_of_year" else np.zeros(len(days), int)


def window_means(
    rasters: DatedRasters, series: Series, of_map: np.ndarray, window: Window, progress: Progress = SILENT
) -> Iterator[tuple[object, np.ndarray, np.ndarray]]:
    """Yield the mean of each period in a window, one after another.

    Parameters
    ----------
    rasters : DatedRasters
    series : Series
        Those of its rasters that count.
    of_map : ndarray, shape (n,)
        What stands for the period of each; those of one period follow each other.
    window : Window
    progress : Progress

    Yields
    ------
    period
    mean : ndarray, shape of the window, float32
        NaN where no raster is valid.
    count : ndarray of int
        Rasters that are valid.
    """
    shape = int(window.height), int(window.width)
    done = 0
    for name, own in groupby(zip(of_map, rasters.each(series, window, progress)), key=lambda pair: pair[0]):
        total, count = np.zeros(shape), np.zeros(shape, np.int32)
        for _, values in own:
            known = np.isfinite(values)
            np.add(total, values, out=total, where=known)
            count += known
            done += 1
            progress.at(done / len(series))
        yield name, np.where(count, total / np.maximum(count, 1), np.nan).astype(np.float32), count
