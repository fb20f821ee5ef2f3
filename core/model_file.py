# SPDX-License-Identifier: GPL-2.0-or-later
"""A model and its passport in one file that is safe to open."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from .errors import InputError, ModelFileError, OptionError
from .files import whole_file
from .options import Options
from .samples import Samples
from .training.learners import Learner, learner

VERSION = 1
PASSPORT = "passport.json"
GREATEST_PASSPORT = 16 << 20  # bytes
GREATEST_WEIGHTS = 4 << 30
# a fixed moment, so that the same model gives the same file
_MOMENT = (1980, 1, 1, 0, 0, 0)
_NEEDED = ("learner", "options", "covariates", "target", "seed", "versions", "weights_sha256")


@dataclass(frozen=True)
class Model:
    """What a learner made of samples.

    Attributes
    ----------
    passport : dict
        Covariates with names, units, ranges and rules; target; grid; period; options; fold scores; seed; versions.
    estimator : object
        Fitted, with `predict(X)`; the columns of X in the order of the passport.
    """

    passport: dict
    estimator: object

    @classmethod
    def of(cls, samples: Samples, kind: Learner, options: Options, estimator, folds, fold_scores, seed: int) -> Model:
        """Write the passport of an estimator that was fitted to samples."""
        facts, low, high = samples.facts, samples.X.min(0), samples.X.max(0)
        covariates = [
            {
                "name": name,
                "unit": facts.get("units", {}).get(name, ""),
                "rule": facts.get("rules", {}).get(name, ""),
                "low": float(low[i]),
                "high": float(high[i]),
            }
            for i, name in enumerate(samples.names)
        ]
        passport = {
            "soilsharp": "model",
            "version": VERSION,
            "learner": kind.key,
            "options": options.as_dict(),
            "covariates": covariates,
            "target": facts.get("target", "table"),
            "study": facts.get("study", ""),
            "grid": facts.get("grid"),
            "n_samples": len(samples),
            "seed": seed,
            "folds": folds.as_dict(),
            "fold_scores": _plain_numbers(fold_scores),
            "versions": _versions(kind),
        }
        if "date" in samples.place:
            passport["period"] = [f"{samples.place['date'].agg(end):%Y-%m-%d}" for end in ("min", "max")]
        if "station" in samples.place:
            passport["stations"] = sorted(samples.place["station"].astype(str).unique())
        return cls(passport, estimator)

    @property
    def names(self) -> tuple[str, ...]:
        """The covariates, in the order in which the estimator wants them."""
        return tuple(entry["name"] for entry in self.passport["covariates"])

    @property
    def learner(self) -> Learner:
        """The record of the learner."""
        return learner(self.passport["learner"])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return soil moisture in m3 m-3, shape (n,), float32, never below 0; X of shape (n, covariates)."""
        return np.maximum(self.estimator.predict(X), 0).astype(np.float32)

    def write(self, path: str | os.PathLike) -> None:
        """Write the model file."""
        weights = self.estimator.to_bytes()
        passport = {**self.passport, "weights_sha256": hashlib.sha256(weights).hexdigest()}
        passport["passport_sha256"] = _digest(passport)
        with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            text = json.dumps(passport, indent=2, ensure_ascii=False)
            archive.writestr(zipfile.ZipInfo(PASSPORT, _MOMENT), text, zipfile.ZIP_DEFLATED)
            archive.writestr(zipfile.ZipInfo(self.learner.weights, _MOMENT), weights, zipfile.ZIP_DEFLATED)

    @classmethod
    def read(cls, path: str | os.PathLike) -> Model:
        """Open a model file.

        Raises
        ------
        ModelFileError
            If it is no model, was changed or damaged, is newer than this program, or lacks a member.
        """
        path = Path(path)
        try:
            with zipfile.ZipFile(path) as archive:
                passport = _passport(archive, path)
                kind = learner(passport["learner"])
                if sorted(archive.namelist()) != sorted((PASSPORT, kind.weights)):
                    raise ModelFileError(
                        f"{path.name} should hold {PASSPORT} and {kind.weights}, but holds "
                        f"{', '.join(archive.namelist())}. Ask for a new copy."
                    )
                weights = _member(archive, kind.weights, GREATEST_WEIGHTS, path)
        except OSError as error:
            raise ModelFileError(f"Cannot open the model {path}: {error.strerror or error}.") from error
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OptionError) as error:
            raise ModelFileError(f"{path.name} is no model file, or is damaged: {error}.") from error
        if hashlib.sha256(weights).hexdigest() != passport["weights_sha256"]:
            raise ModelFileError(f"The weights in {path.name} were changed after training. Ask for a new copy.")
        return cls(passport, kind.load(weights))


def read_passport(path: str | os.PathLike) -> dict:
    """Return the passport of a model file without loading its weights."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _passport(archive, path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path} is no model file: {error}.") from error


def match_names(wanted: Sequence[str], offered: Mapping[str, object]) -> dict[str, object]:
    """Return what is offered for each wanted covariate, matched by name and never by order.

    Names match if they are equal but for case, blanks and dashes, as "Land Cover" and "land_cover".

    Raises
    ------
    InputError
        If a covariate is missing or two offers have its name; with all names.
    """
    plain = {}
    for name, value in offered.items():
        plain.setdefault(_plain(name), []).append((name, value))
    twice = [found for key, found in plain.items() if len(found) > 1 and key in map(_plain, wanted)]
    if twice:
        raise InputError(f"Two covariates have one name: {', '.join(name for name, _ in twice[0])}. Rename one.")
    missing = [name for name in wanted if _plain(name) not in plain]
    if missing:
        raise InputError(
            f"The model needs the covariate{'s' if len(missing) > 1 else ''} {', '.join(missing)}, which "
            f"{'are' if len(missing) > 1 else 'is'} not given; given are {', '.join(offered) or 'none'}. "
            "Rename the layer to the covariate's name, or train with what there is."
        )
    return {name: plain[_plain(name)][0][1] for name in wanted}


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _passport(archive: zipfile.ZipFile, path: Path) -> dict:
    if PASSPORT not in archive.namelist():
        raise ModelFileError(f"{path.name} has no {PASSPORT}, so it is no model of SoilSharp.")
    try:
        passport = json.loads(_member(archive, PASSPORT, GREATEST_PASSPORT, path))
    except ValueError as error:
        raise ModelFileError(f"The passport of {path.name} cannot be read: {error}.") from error
    if not isinstance(passport, dict) or passport.get("soilsharp") != "model":
        raise ModelFileError(f"{path.name} is no model of SoilSharp.")
    version = passport.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ModelFileError(
            f"{path.name} was written by a newer SoilSharp (format {version}, this one reads {VERSION}). Update it."
        )
    missing = [key for key in _NEEDED if key not in passport]
    if missing:
        raise ModelFileError(f"The passport of {path.name} lacks {', '.join(missing)}. Ask for a new copy.")
    if passport.pop("passport_sha256", None) != _digest(passport):
        raise ModelFileError(f"The passport of {path.name} was changed after training. Ask for a new copy.")
    return passport


def _member(archive: zipfile.ZipFile, name: str, greatest: int, path: Path) -> bytes:
    if archive.getinfo(name).file_size > greatest:
        raise ModelFileError(f"{name} in {path.name} is larger than any model; the file was not opened.")
    return archive.read(name)


def _digest(passport: dict) -> str:
    return hashlib.sha256(json.dumps(passport, sort_keys=True).encode()).hexdigest()


def _plain_numbers(values):
    """Return nested scores with None for NaN, which JSON does not know."""
    if isinstance(values, dict):
        return {key: _plain_numbers(value) for key, value in values.items()}
    return None if isinstance(values, float) and not np.isfinite(values) else values


def _versions(kind: Learner) -> dict[str, str]:
    found = {"python": platform.python_version(), "numpy": np.__version__}
    for package in kind.needs:
        name = {"sklearn": "scikit-learn"}.get(package, package)
        found[name] = metadata.version(name)
    return found
