# SPDX-License-Identifier: GPL-2.0-or-later
"""The manifest of a run, run.json: all that it takes to run it again, and what it was made of and with."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..base.errors import InputError
from ..base.files import read_json
from ..base.find import files_at
from ..base.inputs import Folder
from ..base.version import versions
from ..study.study import Study
from .method import Method
from .roles import Roles

VERSION = 2  # 1 did not hold the method, nor versions and inputs
END = 65_536  # bytes of the beginning and of the end of a file that its print is made of
# what a run is, so that another one is told from it
IDENTITY = ("method", "study", "roles", "left_out")


@dataclass(frozen=True)
class Manifest:
    """What a run was made of.

    Attributes
    ----------
    study : Study
    method : Method
    roles : dict of str to str
        Role to covariate.
    left_out : dict of str to str
        Role to the reason.
    made_with : dict of str to str
        Package to version.
    inputs : dict of str to dict
        What was read by what it is called: files, bytes and print.
    """

    study: Study
    method: Method
    roles: dict[str, str]
    left_out: dict[str, str]
    made_with: dict[str, str]
    inputs: dict[str, dict]

    @classmethod
    def read(cls, path: str | os.PathLike, folder: str | os.PathLike | None = None) -> Manifest:
        """Read run.json, or that of a folder of results.

        Parameters
        ----------
        path : path
        folder : path, optional
            Where the files of the study are now, if they were moved.

        Raises
        ------
        InputError
            If it is no manifest of a run, or the folder of its study is not there.
        """
        path = Path(path)
        path = path / "run.json" if path.is_dir() else path
        content = read_json(path, "run", VERSION)
        for key in (*IDENTITY, "made_with", "inputs"):
            if not isinstance(content.get(key), dict):
                raise InputError(f'{path}: "{key}" must be an object with what the run was made of.')
        where = content["study"].pop("folder", "")
        place = Path(folder if folder is not None else str(where))
        if not str(where) or not place.is_dir():
            raise InputError(
                f"The files of the study lay in '{place}', which is not there: say where they are now (study folder)."
            )
        study = Study.from_json(content["study"], place / f"{path.name}, study")
        method = Method.from_json(content["method"], f"{path.name}, method")
        texts = {key: content[key] for key in ("roles", "left_out", "made_with")}
        if not all(isinstance(value, str) for one in texts.values() for value in one.values()):
            raise InputError(f"{path}: roles, left_out and made_with must hold text.")
        return cls(study, method, **texts, inputs=content["inputs"])

    def changes(self) -> list[str]:
        """Return a sentence on each input and version that is not what it was."""
        found = []
        now = prints_of(self.study)
        for name in [*self.inputs, *(name for name in now if name not in self.inputs)]:
            before, after = self.inputs.get(name), now.get(name)
            if before != after:
                found.append(f"{name[0].upper()}{name[1:]} changed since: {_told(before)} then, {_told(after)} now.")
        here = versions()
        others = [f"{name} {there}, now {here.get(name, 'none')}" for name, there in self.made_with.items()
                  if here.get(name) != there]  # fmt: skip
        if others:
            found.append(f"Made with other versions, which may change the last digits: {'; '.join(others)}.")
        return found


def manifest_of(study: Study, method: Method, roles: Roles) -> dict:
    """Return what run.json holds."""
    return {
        "soilsharp": "run",
        "version": VERSION,
        "roles": roles.used,
        "left_out": roles.left_out,
        "method": method.as_json(),
        "study": {"folder": str(study.folder.resolve()), **study.as_json()},
        "made_with": versions(),
        "inputs": prints_of(study),
    }


def same_run(content: Mapping, other: Mapping) -> bool:
    """Return whether two manifests are of one run, whatever it was made with."""
    return all(content.get(key) == other.get(key) for key in IDENTITY)


def prints_of(study: Study) -> dict[str, dict]:
    """Return the number, the bytes and a print of the files of each input of a study."""
    found = {}
    for name, places in study.reads().items():
        files = sorted({file for place in places if not isinstance(place, Folder) for file in _files(place)})
        total = hashlib.sha256()
        for file in files:
            total.update(_print(file))
        found[name] = {
            "files": len(files),
            "bytes": sum(file.stat().st_size for file in files),
            "print": total.hexdigest()[:16],
        }
    return found


def _files(place: str | os.PathLike) -> list[Path]:
    """Return the files of a place; a layer as a.gpkg|layername=x is its file."""
    path = Path(place)
    return [own for own in files_at(path) if own.is_file()] or files_at(str(path).split("|")[0])


def _print(file: Path) -> bytes:
    """Return what tells a file from another of its name: its size, its beginning and its end."""
    size = file.stat().st_size
    with open(file, "rb") as opened:
        parts = opened.read(END)
        if size > END:
            opened.seek(max(END, size - END))
            parts += opened.read()
    return hashlib.sha256(f"{file.name}\0{size}\0".encode() + parts).digest()


def _told(one: object) -> str:
    if not isinstance(one, dict):
        return "not there"
    return ", ".join(f"{name} {one.get(name, 'unknown')}" for name in ("files", "bytes", "print"))
