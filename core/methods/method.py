# SPDX-License-Identifier: GPL-2.0-or-later
"""A method: how a study becomes maps. One JSON file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, OptionError
from ..files import read_json
from ..options import Options
from ..settings import CoarseSampling, ConserveOptions, FoldOptions
from ..training.learners import Learner, learner

VERSION = 1
TARGETS = ("coarse", "stations")
SHIPPED = Path(__file__).parent
_KEYS = (
    "soilsharp",
    "version",
    "name",
    "about",
    "target",
    "covariates",
    "sampling",
    "learner",
    "folds",
    "conserve",
    "seed",
)


@dataclass(frozen=True)
class Method:
    """How a study becomes maps.

    Attributes
    ----------
    name, about : str
    target : str
        "coarse" or "stations": what the learner learns.
    covariates : tuple of str
        Those of the study that count; all if empty.
    sampling : CoarseSampling
    learner : Learner
    options : Options
        Of the learner's own kind.
    folds : FoldOptions
    conserve : ConserveOptions
    seed : int
    """

    name: str
    about: str
    target: str
    covariates: tuple[str, ...]
    sampling: CoarseSampling
    learner: Learner
    options: Options
    folds: FoldOptions
    conserve: ConserveOptions
    seed: int

    @classmethod
    def read(cls, name_or_path: str | os.PathLike) -> Method:
        """Read a method from a file, or one that is shipped by its name; errors name the place in it."""
        path = Path(name_or_path)
        if not path.suffix and not path.exists():
            path = SHIPPED / f"{name_or_path}.json"
            if not path.exists():
                raise InputError(f"There is no method '{name_or_path}'; shipped are {', '.join(shipped())}.")
        content, where = read_json(path, "method", VERSION), path.name
        unknown = sorted(set(content) - set(_KEYS))
        if unknown:
            raise InputError(f"{where}: unknown entry {', '.join(unknown)}; known are {', '.join(_KEYS)}.")
        if content.get("target") not in TARGETS:
            raise OptionError(f'{where}: "target" must be one of {", ".join(TARGETS)}, got {content.get("target")!r}.')
        chosen = content.get("learner")
        if not isinstance(chosen, dict) or len(chosen) != 1:
            raise OptionError(f'{where}: "learner" must be one learner with its options, as {{"linear": {{}}}}.')
        ((key, values),) = chosen.items()
        covariates, seed = content.get("covariates", []), content.get("seed", 0)
        if not isinstance(covariates, list) or not all(isinstance(c, str) for c in covariates):
            raise OptionError(f'{where}: "covariates" must be a list of names, got {covariates!r}.')
        if type(seed) is not int or seed < 0:
            raise OptionError(f'{where}: "seed" must be a whole number from 0, got {seed!r}.')
        kind = learner(key)
        return cls(
            name=str(content.get("name", path.stem)),
            about=str(content.get("about", "")),
            target=content["target"],
            covariates=tuple(covariates),
            sampling=CoarseSampling.from_dict(content.get("sampling", {}), f"{where}, sampling"),
            learner=kind,
            options=kind.options.from_dict(values, f"{where}, learner {key}"),
            folds=FoldOptions.from_dict(content.get("folds", {}), f"{where}, folds"),
            conserve=ConserveOptions.from_dict(content.get("conserve", {}), f"{where}, conserve"),
            seed=seed,
        )

    def as_json(self) -> dict:
        """Return the method with every setting spelled out, as its file would hold it."""
        return {
            "soilsharp": "method",
            "version": VERSION,
            "name": self.name,
            "about": self.about,
            "target": self.target,
            "covariates": list(self.covariates),
            "sampling": self.sampling.as_dict(),
            "learner": {self.learner.key: self.options.as_dict()},
            "folds": self.folds.as_dict(),
            "conserve": self.conserve.as_dict(),
            "seed": self.seed,
        }


def shipped() -> list[str]:
    """Return the names of the methods that come with SoilSharp."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))
