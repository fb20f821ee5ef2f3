# SPDX-License-Identifier: GPL-2.0-or-later
"""Zip archives that come from elsewhere, unpacked with care."""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from .errors import InputError
from .files import scratch_folder
from .progress import SILENT, Progress

MAX_RATIO = 200  # text shrinks to a twentieth at best; a bomb to a thousandth
MAX_BYTES = 200 << 30
SMALL = 50 << 20  # below this size the ratio does not matter
CHUNK = 1 << 20
# what zipfile raises of a damaged archive, by where the damage is
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, RuntimeError)


@contextmanager
def unpacked(path: str | os.PathLike, progress: Progress = SILENT) -> Iterator[Path]:
    """Give a temporary folder with the files of a zip archive; it is gone afterwards.

    Raises
    ------
    InputError
        If the file is no zip or damaged, holds a path outside its own folder, a link or a password, or would
        unpack to far more than such a file holds or than the disk has room for.
    """
    path = Path(path)
    with scratch_folder() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                members = [m for m in archive.infolist() if not m.is_dir()]
                _check(path, members, folder)
                for member in progress.over(members):
                    _extract(archive, member, folder, progress)
        except DAMAGED as error:
            raise InputError(f"{path.name} is no readable zip archive: {error}. Download it again.") from error
        except OSError as error:
            raise InputError(f"{path.name} cannot be unpacked: {error.strerror or error}.") from error
        yield folder


@contextmanager
def by_folder(
    path: str | os.PathLike, suffix: str, progress: Progress = SILENT
) -> Iterator[tuple[list[PurePosixPath], Callable]]:
    """Give the names in a zip archive that end so, and a function that unpacks one folder of it at a time.

    The function takes the folder's name and gives, as a context, a temporary folder with the files of that folder
    under their names in the archive; so an archive greater than the disk's room can be read.

    Raises
    ------
    InputError
        As `unpacked`, of the whole archive for what its table tells, of a folder for damage in its files.
    """
    path = Path(path)
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise InputError(f"{path.name} is no readable zip archive: {error}. Download it again.") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    with archive:
        members: dict[PurePosixPath, list[zipfile.ZipInfo]] = {}
        files = [m for m in archive.infolist() if not m.is_dir()]
        _refuse(path, files)
        for member in files:
            members.setdefault(_name(member).parent, []).append(member)

        @contextmanager
        def folder_of(name: PurePosixPath) -> Iterator[Path]:
            with scratch_folder() as folder:
                _refuse_crowded(path, members[name], folder)
                try:
                    for member in members[name]:
                        _extract(archive, member, folder, progress)
                except DAMAGED as error:
                    raise InputError(f"is damaged in {path.name}: {error}. Download it again.") from error
                except OSError as error:
                    raise InputError(f"cannot be unpacked from {path.name}: {error.strerror or error}.") from error
                yield folder

        yield [_name(m) for m in files if m.filename.lower().endswith(suffix)], folder_of


@contextmanager
def gunzipped(path: str | os.PathLike, progress: Progress = SILENT) -> Iterator[Path]:
    """Give a temporary file with the content of a .gz, named without that ending; it is gone afterwards.

    Raises
    ------
    InputError
        If the file is damaged, or grows to far more than measurements do or than the disk has room for.
    """
    path = Path(path)
    with scratch_folder() as folder:
        target = folder / path.stem
        most = min(max(SMALL, MAX_RATIO * path.stat().st_size), MAX_BYTES, shutil.disk_usage(folder).free)
        try:
            with gzip.open(path) as source, open(target, "wb") as out:
                while chunk := source.read(CHUNK):
                    progress.check()
                    most -= len(chunk)
                    if most < 0:
                        raise InputError(f"{path.name} grows to more than measurements do, or than the disk has room.")
                    out.write(chunk)
        except (*DAMAGED, gzip.BadGzipFile) as error:
            raise InputError(f"{path.name} cannot be unpacked: {error}. Download it again.") from error
        yield target


def _name(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))


def refuse_bomb(path: str | os.PathLike) -> None:
    """Raise `InputError` if a file that is a zip inside, as of Excel, would grow beyond what such a file holds."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check(path, [m for m in archive.infolist() if not m.is_dir()], tempfile.gettempdir())
    except (zipfile.BadZipFile, OSError) as error:
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


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, progress: Progress) -> None:
    """Write one file, and no byte more than the archive's own table says."""
    target = folder / member.filename.replace("\\", "/")
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, open(target, "wb") as out:
        while chunk := source.read(CHUNK):
            progress.check()
            left -= len(chunk)
            if left < 0:
                raise InputError(f"'{member.filename}' in {archive.filename} is longer than it says; not unpacked.")
            out.write(chunk)
