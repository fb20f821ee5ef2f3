# SPDX-License-Identifier: GPL-2.0-or-later
"""The file of a model: a passport and weights that are plain arrays, checked before anything is made of them."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..base.errors import ModelFileError, OptionError
from ..base.files import whole_file
from .blend import Blend
from .fitted import Fitted, Member
from .learners import learner
from .passport import check_passport

VERSION = 3  # 1 had one learner and weights in the format of skops, 2 had one part
PASSPORT = "passport.json"
MAX_PASSPORT = 16 << 20  # bytes
MAX_WEIGHTS = 4 << 30
# a fixed moment, so that the same model gives the same file
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_model(path: str | os.PathLike, passport: dict, parts: Sequence[Fitted]) -> None:
    """Write a model file: the passport, and the weights of the members of all parts."""
    weights: dict[str, bytes] = {}
    members: list[dict] = []
    for number, fitted in enumerate(parts):
        for k, member in enumerate(fitted.members):
            name = f"weights/{len(members)}.npz"
            data = member.estimator.to_bytes()
            entry: dict = {"learner": member.learner.key, "options": member.options.as_dict(), "label": member.label}
            entry["part"] = number
            if fitted.per_period:
                entry["start"] = str(fitted.starts[k])
            members.append({**entry, "file": name, "sha256": hashlib.sha256(data).hexdigest()})
            weights[name] = data
    passport = {**passport, "members": members}
    passport["passport_sha256"] = _digest(passport)
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        text = json.dumps(passport, indent=2, ensure_ascii=False).encode()
        for name, data in {PASSPORT: text, **weights}.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)


def read_model(path: str | os.PathLike) -> tuple[dict, Fitted | Blend]:
    """Return the passport of a model file and what speaks.

    Raises
    ------
    ModelFileError
        If it is no model, was changed or damaged, is of another version of SoilSharp, or lacks a member.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            passport = _passport(archive, path)
            wanted = [PASSPORT, *(member["file"] for member in passport["members"])]
            if sorted(archive.namelist()) != sorted(wanted):
                raise ModelFileError(
                    f"{path.name} should hold {', '.join(wanted)}, but holds {', '.join(archive.namelist())}. "
                    "Ask for a new copy."
                )
            members = tuple(_loaded(archive, member, passport, path) for member in passport["members"])
    except OSError as error:
        raise ModelFileError(f"Cannot open the model {path}: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OptionError, zlib.error) as error:
        raise ModelFileError(f"{path.name} is no model file, or is damaged: {error}.") from error
    return passport, _together(passport, members, path)


def read_passport(path: str | os.PathLike) -> dict:
    """Return the passport of a model file without loading its weights."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _passport(archive, path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path} is no model file: {error}.") from error


def _passport(archive: zipfile.ZipFile, path: Path) -> dict:
    if PASSPORT not in archive.namelist():
        raise ModelFileError(f"{path.name} has no {PASSPORT}, so it is no model of SoilSharp.")
    try:
        passport = json.loads(_member(archive, PASSPORT, MAX_PASSPORT, path))
    except ValueError as error:
        raise ModelFileError(f"The passport of {path.name} cannot be read: {error}.") from error
    if not isinstance(passport, dict) or passport.get("soilsharp") != "model":
        raise ModelFileError(f"{path.name} is no model of SoilSharp.")
    version = passport.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ModelFileError(
            f"{path.name} was written by a newer SoilSharp (format {version}, this one reads {VERSION}). Update it."
        )
    if version < VERSION:
        raise ModelFileError(
            f"{path.name} was written by an older SoilSharp (format {version}, this one reads {VERSION}). Train again."
        )
    if passport.pop("passport_sha256", None) != _digest(passport):
        raise ModelFileError(f"The passport of {path.name} was changed after training. Ask for a new copy.")
    check_passport(passport, path.name)
    return passport


def _loaded(archive: zipfile.ZipFile, entry: dict, passport: dict, path: Path) -> Member:
    """Return a member of a model with its weights."""
    data = _member(archive, entry["file"], MAX_WEIGHTS, path)
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ModelFileError(f"The weights in {path.name} were changed after training. Ask for a new copy.")
    kind = learner(entry["learner"])
    options = kind.options.from_dict(entry["options"], f"{path.name}, {entry['file']}")
    classes = tuple(i for i, covariate in enumerate(passport["covariates"]) if covariate["classes"])
    estimator = kind.load(data, options, classes)
    if estimator.n_features_in_ != len(passport["covariates"]):
        raise ModelFileError(
            f"The weights in {path.name} are of {estimator.n_features_in_} covariates, but the passport names "
            f"{len(passport['covariates'])}. Ask for a new copy."
        )
    return Member(kind, options, estimator, entry["label"])


def _together(passport: dict, members: tuple[Member, ...], path: Path) -> Fitted | Blend:
    """Return the parts of a model, each with its members."""
    entries, known = passport["members"], passport["parts"]
    if sorted({entry["part"] for entry in entries}) != list(range(len(known))):
        raise ModelFileError(f"The weights in {path.name} are not those of its {len(known)} parts. Ask for a new copy.")
    parts = []
    for number in range(len(known)):
        own = [k for k, entry in enumerate(entries) if entry["part"] == number]
        starts = _starts([entries[k] for k in own], path)
        parts.append(Fitted(tuple(members[k] for k in own), starts))
    shares = np.array([part["share"] for part in known], float)
    if len(parts) == 1:
        return parts[0]
    return Blend(tuple(parts), shares, float(passport.get("level", 0.0)))


def _starts(members: list[dict], path: Path) -> np.ndarray:
    """Return the first days of the periods of a part, in order; none if its members speak together."""
    starts = [member["start"] for member in members if "start" in member]
    try:
        days = np.array(starts, "datetime64[D]")
    except (ValueError, TypeError) as error:
        raise ModelFileError(f"A period of {path.name} begins at no day: {error}. Ask for a new copy.") from error
    if starts and (len(starts) != len(members) or (np.diff(days) <= np.timedelta64(0)).any()):
        raise ModelFileError(f"The periods of {path.name} are not in order. Ask for a new copy.")
    return days


def _member(archive: zipfile.ZipFile, name: str, greatest: int, path: Path) -> bytes:
    if archive.getinfo(name).file_size > greatest:
        raise ModelFileError(f"{name} in {path.name} is larger than any model; the file was not opened.")
    return archive.read(name)


def _digest(passport: dict) -> str:
    return hashlib.sha256(json.dumps(passport, sort_keys=True).encode()).hexdigest()
