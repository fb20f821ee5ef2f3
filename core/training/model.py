# SPDX-License-Identifier: GPL-2.0-or-later
"""A model and its passport in one file that is safe to open."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import numpy as np

from ..base.describe import described
from ..base.errors import InputError, ModelFileError, OptionError
from ..base.files import whole_file
from ..base.names import class_column, class_of, folded
from ..report.words import passport_facts
from ..samples.samples import Samples
from .blend import Blend, CoarseFacts
from .fitted import Fitted, Member
from .learners import learner
from .recipe import Recipe
from .settings import FoldOptions

T = TypeVar("T")
VERSION = 3  # 1 had one learner and weights in the format of skops, 2 had one part
PASSPORT = "passport.json"
MAX_PASSPORT = 16 << 20  # bytes
MAX_WEIGHTS = 4 << 30
# a fixed moment, so that the same model gives the same file
_MOMENT = (1980, 1, 1, 0, 0, 0)
_NEEDED = ("learner", "members", "parts", "covariates", "target", "seed", "versions")
_OF_COVARIATE = ("name", "low", "high", "gaps", "classes")
_OF_MEMBER = {"learner": str, "options": dict, "label": str, "part": int, "file": str, "sha256": str}


@dataclass(frozen=True)
class Model:
    """What a learner made of samples.

    Attributes
    ----------
    passport : dict
        Covariates with names, units, ranges and rules; target; grid; period; parts and members; what it knows of the
        coarse product; fold scores; seed; versions.
    fitted : Fitted or Blend
        Of columns in the order of the passport. A blend if there are several parts.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json").select(["ndvi", "sand"])
    >>> soilsharp.train(samples, "linear", folds="date").write("model.soilsharp")
    >>> model = soilsharp.Model.read("model.soilsharp")
    >>> model.names, model.passport["n_samples"]
    (('ndvi', 'sand'), 144)
    >>> model.predict([[0.5, 40.0]])
    array([0.2...], dtype=float32)
    """

    passport: dict
    fitted: Fitted | Blend

    @classmethod
    def of(
        cls,
        samples: Samples,
        recipes: Sequence[Recipe],
        fitted: Fitted | Blend,
        folds: FoldOptions,
        fold_scores: dict | None,
        coarse: CoarseFacts | None,
        seed: int,
    ) -> Model:
        """Write the passport of what recipes made of samples."""
        facts, gaps = samples.facts, np.isnan(samples.X).any(0)
        low, high = np.nanmin(samples.X, 0), np.nanmax(samples.X, 0)
        covariates = [
            {
                "name": name,
                "unit": facts.get("units", {}).get(name, ""),
                "rule": facts.get("rules", {}).get(name, ""),
                "low": float(low[i]),
                "high": float(high[i]),
                "gaps": bool(gaps[i]),
                "classes": i in samples.categories,
                **({"levels": _levels(samples.X[:, i])} if i in samples.categories else {}),
            }
            for i, name in enumerate(samples.names)
        ]
        shares = fitted.shares if isinstance(fitted, Blend) else np.ones(1)
        parts = [
            {
                "label": recipe.label,
                "share": float(share),
                "scheme": recipe.scheme.as_dict(),
                "search": recipe.search.as_dict(),
                "weights": recipe.weights.as_dict(),
            }
            for recipe, share in zip(recipes, shares)
        ]
        passport = {
            "soilsharp": "model",
            "version": VERSION,
            "learner": " + ".join(recipe.label for recipe in recipes),
            "parts": parts,
            "level": fitted.level if isinstance(fitted, Blend) else 0.0,
            "coarse": _plain_numbers(coarse.as_dict()) if coarse else None,
            "covariates": covariates,
            "target": facts.get("target", "table"),
            "study": facts.get("study", ""),
            "grid": facts.get("grid"),
            "n_samples": len(samples),
            "seed": seed,
            "folds": folds.as_dict(),
            "fold_scores": _plain_numbers(fold_scores),
            "account": _plain_numbers(fitted.account),
            "versions": _versions(fitted),
        }
        if "date" in samples.index:
            passport["period"] = [f"{samples.index['date'].agg(end):%Y-%m-%d}" for end in ("min", "max")]
        if "station" in samples.index:
            passport["stations"] = sorted(samples.index["station"].astype(str).unique())
        return cls(passport, fitted)

    def __repr__(self) -> str:
        facts = passport_facts(self.passport)
        return described(f"Model: {facts.pop('Model')}", facts)

    @property
    def names(self) -> tuple[str, ...]:
        """The covariates, in the order of the columns of X."""
        return tuple(entry["name"] for entry in self.passport["covariates"])

    @property
    def scores(self) -> dict[str, float]:
        """The scores of cross-validation, over all folds together, by the names of `METRICS`; none without folds."""
        return dict((self.passport["fold_scores"] or {}).get("pooled", {}))

    @property
    def takes_gaps(self) -> np.ndarray:
        """Whether each covariate may be NaN, since samples without it were learned from; shape (covariates,)."""
        return np.array([entry["gaps"] for entry in self.passport["covariates"]])

    @property
    def parts(self) -> tuple[Fitted, ...]:
        """What each recipe made."""
        return self.fitted.parts if isinstance(self.fitted, Blend) else (self.fitted,)

    @property
    def coarse(self) -> CoarseFacts | None:
        """What it knows of the coarse product that it learned from; None if it learned from something else."""
        known = self.passport.get("coarse")
        return CoarseFacts.from_dict(known) if known else None

    def detail(self, weights: np.ndarray) -> Model:
        """Return the model that predicts the weighted sum of its parts, for maps whose level kriging sets."""
        return Model(self.passport, Blend(self.parts, np.asarray(weights, float)))

    def on(self, day: np.datetime64 | None) -> Model:
        """Return the model of one day: of one with a part for each period, the part that counts."""
        return Model(self.passport, self.fitted.on(day))

    def predict(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray:
        """Return soil moisture in m3 m-3, shape (n,), float32, never below 0; NaN where a covariate is unknown.

        A covariate may be NaN if samples without it were learned from, but not all of them; see `takes_gaps`.

        Parameters
        ----------
        X : ndarray, shape (n, covariates)
        days : ndarray of datetime64[D], shape (n,) or one
            Needed by models that have a part for each period.
        """
        X = np.asarray(X)
        gaps = np.isnan(X)
        out = np.maximum(self.fitted.predict(X, days), 0).astype(np.float32)
        if gaps.any():
            out[gaps[:, ~self.takes_gaps].any(1) | gaps.all(1)] = np.nan
        return out

    def predict_samples(self, samples: Samples) -> np.ndarray:
        """Return soil moisture of every row in m3 m-3, shape (n,), float32; NaN where a covariate is unknown.

        Covariates are matched by name, as in `match_names`.
        """
        offered = with_classes(self.names, samples.names, samples.facts.get("classes", ()))
        X = samples.select(list(match_names(self.names, offered).values())).X
        return self.predict(X, samples.days)

    def write(self, path: str | os.PathLike) -> None:
        """Write the model file."""
        weights: dict[str, bytes] = {}
        members = []
        for number, part in enumerate(self.parts):
            for k, member in enumerate(part.members):
                name = f"weights/{len(members)}.npz"
                data = member.estimator.to_bytes()
                entry = {"learner": member.learner.key, "options": member.options.as_dict(), "label": member.label}
                entry["part"] = number
                if part.per_period:
                    entry["start"] = str(part.starts[k])
                members.append({**entry, "file": name, "sha256": hashlib.sha256(data).hexdigest()})
                weights[name] = data
        passport = {**self.passport, "members": members}
        passport["passport_sha256"] = _digest(passport)
        with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            text = json.dumps(passport, indent=2, ensure_ascii=False)
            for name, data in {PASSPORT: text, **weights}.items():
                archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)

    @classmethod
    def read(cls, path: str | os.PathLike) -> Model:
        """Open a model file.

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
        return cls(passport, _together(passport, members, path))


def read_passport(path: str | os.PathLike) -> dict:
    """Return the passport of a model file without loading its weights."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _passport(archive, path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path} is no model file: {error}.") from error


def match_names(wanted: Sequence[str], offered: Mapping[str, T]) -> dict[str, T]:
    """Return what is offered for each wanted covariate, matched by name and never by order.

    Names match if they are equal but for case, blanks and dashes, as "Land Cover" and "land_cover".

    Raises
    ------
    InputError
        If a covariate is missing or two offers have its name; with all names.
    """
    plain: dict[str, list[tuple[str, T]]] = {}
    for name, value in offered.items():
        plain.setdefault(folded(name), []).append((name, value))
    twice = [found for key, found in plain.items() if len(found) > 1 and key in map(folded, wanted)]
    if twice:
        raise InputError(f"Two covariates have one name: {', '.join(name for name, _ in twice[0])}. Rename one.")
    missing = [name for name in wanted if folded(name) not in plain]
    if missing:
        raise InputError(
            f"The model needs the covariate{'s' if len(missing) > 1 else ''} {', '.join(missing)}, which "
            f"{'are' if len(missing) > 1 else 'is'} not given; given are {', '.join(offered) or 'none'}. "
            "Rename the layer to the covariate's name, or train with what there is."
        )
    return {name: plain[folded(name)][0][1] for name in wanted}


def with_classes(wanted: Sequence[str], names: Iterable[str], of_classes: Iterable[str]) -> dict[str, str]:
    """Return what can be offered to `match_names`: the names, and of those that hold classes the classes wanted.

    Parameters
    ----------
    wanted : sequence of str
        The covariates of a model, "land_cover=10" among them.
    names : iterable of str
        Those that there are, "Land Cover" among them.
    of_classes : iterable of str
        The ones whose numbers are names of classes.
    """
    offered = {name: name for name in names}
    for name in of_classes:
        for column, code in filter(None, map(class_of, wanted)):
            if folded(column) == folded(name):
                offered.setdefault(class_column(name, code), class_column(name, code))
    return offered


def _levels(values: np.ndarray) -> list[float]:
    return np.unique(values[np.isfinite(values)]).tolist()


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
    missing = [key for key in _NEEDED if key not in passport]
    if missing:
        raise ModelFileError(f"The passport of {path.name} lacks {', '.join(missing)}. Ask for a new copy.")
    if passport.pop("passport_sha256", None) != _digest(passport):
        raise ModelFileError(f"The passport of {path.name} was changed after training. Ask for a new copy.")
    _check_members(passport, path)
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
    if not all(isinstance(part, dict) and isinstance(part.get("share"), (int, float)) for part in known):
        raise ModelFileError(f"The parts of {path.name} have no shares. Ask for a new copy.")
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


def _check_members(passport: dict, path: Path) -> None:
    members, covariates = passport["members"], passport["covariates"]
    fits = isinstance(members, list) and members and isinstance(covariates, list)
    fits = fits and isinstance(passport["parts"], list)
    fits = fits and all(isinstance(c, dict) and set(_OF_COVARIATE) <= set(c) for c in covariates)
    if not fits or not all(
        isinstance(m, dict) and all(isinstance(m.get(key), kind) for key, kind in _OF_MEMBER.items()) for m in members
    ):
        raise ModelFileError(
            f"The passport of {path.name} does not tell its covariates or weights. Ask for a new copy."
        )


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
    if isinstance(values, list):
        return [_plain_numbers(value) for value in values]
    return None if isinstance(values, float) and not np.isfinite(values) else values


def _versions(fitted: Fitted | Blend) -> dict[str, str]:
    found = {"python": platform.python_version(), "numpy": np.__version__}
    for package in {package for member in fitted.members for package in member.learner.needs}:
        for name in {"sklearn": ("scikit-learn",), "xgboost": ("xgboost", "xgboost-cpu")}.get(package, (package,)):
            with suppress(metadata.PackageNotFoundError):
                found[name] = metadata.version(name)
    return dict(sorted(found.items()))
