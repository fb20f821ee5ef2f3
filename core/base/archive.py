# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives that come from elsewhere, unpacked with care, file by file."""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from .errors import InputError
from .files import scratch_folder
from .progress import SILENT, Progress

MAX_RATIO = 200  # text shrinks to a twentieth at best; a bomb to a thousandth
MAX_BYTES = 200 << 30
SMALL = 50 << 20  # below this size the ratio does not matter
CHUNK = 1 << 20
# what zipfile raises of a damaged archive, by where the damage is
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, RuntimeError)


class Archive:
    """A zip archive whose files are unpacked one by one, with those of the archives in it, of which one at a time.

    Attributes
    ----------
    path : Path
    names : list of PurePosixPath
        Of all files; those of an archive in it begin with its name.

    Parameters
    ----------
    path : path
    progress : Progress
        Only asked whether to go on.

    Raises
    ------
    InputError
        As `unpacked`, for what its table tells and those of the archives in it; also if these hold archives again.
    """

    def __init__(self, path: str | os.PathLike, progress: Progress = SILENT):
        self.path = Path(path)
        self._progress = progress
        self._stack = ExitStack()
        self._inner: tuple[PurePosixPath, zipfile.ZipFile, ExitStack] | None = None
        self._members: dict[PurePosixPath, tuple[PurePosixPath | None, zipfile.ZipInfo]] = {}
        try:
            self._outer = self._stack.enter_context(_opened(self.path))
            files = _files_of(self.path, self._outer)
            self._members = {_name(m): (None, m) for m in files}
            for inner in [name for name in self._members if name.suffix.lower() == ".zip"]:
                held = self._held(inner)
                for member in _files_of(Path(inner.name), held):
                    if _name(member).suffix.lower() == ".zip":
                        raise InputError(f"{path} holds {inner}, which holds archives again; unpack that by hand.")
                    self._members[inner / _name(member)] = (inner, member)
        except BaseException:
            self.close()
            raise
        self.names = [name for name in self._members if name.suffix.lower() != ".zip"]

    def __enter__(self) -> Archive:
        """Return the archive, which is closed in the end."""
        return self

    def __exit__(self, *_) -> None:
        """Close the archive."""
        self.close()

    def close(self) -> None:
        """Close what is open and remove what is unpacked."""
        self._let_go()
        self._stack.close()

    def start(self, name: PurePosixPath, size: int) -> bytes:
        """Return the first bytes of a file."""
        inner, member = self._members[name]
        with self._faults(name), self._held(inner).open(member) as source:
            return source.read(size)

    @contextmanager
    def folder(self, name: PurePosixPath) -> Iterator[Path]:
        """Give a temporary folder with the files of one folder, under their names; it is gone afterwards."""
        with self._unpacked([one for one in self.names if one.parent == name]) as folder:
            yield folder

    @contextmanager
    def file(self, name: PurePosixPath) -> Iterator[Path]:
        """Give a temporary file with the content of one; it is gone afterwards."""
        with self._unpacked([name]) as folder:
            yield folder / name

    def unpack(self, name: PurePosixPath, target: Path) -> None:
        """Write one file."""
        inner, member = self._members[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        _refuse_crowded(self.path, [member], target.parent)
        with self._faults(name):
            _extract(self._held(inner), member, target, self._progress)

    @contextmanager
    def _unpacked(self, names: list[PurePosixPath]) -> Iterator[Path]:
        with scratch_folder() as folder:
            _refuse_crowded(self.path, [self._members[name][1] for name in names], folder)
            for name in names:
                self.unpack(name, folder / name)
            yield folder

    @contextmanager
    def _faults(self, name: PurePosixPath) -> Iterator[None]:
        try:
            yield
        except DAMAGED as error:
            raise InputError(f"{name} is damaged in {self.path.name}: {error}. Download it again.") from error
        except OSError as error:
            why = error.strerror or error
            raise InputError(f"{name} cannot be unpacked from {self.path.name}: {why}.") from error

    def _held(self, inner: PurePosixPath | None) -> zipfile.ZipFile:
        """Return the archive itself, or the one in it of that name, unpacked in place of the one before."""
        if inner is None:
            return self._outer
        if self._inner is None or self._inner[0] != inner:
            self._let_go()
            _, member = self._members[inner]
            with ExitStack() as stack, self._faults(inner):
                folder = stack.enter_context(scratch_folder())
                _refuse_crowded(self.path, [member], folder)
                _extract(self._outer, member, folder / inner.name, self._progress)
                opened = stack.enter_context(_opened(folder / inner.name))
                self._inner = inner, opened, stack.pop_all()
        return self._inner[1]

    def _let_go(self) -> None:
        if self._inner is not None:
            self._inner[2].close()
            self._inner = None


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except DAMAGED as error:
        raise InputError(f"{path.name} is no readable zip archive: {error}. Download it again.") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _files_of(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    files = [member for member in archive.infolist() if not member.is_dir()]
    _refuse(path, files)
    return files


def gunzip(path: Path, target: Path, progress: Progress = SILENT) -> None:
    """Write the content of a .gz.

    Raises
    ------
    InputError
        If the file is damaged, or grows to far more than measurements do or than the disk has room for.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    most = min(max(SMALL, MAX_RATIO * path.stat().st_size), MAX_BYTES, shutil.disk_usage(target.parent).free)
    try:
        with gzip.open(path) as source, open(target, "wb") as out:
            _copy(
                source,
                out,
                most,
                f"{path.name} grows to more than measurements do, or than the disk has room.",
                progress,
            )
    except (*DAMAGED, gzip.BadGzipFile) as error:
        raise InputError(f"{path.name} cannot be unpacked: {error}. Download it again.") from error


def _name(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))


def refuse_bomb(path: str | os.PathLike) -> None:
    """Raise `InputError` if a file that is a zip inside, as of Excel, would grow beyond what such a file holds."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check(path, [m for m in archive.infolist() if not m.is_dir()], tempfile.gettempdir())
    except (*DAMAGED, OSError) as error:
        raise InputError(f"{path.name} is damaged: {error}. Save or download it again.") from error


def _check(path: Path, members: list[zipfile.ZipInfo], folder: str | os.PathLike) -> None:
    _refuse(path, members)
    _refuse_crowded(path, members, folder)


def _refuse(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Raise `InputError` for what the table of an archive tells of paths, links, passwords and bombs."""
    if not members:
        raise InputError(f"{path.name} is an empty archive.")
    for member in members:
        name = _name(member)
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise InputError(f"{path.name} holds '{member.filename}', a path outside of its own folder; not unpacked.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise InputError(f"{path.name} holds a link, '{member.filename}'; not unpacked.")
        if member.flag_bits & 1:
            raise InputError(f"'{member.filename}' in {path.name} needs a password; unpack the archive by hand.")
    size, packed = sum(m.file_size for m in members), max(1, sum(m.compress_size for m in members))
    if size > MAX_BYTES or (size > SMALL and size > MAX_RATIO * packed):
        raise InputError(
            f"{path.name} would grow from {packed / 1e6:.1f} to {size / 1e6:,.0f} MB: no archive of measurements does. "
            "Not unpacked."
        )


def _refuse_crowded(path: Path, members: list[zipfile.ZipInfo], folder: str | os.PathLike) -> None:
    size = sum(m.file_size for m in members)
    free = shutil.disk_usage(folder).free
    if size > free:
        raise InputError(
            f"{path.name} needs {size / 1e9:.1f} GB of room to be unpacked, and {folder} has {free / 1e9:.1f} GB left."
        )


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, progress: Progress) -> None:
    """Write one file, and no byte more than the archive's own table says."""
    refusal = f"'{member.filename}' in {archive.filename} is longer than it says; not unpacked."
    with archive.open(member) as source, open(target, "wb") as out:
        _copy(source, out, member.file_size, refusal, progress)


def _copy(source: IO[bytes] | gzip.GzipFile, out: IO[bytes], most: int, refusal: str, progress: Progress) -> None:
    """Write all that a file holds; raise `InputError` with a refusal before more bytes than `most` are written."""
    while chunk := source.read(CHUNK):
        progress.check()
        most -= len(chunk)
        if most < 0:
            raise InputError(refusal)
        out.write(chunk)
