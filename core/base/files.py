# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock

from .errors import InputError
from .find import refuse_impossible
from .inputs import refuse_file, refuse_folder
from .progress import SILENT, Progress
from .unfinished import WHOLE, alive, hidden_name, left_beside

_written: set[str] = set()  # paths that are being written in this process
_guard = Lock()
FULL = (errno.ENOSPC, errno.EDQUOT)  # what a disk says that has no room
SCRATCH = "soilsharp-"  # begins the names of temporary folders, before the number of the process


@contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[Path]:
    """Give a temporary name beside a path, and rename it to the path only when all went well.

    After an error, a cancel or a kill the path is what it was before. What a killed process left under a
    temporary name is swept away by the next writer of the same path. A path that is read and kept (see `keeping`)
    is refused, and one that is already being written.
    """
    path = Path(path)
    refuse_impossible(path)
    refuse_file(path)
    with _written_once(path), _whole(path, _hidden(path)) as part:
        yield part


@contextmanager
def _written_once(path: Path) -> Iterator[None]:
    """Hold a path as one that is being written, or raise `InputError` if it is one."""
    place = os.path.normcase(os.path.realpath(path))
    with _guard:
        if place in _written:
            raise InputError(f"Two results would be written to {path}. Choose another place for one of them.")
        _written.add(place)
    try:
        yield
    finally:
        with _guard:
            _written.discard(place)


@contextmanager
def _whole(path: Path, part: Path) -> Iterator[Path]:
    """Give a part, and rename a part to its path when all went well, and remove it else."""
    try:
        _writable_folder(path.parent)
        if path.is_dir():  # before anything takes its place, as other files that are written together
            raise IsADirectoryError(errno.EISDIR, "there is a folder with this name", str(path))
        yield part
        if not part.exists():
            raise InputError(f"Nothing was written to {path}.")
        os.replace(part, path)
    except OSError as error:
        raise _as_write_error(error, path, part) from error
    finally:
        _remove(part)


@contextmanager
def whole_files(*paths: str | os.PathLike) -> Iterator[list[Path]]:
    """Give a temporary name for each path, as `whole_file` does; after an error none of them has changed."""
    with ExitStack() as stack:
        yield [stack.enter_context(whole_file(path)) for path in paths]


def write_files(*files: tuple[str | os.PathLike, Callable[[Path], object]], progress: Progress = SILENT) -> None:
    """Write the files that are wanted, all of them or none: each a path, '' if it is not wanted, and who writes it."""
    wanted = [(path, write) for path, write in files if os.fspath(path)]
    with whole_files(*(path for path, _ in wanted)) as parts:
        for part, (_, write) in progress.over(list(zip(parts, wanted))):
            write(part)


@contextmanager
def whole_folder(path: str | os.PathLike) -> Iterator[Path]:
    """Give a temporary folder beside a path, and move its files into the path only when all went well.

    Files already in the folder stay, unless a new one has their name; what is read and kept (see `keeping`) is refused.
    A folder that is new appears in one step. For one that was there the temporary folder is first renamed to one that
    is whole: what is still in it after a kill is moved by the next writer of the path, so that the set is never mixed.
    """
    path = Path(path)
    refuse_impossible(path)
    refuse_folder(path)
    with _written_once(path):
        part = _hidden(path)
        try:
            for left in left_beside(path, WHOLE):
                _move_all(left, path)
            _writable_folder(path.parent)
            if path.exists():
                _writable_folder(path)
            part.mkdir()
            yield part
            _move_into(part, path)
        except OSError as error:
            raise _as_write_error(error, path, part) from error
        finally:
            _remove(part)


def _move_into(part: Path, path: Path) -> None:
    """Move the files of a temporary folder into the path; see `whole_folder`."""
    if not _movable(part, path):
        return
    if not path.exists():
        os.replace(part, path)
        return
    whole = path.with_name(hidden_name(path, WHOLE, os.getpid()))
    os.replace(part, whole)
    _move_all(whole, path)


def _movable(part: Path, path: Path) -> list[Path]:
    """Return the files of a temporary folder; raise `InputError` if one cannot be moved into the path."""
    made = [source for source in sorted(part.rglob("*")) if source.is_file()]
    for source in made:
        target = path / source.relative_to(part)
        refuse_file(target)
        _refuse_blocked(target, path)
    return made


def _move_all(whole: Path, path: Path) -> None:
    """Move the files of a folder that is whole into the path."""
    for source in _movable(whole, path):
        target = path / source.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    _remove(whole)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder for what is needed only meanwhile; it is gone afterwards, or with the next one after a kill."""
    sweep_scratch()
    folder = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-"))
    try:
        yield folder
    finally:
        _remove(folder)  # a file that Windows still holds open is no failure


def sweep_scratch() -> None:
    """Remove the scratch folders of processes that are gone."""
    for old in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        owner = old.name[len(SCRATCH) :].split("-")[0]
        if owner.isdigit() and not alive(int(owner)):
            _remove(old)


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write a text file whole, in UTF-8."""
    with whole_file(path) as part:
        part.write_bytes(text.encode())


def json_text(content: dict) -> str:
    """Return JSON that a person can read and edit."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write_json(path: str | os.PathLike, content: dict) -> None:
    """Write a JSON file; see `json_text`."""
    write_text(path, json_text(content))


def read_json(path: str | os.PathLike, kind: str, version: int) -> dict:
    """Read a JSON file of one of SoilSharp's kinds.

    Raises
    ------
    InputError
        If the file is missing, not JSON, of another kind, or written for a newer version; with the place.
    """
    path = Path(path)
    try:
        # some editors begin a file with a mark of its encoding
        content = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_each_once)
    except OSError as error:
        raise InputError(f"Cannot read {kind} file {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:  # the latter of entries in entries without end
        raise InputError(f"{path} is not a readable JSON file: {error}.") from error
    if not isinstance(content, dict) or content.get("soilsharp") != kind:
        raise InputError(f'{path} is not a SoilSharp {kind}: it lacks the entry "soilsharp": "{kind}".')
    if content.get("version") != version:
        raise InputError(f"{path} has version {content.get('version')!r}; this SoilSharp reads version {version}.")
    return content


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the entries of an object of JSON, or raise `ValueError` where a name stands twice: one would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f'"{twice}" stands twice in one object; take one out or rename it')
    return found


def reserve(file: int, size: int) -> None:
    """Take the room of an open file now: where a disk fills up later, a file with holes ends the process at a write.

    Where a disk cannot reserve anything the file has holes.

    Parameters
    ----------
    file : int
        Its descriptor.
    size : int
        Bytes, 1 or more.

    Raises
    ------
    OSError
        If the disk has no room for it.
    """
    os.truncate(file, size)
    if not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as error:
        if error.errno in (*FULL, errno.EFBIG):
            raise


def _hidden(path: Path) -> Path:
    """Return a temporary name beside a path, after sweeping those that dead processes left."""
    # a folder that is itself a temporary one is new: to look through it for each of its files would take ever longer
    new = any(folder.name.startswith(".") and ".part" in folder.name for folder in path.parents)
    for old in [] if new else left_beside(path, ".part"):
        _remove(old)
    return path.with_name(hidden_name(path, ".part", os.getpid()))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()


def _as_write_error(error: OSError, path: Path, part: Path) -> Exception:
    """Return the error as one of writing the path if it is one; what happened elsewhere keeps its own words."""
    about = str(error.filename or "")
    if error.errno in FULL or any(about.startswith(str(p)) for p in (part, path, path.parent)):
        return InputError(f"Cannot write {path}: {error.strerror or error}. Choose another place.")
    return error


def _refuse_blocked(target: Path, folder: Path) -> None:
    """Raise `InputError` where a folder has the name of a file to be moved into it, or a file that of a folder."""
    if target.is_dir():
        raise InputError(f"Cannot write {target}: there is a folder with this name. Choose another place.")
    between = target.relative_to(folder).parents
    for place in (folder / part for part in between):
        if place.exists() and not place.is_dir():
            raise InputError(f"Cannot write into {place}: it is a file, no folder. Choose another place.")


def _writable_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "there is a file where a folder should be", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, "no permission", str(folder))
