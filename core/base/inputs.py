# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run reads, and that nothing that it writes takes the place of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path
from typing import Union
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from .errors import OverwriteError
from .find import TIFF, files_at, pattern_at

# what GDAL reads beside a raster, and the parts of a shapefile
BESIDE_RASTER = (".aux.xml", ".msk", ".ovr")
_BESIDE_SHAPE = (".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class Folder:
    """A folder of which all files with some endings are read, those in its sub-folders too if it is `deep`."""

    path: str | os.PathLike
    endings: tuple[str, ...] = TIFF
    deep: bool = False


Address = Union[str, os.PathLike, Folder]


class Inputs:
    """The files, folders and patterns that a run reads.

    Files are told apart by what they are and not by how they are called: links, relative paths, other spellings on
    file systems that do not mind case, and names of layers lead to the same file.

    Parameters
    ----------
    read : mapping of str to address or to several addresses
        What it is called, as "Stations (STATIONS)", and where it is: a file, a folder (all of its rasters are read), a
        pattern as ndvi/*.tif, or a layer as GDAL and QGIS name it: a.gpkg|layername=x, NETCDF:"a.nc":sm,
        /vsizip/a.zip/b.tif. Where several files are one input, the folders that hold them count as read.
    """

    def __init__(self, read: Mapping[str, Address | Iterable[Address]]):
        self._files: dict = {}  # what a file is to what it is called
        self._folders: dict = {}  # what a folder is to (what it is called, the folder)
        self._chosen: set = set()  # what the files and folders are that were named themselves
        for label, addresses in read.items():
            several = [addresses] if isinstance(addresses, (str, os.PathLike, Folder)) else list(addresses)
            for address in several:
                path = Path(address.path if isinstance(address, Folder) else local_file(address))
                self._chosen.add(_identity(path))
                folder = address if isinstance(address, Folder) else Folder(path)
                self._add(label, path, folder, len(several) > 1)

    def refuse(self, outputs: Mapping[str, str | os.PathLike]) -> None:
        """Raise `OverwriteError` if an output would replace an input or lie among its rasters, or two are the same.

        Parameters
        ----------
        outputs : mapping
            What it is called to its path, that of a file or of a folder that gets files; '' is not written.
        """
        written = {label: path for label, path in outputs.items() if os.fspath(path)}
        taken: dict = {}
        for label, path in written.items():
            other = taken.setdefault(_real(_file_of_table(path)), label)
            if other != label:
                raise OverwriteError(f"{other} and {label} are written to the same place, {path}. Give each its own.")
        for label, path in written.items():
            self.refuse_file(path, label)
            self.refuse_folder(path, label)

    def refuse_file(self, path: str | os.PathLike, what: str = "A result") -> None:
        """Raise `OverwriteError` if a file of this path would replace an input, or be taken for one by the next run."""
        path = Path(_file_of_table(path))
        label = self._files.get(_identity(path))
        if label:
            raise OverwriteError(
                f"{what} would be written over what this run reads: {path} is {label}. Choose another place; nothing "
                "was written."
            )
        for folder in path.parents:
            label, read = self._folders.get(_identity(folder), ("", None))
            among = read and path.suffix.lower() in read.endings and (read.deep or folder == path.parent)
            if among:
                raise OverwriteError(
                    f"{what}, {path.name}, would lie among the files of {folder} and be taken for one of them by the "
                    f"next run: the folder holds {label}. Choose another folder; nothing was written."
                )

    def refuse_folder(self, path: str | os.PathLike, what: str = "A result") -> None:
        """Raise `OverwriteError` if a folder that gets files is one whose files are read."""
        label, _ = self._folders.get(_identity(path), ("", None))
        if label:
            raise OverwriteError(
                f"{what} would lie among the files that this run reads: {path} holds {label}. Choose "
                "another folder; nothing was written."
            )

    def has(self, path: str | os.PathLike) -> bool:
        """Return whether a file was named to be read, by itself or by its folder; not only by another file."""
        return not self._chosen.isdisjoint((_identity(path), _identity(Path(path).parent)))

    def _add(self, label: str, path: Path, folder: Folder, one_of_several: bool) -> None:
        above, pattern = pattern_at(path)
        if pattern:
            ending = path.suffix.lower()
            if above == path.parent:
                self._add_folder(label, Folder(above, TIFF if has_magic(ending) else (ending,)))
            for found in files_at(path):
                self._add_file(label, found, with_folder=True)
        elif path.is_dir():
            self._add_folder(label, folder)
        else:
            self._add_file(label, path, with_folder=one_of_several)

    def _add_file(self, label: str, path: Path, with_folder: bool = False) -> None:
        if with_folder:
            self._add_folder(label, Folder(path.parent, endings=()))
        key = _identity(path)
        if key not in self._files:
            self._files[key] = label
            for other in _beside(path):
                self._add_file(label, other)

    def _add_folder(self, label: str, folder: Folder) -> None:
        key = _identity(folder.path)
        _, known = self._folders.get(key, ("", None))
        if known and set(folder.endings) <= set(known.endings):
            return
        self._folders[key] = label, folder
        # a link leads to a file that may be written to under its own name
        path = Path(folder.path)
        for file in path.iterdir() if folder.endings and path.is_dir() else ():
            if file.is_symlink() and file.is_file():
                self._add_file(label, file)


_kept: ContextVar[tuple[Inputs, ...]] = ContextVar("kept", default=())


@contextmanager
def keeping(read: Mapping[str, Address | Iterable[Address]] | Inputs) -> Iterator[None]:
    """Keep what is read: while this is entered, `whole_file` and `whole_folder` refuse to take the place of it."""
    inputs = read if isinstance(read, Inputs) else Inputs(read)
    token = _kept.set((*_kept.get(), inputs))
    try:
        yield
    finally:
        _kept.reset(token)


def is_read(path: str | os.PathLike) -> bool:
    """Return whether a file was named, or its folder, to be read by this run; see `keeping`."""
    return any(inputs.has(path) for inputs in _kept.get())


def refuse_file(path: str | os.PathLike) -> None:
    """Raise `OverwriteError` if a file of this path would take the place of what is kept; see `keeping`."""
    for inputs in _kept.get():
        inputs.refuse_file(path)


def refuse_folder(path: str | os.PathLike) -> None:
    """Raise `OverwriteError` if this folder is one whose files are read and kept; see `keeping`."""
    for inputs in _kept.get():
        inputs.refuse_folder(path)


def local_file(address: str | os.PathLike) -> str:
    """Return the file on disk behind a path or the source of a layer; the text itself where there is none."""
    text = _file_of_table(address)
    if text.startswith("file:"):
        text = url2pathname(unquote(urlsplit(text).path))
    plain = text.split("|")[0]
    words = plain.split(":")
    # NETCDF:"a b.nc":sm, GPKG:a.gpkg:table, HDF4_EOS:EOS_GRID:"a.hdf":grid:layer, and C:\a.tif
    inner = [":".join(words[i:j]).strip('"') for i in range(len(words)) for j in range(len(words), i, -1)]
    inside = [path for word in inner for path in _archives(word)]
    return next((word for word in (text, plain, *inner, *inside) if os.path.exists(word)), plain)


def is_layer_name(address: str | os.PathLike) -> bool:
    """Return whether an address is no path, but a layer as GDAL names it: GPKG:a.gpkg:table, /vsizip/a.zip/b.tif."""
    return bool(re.match(r"/vsi\w+/|[A-Za-z]\w+:", os.fspath(address)))


def address_from(folder: str | os.PathLike, address: str) -> str:
    """Return an address with a relative path taken from a folder; names of layers stay as they are."""
    return address if is_layer_name(address) or Path(folder) == Path() else str(Path(folder) / address)


def _file_of_table(address: str | os.PathLike) -> str:
    """Return the file of a table as QGIS writes it, ogr:dbname='a.gpkg' table="b" (geom); any other text as it is."""
    text = os.fspath(address)
    found = re.match(r"""(?:\w+:)?\s*dbname=(['"])((?:\\.|(?!\1).)*)\1""", text)
    return re.sub(r"\\(.)", r"\1", found[2]) if found else text


def _archives(text: str) -> list[str]:
    """Return the paths that may be the archive of /vsizip/a.zip/b.tif, /vsizip/{a.zip}/b.tif or /vsigzip/a.gz."""
    if not text.startswith("/vsi"):
        return []
    bare = re.sub(r"^(/vsi[a-z]+/)+", "", text).replace("{", "").replace("}", "")
    paths = [bare, *map(str, Path(bare).parents)]
    return [path for word in paths for path in (word, f"/{word}") if os.path.isfile(path)]


def _beside(path: Path) -> list[Path]:
    """Return the files that are read together with one: parts, masks, and the sources of a virtual raster."""
    ending = path.suffix.lower()
    if ending == ".shp":
        beside = [path.with_suffix(other) for other in _BESIDE_SHAPE]
    else:
        beside = [Path(f"{path}{other}") for other in BESIDE_RASTER]
    if ending == ".vrt" and path.is_file():
        text = path.read_text(encoding="utf-8", errors="replace")
        sources = re.findall(r"<(?:SourceFilename|SourceDataset)[^>]*>([^<]+)<", text)
        beside += [path.parent / local_file(source) for source in sources]
    return [other for other in beside if other.exists()]


def _identity(path: str | os.PathLike):
    """Return what a file or folder is, whatever it is called; its real path where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return _real(path)
    return (found.st_dev, found.st_ino) if found.st_ino else _real(path)


def _real(path: str | os.PathLike) -> str:
    return os.path.normcase(os.path.realpath(path))
