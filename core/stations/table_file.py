# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of any kind, CSV or text, Excel, or a layer of points: their columns and rows, and what cannot be used."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ..base import extras
from ..base.errors import InputError
from ..base.names import counted
from ..base.own_data import use_own_data
from ..base.progress import SILENT, Progress
from ..base.vector_address import VectorAddress
from ..base.vector_kinds import refuse_other_kinds
from .table_excel import Uncomputed, read_excel
from .table_text import TextTable

TEXTS = (".csv", ".txt", ".tsv", ".dat")
EXCEL = (".xlsx", ".xlsm")
TOLD = 20  # lines of one fault that are told one by one
MAX_FAULTY = 0.5  # share of rows with one fault above which it is no fault of rows


class TableFile:
    """A table of any kind that was looked through.

    Attributes
    ----------
    path : Path
    names : list of str
        Of its columns. Points of a layer are columns too: longitude and latitude, in degrees.
    repeated : list of str
        Names that stand more than once; the second one has `.1` behind it.
    wrong : list of (int, str, str)
        Lines that do not fit the header: number, content and reason.
    """

    def __init__(self, path: str | os.PathLike, encoding: str = "auto", sheet: str = ""):
        """Look a file through.

        Raises
        ------
        InputError
            If the file is missing or no table, has no rows, or is a layer of other things than points in a known
            reference system.
        """
        address = VectorAddress.of(path)
        self.path = Path(address.path)
        self.wrong: list[tuple[int, str, str]] = []
        self._text: TextTable | None = None
        self._frame = pd.DataFrame()  # of what is no text
        self._uncomputed: Uncomputed = {}
        if not self.path.exists():
            raise InputError(f"{self.path} does not exist.")
        suffix = self.path.suffix.lower()
        if address.subset and suffix in (*TEXTS, *EXCEL):
            raise InputError(
                f"{self.path.name} is no layer that can be filtered by {address.subset}: save what is left."
            )
        if suffix in TEXTS:
            self._text = TextTable.open(self.path, encoding)
            self.names, self.repeated, self.wrong = self._text.names, self._text.repeated, self._text.wrong
            return
        if suffix in EXCEL:
            self._frame, self._uncomputed = read_excel(self.path, sheet or address.name)
        else:
            self._frame = _layer(self.path, address)
        if self._frame.empty:
            raise InputError(f"{self.path.name} has no rows.")
        self.names = list(self._frame.columns)
        self.repeated = [name for name in self.names if f"{name}.1" in self.names]

    def read(
        self, columns: Collection[str] | None = None, text: Sequence[str] = (), progress: Progress = SILENT
    ) -> pd.DataFrame:
        """Read some columns, or all: those of `text` as they are written, the others as numbers where they are."""
        wanted = [name for name in self.names if columns is None or name in columns]
        if self._text is not None:
            return self._text.read(wanted, text, progress)
        for name in filter(self._uncomputed.__contains__, wanted):
            count, first = self._uncomputed[name]
            raise InputError(
                f"{counted(count, 'cell')} of column '{name}' of {self.path.name} {'holds' if count == 1 else 'hold'} "
                f"formulas that no program has computed; the first is {first}. Open the file in Excel or LibreOffice "
                "and save it, or save it as CSV."
            )
        frame = self._frame[wanted].reset_index(drop=True)
        for name in frame.select_dtypes(["bool", "boolean"]):  # what is true or false is no number
            frame[name] = frame[name].astype(str)
        return frame

    def place(self, row: int) -> str:
        """Return where a row stands in the file, as "line 30"."""
        if self._text is not None:
            return f"line {self._text.lines[row]}"
        return f"row {self._frame.index[row] + 2}"

    def content(self, row: int) -> str:
        """Return a row as it stands in the file."""
        if self._text is not None:
            return self._text.content(row)
        return ", ".join(str(value) for value in self._frame.iloc[row])

    def tell_repeated(self, frame: pd.DataFrame, used: Collection[str], progress: Progress) -> None:
        """Say which columns stand more than once, and of those that are `used` whether they differ."""
        idle = [name for name in self.repeated if name not in used]
        if idle:
            progress.say(f"Columns that stand more than once, and are not used: {', '.join(idle)}.")
        for name in self.repeated:
            second = f"{name}.1"
            if name in used and second in frame:
                unlike = int((frame[name].astype(str) != frame[second].astype(str)).sum())
                same = f"differ in {counted(unlike, 'row')}" if unlike else "hold the same"
                progress.warn(f"The column '{name}' stands more than once; they {same}. The first is taken.")


class Faults:
    """Rows that cannot be used: refused, or left out where somebody keeps an account of them.

    Parameters
    ----------
    table : TableFile
    account : callable, optional
        Takes what is left out, as "plots.csv line 30", and why. Without it a fault raises `InputError`.
    """

    def __init__(self, table: TableFile, account: Callable[[str, str], object] | None = None):
        self._table, self._account = table, account
        self._good: np.ndarray | None = None
        if table.wrong and account is None:
            line, content, why = table.wrong[0]
            lines = counted(len(table.wrong), "line that does", "lines that do")
            raise InputError(
                f"{table.path.name} has {lines} not fit its header; the first is line {line}, "
                f"'{content[:200]}': {why}. Mend them, or import the table: then they are left out, and listed."
            )
        for line, content, why in table.wrong[:TOLD]:
            self._tell(f"{table.path.name} line {line}", f"{why}: '{content[:200]}'")
        self._tell_number("lines do not fit the header", len(table.wrong))

    def good(self, n: int) -> np.ndarray:
        """Return which of n rows have no fault so far."""
        if self._good is None:
            self._good = np.ones(n, bool)
        return self._good

    def leave_out(self, bad: np.ndarray, what: str, advice: str, column: str, group: np.ndarray | None = None) -> None:
        """Take rows out; if most have the fault, raise `InputError` instead. Of a group the first row is told."""
        good, name = self.good(len(bad)), self._table.path.name
        rows = np.flatnonzero(bad & good)
        if not len(rows):
            return
        if self._account is None or len(rows) > MAX_FAULTY * good.sum():
            raise InputError(
                f"{len(rows)} of {int(good.sum())} rows of {name} {what} in column '{column}'; the first is "
                f"{self._table.place(rows[0])}: '{self._table.content(rows[0])[:200]}'. {advice}"
            )
        told, count = rows, np.ones(len(rows), int)
        if group is not None:
            _, first, count = np.unique(group[rows], return_index=True, return_counts=True)
            told = rows[first]
        for row, n in zip(told[:TOLD], count):
            more = f"; so do {n - 1} more of this station" if n > 1 else ""
            self._tell(f"{name} {self._table.place(row)}", f"{what}: '{self._table.content(row)[:200]}'{more}")
        self._tell_number(f"rows {what}" if group is None else f"stations {what}", len(told))
        good &= ~bad

    def _tell_number(self, what: str, count: int) -> None:
        if count > TOLD:
            self._tell(self._table.path.name, f"{count - TOLD} more {what}.")

    def _tell(self, what: str, why: str) -> None:
        if self._account is not None:
            self._account(what, why)


def _layer(path: Path, address: VectorAddress) -> pd.DataFrame:
    extras.require("geopandas")
    import geopandas

    refuse_other_kinds(path)
    try:
        name = _layer_name(path, address)
        layer = _features(path, name, address.subset)
    except InputError:
        raise
    except Exception as error:  # the engines raise kinds of their own
        raise InputError(f"Cannot read {path.name} as a vector layer: {error}.") from error
    if not isinstance(layer, geopandas.GeoDataFrame):
        raise InputError(f"{path.name} is no layer of points; save it as CSV.")
    if layer.empty and address.subset:
        raise InputError(f"No point of {path.name} is left by the filter {address.subset}.")
    if address.crs:
        layer = layer.set_crs(address.crs, allow_override=True)
    # a GeoPackage without one says "Undefined"
    if layer.crs is None or layer.crs.name.startswith("Undefined"):
        raise InputError(
            f"The layer {path.name} has no coordinate reference system; assign the right one to the file (Vector > "
            "Data Management Tools > Define Layer Projection in QGIS, which Layer > Set CRS does not do)."
        )
    points = layer.to_crs(4326).geometry
    if not (points.geom_type == "Point").all():
        raise InputError(f"The layer {path.name} holds other things than points.")
    table = pd.DataFrame(layer.drop(columns=layer.geometry.name)).rename(columns=str)
    return table.assign(longitude=points.x, latitude=points.y)


def _layer_name(path: Path, address: VectorAddress) -> str:
    """Return the name of the layer that is meant.

    Raises
    ------
    InputError
        If it is not there, or none was said and there are several.
    """
    every = _layers(path)
    names, drawn = list(every), [name for name, has_places in every.items() if has_places]
    there = ", ".join(drawn)
    if address.name:
        # QGIS says the name of the file where the only layer of it has none
        if address.name not in names and len(names) > 1:
            raise InputError(f"{path.name} has no layer '{address.name}'; it has {there}.")
        return address.name if address.name in names else names[0]
    if address.number is not None:
        if address.number >= len(names):
            raise InputError(f"{path.name} has no layer number {address.number}; it has {there}.")
        return names[address.number]
    if len(drawn) > 1:
        raise InputError(
            f"{path.name} has {len(drawn)} layers: {there}. Say which one, as {path.name}|layername={drawn[0]}, or "
            "choose the layer in QGIS."
        )
    return drawn[0] if drawn else names[0]


def _layers(path: Path) -> dict[str, bool]:
    """Return the names of the layers of a file in their order, and whether they have places."""
    try:
        import pyogrio
    except ImportError:
        import fiona

        use_own_data("fiona")
        found = {}
        for name in fiona.listlayers(path):
            with fiona.open(path, layer=name) as layer:
                found[name] = layer.schema["geometry"] != "None"
        return found
    return {str(name): kind is not None for name, kind in pyogrio.list_layers(path)}


def _features(path: Path, name: str, subset: str):
    """Return the features of a layer that a filter, as SQL has it behind WHERE, leaves."""
    import geopandas

    if not subset:
        return geopandas.read_file(path, layer=name)
    try:
        import pyogrio
    except ImportError:
        import fiona

        with fiona.open(path, layer=name) as features:
            left = features.filter(where=subset)
            return geopandas.GeoDataFrame.from_features(
                left, crs=features.crs_wkt, columns=[*features.schema["properties"], "geometry"]
            )
    return pyogrio.read_dataframe(path, layer=name, where=subset)
