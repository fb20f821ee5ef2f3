# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a product, those in zip archives among them."""

from __future__ import annotations

import os
import shutil
import zipfile
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from ..base.archive import Archive, gunzip
from ..base.errors import InputError
from ..base.files import scratch_folder
from ..base.find import TIFF
from ..base.inputs import BESIDE_RASTER
from ..base.progress import SILENT, Progress
from ..rasters.find import product_files

WORLD = (".tfw", ".wld")  # endings of files that tell where a raster lies
ROOM = 1 << 30  # bytes that stay unpacked beside the file that was brought last


class ProductFiles:
    """The files of a product, of which those that are packed are unpacked when they are read, the last ones at a time.

    Attributes
    ----------
    paths : list of Path
        Of all; a packed one is there after `bring` only, and until others were brought that need its room.

    Parameters
    ----------
    source, suffixes, what
        As of `product_files`.
    stack : ExitStack
        Keeps what is unpacked until it is left.
    refused : list of (str, str)
        Gets the archives that cannot be used, and why.
    progress : Progress
    """

    def __init__(
        self,
        source: str | os.PathLike,
        suffixes: tuple[str, ...],
        what: str,
        stack: ExitStack,
        refused: list[tuple[str, str]],
        progress: Progress = SILENT,
    ):
        self._stack, self._progress = stack, progress.part(0, 0)
        self._folder: Path | None = None
        self._packed: dict[Path, tuple[Path, list[PurePosixPath]]] = {}  # the archive, and what is taken from it
        self._there: dict[Path, int] = {}  # bytes of what is unpacked, the longest unused first
        self._archive: Archive | None = None
        stack.callback(self._close)
        self.paths: list[Path] = []
        packed = tuple(f"{suffix}.gz" for suffix in suffixes)
        found = product_files(source, (*suffixes, ".gz", ".zip"), what, progress)
        # in a folder what else is packed is none of the product
        found = [path for path in found if path.suffix.lower() != ".gz" or path.name.lower().endswith(packed)] or found
        for path in progress.over(found):
            try:
                self.paths += self._of(path, suffixes)
            except InputError as error:
                refused.append((path.name, str(error)))

    @property
    def as_they_are(self) -> list[Path]:
        """Those that are no part of an archive."""
        return [path for path in self.paths if path not in self._packed]

    def name(self, path: Path) -> str:
        """Return what a file is called, with its archive."""
        archive, inside = self._packed.get(path, (path, []))
        return f"{archive.name}/{inside[0]}" if inside else archive.name

    def bring(self, path: Path) -> None:
        """Unpack a file, if it is packed and not there.

        Raises
        ------
        InputError
            If it is damaged, or there is no room.
        """
        if path not in self._packed:
            return
        if path in self._there:
            self._there[path] = self._there.pop(path)  # the last that was used now
            return
        self._unpack(path, *self._packed[path])
        self._there[path] = sum(one.stat().st_size for one in path.parent.iterdir())
        while sum(self._there.values()) > ROOM and len(self._there) > 1:
            oldest = next(iter(self._there))
            del self._there[oldest]
            shutil.rmtree(oldest.parent, ignore_errors=True)  # what Windows still holds open goes with the whole folder

    def _of(self, path: Path, suffixes: tuple[str, ...]) -> list[Path]:
        """Return a file, or those in an archive."""
        if path.suffix.lower() == ".gz" and not path.stem.lower().endswith(TIFF):  # GDAL unpacks these
            return [self._place(path, [], path.stem)]
        if not zipfile.is_zipfile(path) and path.suffix.lower() != ".zip":
            return [path]
        archive = self._opened(path)
        wanted = sorted(n for n in archive.names if n.name.lower().endswith(suffixes) and not n.name.startswith("."))
        if not wanted:
            raise InputError(f"It holds no files that end in {', '.join(suffixes)}.")
        there = set(archive.names)
        return [self._place(path, [name, *_beside(name, there)], name.name) for name in wanted]

    def _place(self, archive: Path, inside: list[PurePosixPath], name: str) -> Path:
        """Return where a packed file will be, in a folder of its own."""
        if self._folder is None:
            self._folder = self._stack.enter_context(scratch_folder())
        path = self._folder / str(len(self._packed)) / name
        self._packed[path] = archive, inside
        return path

    def _unpack(self, path: Path, archive: Path, inside: list[PurePosixPath]) -> None:
        try:
            if not inside:
                gunzip(archive, path, self._progress)
            for name in inside:
                self._opened(archive).unpack(name, path.parent / name.name)
        except BaseException:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise

    def _opened(self, path: Path) -> Archive:
        """Return an archive, of which one at a time is open."""
        if self._archive is None or self._archive.path != path:
            self._close()
            self._archive = Archive(path, self._progress)
        return self._archive

    def _close(self) -> None:
        if self._archive is not None:
            self._archive.close()
            self._archive = None


def _beside(name: PurePosixPath, there: set[PurePosixPath]) -> list[PurePosixPath]:
    """Return what GDAL reads with a raster, of what is there."""
    beside = [name.with_name(name.name + ending) for ending in BESIDE_RASTER]
    return [one for one in (*beside, *map(name.with_suffix, WORLD)) if one in there]
