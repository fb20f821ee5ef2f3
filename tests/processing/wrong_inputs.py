# SPDX-License-Identifier: GPL-2.0-or-later
"""Every kind of wrong input that the parameters of an algorithm allow, found from the registry."""

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Callable

LONG = "n" * 300
NUL = "a\0b"
PATHS = {"long name": LONG, "NUL": NUL, "stars": "a**b/c", "blank": " ", "braces": "/no/{0}/%s", "list": [1, 2]}
TEXTS = {"long": LONG, "NUL": NUL, "stars": "**", "marks": "a;b:c=d|e", "line break": "a\nb", "number": "1e999"}
DAYS = {"31 June": "2023-06-31", "day 0": "0000-00-00", "year 1": "0001-01-01", "year 9999": "9999-12-31", "NaT": "NaT"}
NUMBERS = {"text": "abc", "nan": "nan", "inf": float("inf"), "-inf": float("-inf"), "huge": 1e300, "-huge": -1e300,
           "negative": -7, "fraction": 0.123456789, "list": [1, 2], "bytes of Arabic": "١"}  # fmt: skip
CHOICES = {"no key": "no such key", "an index": 99, "two": ["a", "b"], "empty": "", "NUL": NUL}
SYSTEMS = {"no code": "EPSG:999999", "words": "somewhere", "half": 'PROJCS["x"', "degrees of what": "+proj=nothing"}
EXTENTS = {"three": "1,2,3", "words": "a,b,c,d", "turned": "9,1,9,1 [EPSG:4326]", "no area": "1,1,1,1 [EPSG:4326]",
           "far": "1e30,2e30,1e30,2e30 [EPSG:3035]", "inf": "-inf,inf,-inf,inf [EPSG:4326]",
           "no code": "1,2,1,2 [EPSG:999999]", "nan": "nan,nan,nan,nan",
           "above the pole": "0,1,95,99 [EPSG:4326]"}  # fmt: skip
SHAPES = {"list": [1], "text": "x", "number": 7, "null": None, "nan": float("nan"), "huge": 1e308, "nothing": {}}


@dataclass(frozen=True)
class Wrong:
    """One wrong value: of which parameter, of what kind, and a function that makes it in a folder of its own."""

    parameter: str
    kind: str
    make: Callable[[Path], Any]


def wrong_inputs(algorithm, given, study):
    """Yield every wrong input of an algorithm; `given` are right ones, `study` is the file of a right study."""
    for definition in algorithm.parameterDefinitions():
        name = definition.name()
        group = "output" if definition.isDestination() else definition.type()
        for kind, make in _values(definition, given.get(name), study).items():
            yield Wrong(name, kind if kind.startswith("study:") else f"{group}: {kind}", make)


def _values(definition, right, study):
    kind, optional = definition.type(), definition.flags() & definition.Flag.FlagOptional
    if definition.isDestination():
        values = _places(kind == "folderDestination")
    elif kind == "file":
        folder = definition.behavior() == definition.Behavior.Folder
        values = _plain(PATHS) | (_folders(right) if folder else _files(right, definition.fileFilter(), study))
    elif kind in ("raster", "multilayer"):
        several = kind == "multilayer"
        source = right[0] if isinstance(right, list) else right
        values = {k: partial(_listed if several else _one, make=make) for k, make in _rasters(source).items()}
        values |= _plain({k: [v] if several and isinstance(v, str) else v for k, v in PATHS.items()})
    else:
        texts = TEXTS | (DAYS if definition.name() in ("START", "END", "DATE", "DAY") else {})
        kinds = {"number": NUMBERS, "enum": CHOICES, "crs": SYSTEMS, "extent": EXTENTS, "boolean": {"text": "maybe"}}
        values = _plain(kinds.get(kind, texts) | {"NUL": NUL})
    if not optional and definition.defaultValue() is None:
        values["nothing"] = lambda folder: None
    return values


def _plain(values):
    return {kind: partial(_itself, value) for kind, value in values.items()}


def _itself(value, folder):
    return value


def _one(folder, make):
    return str(make(folder))


def _listed(folder, make):
    return [str(make(folder))]


# --- places to write to -----------------------------------------------------------------------------------------------


def _places(is_folder):
    wrong = {"below a file": _below_a_file, "no such device": partial(_itself, "/proc/self/no/result.tif")}
    wrong["a file there" if is_folder else "a folder there"] = _file_there if is_folder else _folder_there
    return _plain({k: v for k, v in PATHS.items() if k != "braces"}) | wrong


def _below_a_file(folder):
    return str(_file_there(folder)) + "/below.tif"


def _file_there(folder):
    return str(_written(folder / "kept.txt", b"kept"))


def _folder_there(folder):
    _written(folder / "there.tif" / "kept.txt", b"kept")
    return str(folder / "there.tif")


def _written(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# --- files and folders to read ----------------------------------------------------------------------------------------


def _files(right, filter, study):
    ending = Path(right).suffix if right and Path(right).is_file() else filter.partition(" ")[0].lstrip("*") or ".csv"
    right = right or (study if ending == ".json" else None)
    wrong = {kind: partial(_content, ending, content) for kind, content in _contents(right).items()}
    wrong |= {"missing": lambda folder: f"/no/such{ending}", "a folder": partial(_folder_called, ending)}
    if ending == ".json":
        wrong |= {f"study: {kind}": partial(_study, content) for kind, content in _studies(study).items()}
    if ending == ".csv" and right:
        wrong |= {f"table: {k}": partial(_content, ending, c) for k, c in _tables(Path(right).read_bytes()).items()}
    return {kind: partial(_one, make=make) for kind, make in wrong.items()}


def _contents(right):
    junk = {"empty": b"", "blanks": b" \n\n", "junk": bytes(range(256)) * 8, "deep": b"[" * 100_000, "zip": b"PK\3\4"}
    junk |= {"broken JSON": b'{"soilsharp": ', "page": b"<html>Sign in</html>", "nan": b'{"soilsharp": NaN}'}
    if right and Path(right).is_file():
        whole = Path(right).read_bytes()
        junk |= {"cut": whole[: len(whole) // 2], "bytes amiss": whole[:100] + b"\xff\0" * 8 + whole[116:]}
    return junk


def _content(ending, content, folder):
    return _written(folder / f"wrong{ending}", content)


def _folder_called(ending, folder):
    (folder / f"folder{ending}").mkdir(parents=True)
    return folder / f"folder{ending}"


def _tables(whole):
    head, _, body = whole.partition(b"\n")
    rows = body.splitlines()
    columns = head.count(b",")
    return {
        "head only": head + b"\n",
        "other columns": b"a,b\n1,2\n",
        "a column twice": head + b"," + head.split(b",")[0] + b"\n" + b"\n".join(row + b",1" for row in rows),
        "short rows": head + b"\n" + b"\n".join(row.rpartition(b",")[0] for row in rows),
        "no days": whole.replace(b"2023-", b"20x3-"),
        "infinite": head + b"\n" + b",".join([b"inf"] * (columns + 1)) + b"\n",
        "huge": head + b"\n" + b",".join([b"1" * 400] * (columns + 1)) + b"\n",
        "words": head + b"\n" + b",".join([b"x"] * (columns + 1)) + b"\n",
        "open quote": head + b'\n"' + body,
    }


def _folders(right):
    source = Path(right) if right else Path("/no/such")
    raster = next((p for p in sorted(source.glob("*.tif")) if p.is_file()), None) if source.is_dir() else None
    own = next((p for p in sorted(source.rglob("*")) if p.is_file()), None) if source.is_dir() else None
    wrong = {"missing": lambda folder: "/no/such", "empty": _empty, "processes": lambda folder: "/proc/self"}
    wrong["no files"] = lambda folder: str(_written(folder / "in" / "notes.md", b"x").parent)
    if own is not None:
        for kind, content in _contents(own).items():
            wrong[f"file: {kind}"] = partial(_folder_of, own.name, content)
    if raster is not None:
        for kind, make in _rasters(raster).items():
            wrong[f"raster: {kind}"] = partial(_folder_of_raster, raster.name, make)
    return {kind: partial(_one, make=make) for kind, make in wrong.items()}


def _empty(folder):
    (folder / "in").mkdir(parents=True)
    return folder / "in"


def _folder_of(name, content, folder):
    return _written(folder / "in" / name, content).parent


def _folder_of_raster(name, make, folder):
    made = Path(make(folder / "made"))
    place = _empty(folder)
    if made.is_file():
        shutil.move(made, place / name)
    return place


# --- rasters ----------------------------------------------------------------------------------------------------------


def _rasters(right):
    wrong = {f"file: {kind}": partial(_content, ".tif", content) for kind, content in _contents(right).items()}
    wrong |= {"missing": lambda folder: "/no/such.tif", "a folder": partial(_folder_called, ".tif")}
    if right:
        for kind, change in CHANGES.items():
            wrong[kind] = partial(_changed, right, change)
    return wrong


CHANGES = {
    "no system": {"crs": None},
    "all unknown": {"fill": float("nan")},
    "infinite": {"fill": float("inf")},
    "huge": {"fill": 3e38},
    "negative": {"fill": -5.0},
    "complex": {"dtype": "complex64"},
    "far": {"shift": 5e8},
    "elsewhere": {"shift": 3e5},
    "rotated": {"rotate": 30.0},
    "flipped": {"flip": True},
    "world": {"crs": "EPSG:4326", "world": True},
    "one pixel": {"shape": (1, 1)},
    "no such place": {"crs": "EPSG:4326"},
    "local system": {"crs": 'LOCAL_CS["local",UNIT["metre",1]]'},
}


def _changed(source, change, folder):
    """Write a raster again with something else about it."""
    import numpy as np
    import rasterio
    from affine import Affine

    with rasterio.open(source) as dataset:
        profile, values = dict(dataset.profile), dataset.read()
    place = profile["transform"]
    if "fill" in change:
        values = np.full(values.shape, change["fill"], "float32")
    if "shift" in change:
        place = Affine.translation(change["shift"], 0) * place
    if "rotate" in change:
        place = place * Affine.rotation(change["rotate"])
    if "flip" in change:
        place = place * Affine.translation(0, values.shape[1]) * Affine.scale(1, -1)
    if "world" in change:
        place = Affine(360 / values.shape[2], 0, -180, 0, -180 / values.shape[1], 90)
    if "shape" in change:
        values = values[:, :1, :1]
    crs = change.get("crs", profile["crs"])
    dtype = change.get("dtype", "float32")
    folder.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        folder / Path(source).name, "w", driver="GTiff", count=len(values), height=values.shape[1],
        width=values.shape[2], crs=crs, transform=place, dtype=dtype, nodata=float("nan"),
    ) as target:  # fmt: skip
        target.write(values.astype(dtype))
    return folder / Path(source).name


# --- studies ----------------------------------------------------------------------------------------------------------


def _studies(path):
    """Return contents of study files, each with one entry of the wrong shape."""
    right = json.loads(Path(path).read_text())
    for entry in (right["coarse"], right["stations"], *right["covariates"].values()):
        for key in {"file", "files"} & set(entry):
            entry[key] = str(Path(path).parent / entry[key])
    studies = {}
    for key in right:
        for kind, shape in SHAPES.items():
            studies[f"{key} is {kind}"] = {**right, key: shape}
    first = next(iter(right["covariates"]))
    for key in ("grid", "coarse", "stations"):
        for inner in right[key]:
            for kind, shape in SHAPES.items():
                studies[f"{key}.{inner} is {kind}"] = {**right, key: {**right[key], inner: shape}}
    for kind, shape in SHAPES.items():
        studies[f"covariate is {kind}"] = {**right, "covariates": {**right["covariates"], first: shape}}
    for words, grid in {
        "fine": {"resolution": 1e-9},
        "no system": {"crs": "x"},
        "point": {"bounds": [0, 0, 0, 0]},
    }.items():
        studies[f"grid {words}"] = {**right, "grid": {**right["grid"], **grid}}
    studies["9,999 years"] = {**right, "period": ["0001-01-01", "9999-12-31"]}
    return studies


def _study(content, folder):
    return _written(folder / "study.json", json.dumps(content).encode())
