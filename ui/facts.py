# SPDX-License-Identifier: GPL-2.0-or-later
"""What files tell the steps of the workflow: studies, samples, and names that are free."""

from pathlib import Path

from ..i18n import tr

# what covariates of the weather are, and what partial correlations call them
WEATHER = {"rain": "precipitation", "air temperature": "temperature", "radiation": "radiation"}


def study_facts(path):
    """Return what a study file tells the later steps; paths are whole. Empty if the file cannot be read."""
    from ..core.base.errors import SoilSharpError
    from ..core.base.files import read_json

    path = Path(path)
    try:
        content = read_json(path, "study", 1)
    except SoilSharpError:
        return {}
    facts = {"study": str(path), "folder": str(path.parent)}
    coarse, stations = (content.get("coarse") or {}).get("files"), (content.get("stations") or {}).get("file")
    if coarse:
        facts["coarse"] = str(path.parent / coarse)
    if stations:
        facts["measured"] = str(path.parent / stations)
    facts |= _weather(path.parent, content.get("covariates"))
    # a synthetic region knows the truth, which is a better reference than its stations
    if (path.parent / "truth").is_dir():
        facts["truth"] = str(path.parent / "truth")
    elif stations:
        facts["reference_stations"] = str(path.parent / stations)
    return facts


def _weather(folder, covariates):
    """Return the folders of a study's dated rain, temperature and radiation; those of single days go first."""
    from ..core.study.covariates import known_as, without_time

    if not isinstance(covariates, dict):
        return {}
    dated = {
        name: entry["files"] for name, entry in covariates.items() if isinstance(entry, dict) and entry.get("files")
    }
    found = {}
    for bare in (str, without_time):
        for name, files in dated.items():
            known = known_as(bare(name))
            if known is not None and known.title in WEATHER:
                found.setdefault(WEATHER[known.title], str(folder / files))
    return found


def study_rows(path):
    """Return what a study file is, label and value of each; empty if the file cannot be read."""
    from ..core.base.errors import SoilSharpError
    from ..core.study.study import Study

    try:
        study = Study.read(path)
    except (SoilSharpError, ImportError):
        return []
    rows = [
        (tr("Study"), study.name),
        (tr("File"), str(path)),
        (tr("Period"), f"{study.first} – {study.last}"),
        (tr("Grid"), str(study.grid)),
        (tr("Coarse soil moisture"), (study.coarse.files or study.coarse.file) if study.coarse else ""),
        (tr("Covariates"), ", ".join(study.covariates)),
        (tr("Stations"), study.stations_file),
    ]
    return [(label, value) for label, value in rows if value]


def samples_facts(path):
    """Return the kinds of folds that suit samples: over stations where they have any, else over blocks of cells."""
    try:
        with open(path, encoding="utf-8") as file:
            first = file.readline()
            columns = (file.readline() if first.startswith("#") else first).strip().split(",")
    except (OSError, ValueError):
        return {}
    return {"folds": "random,station,date" if "station" in columns else "random,block,date"}


def unused(path, lacks=""):
    """Return the path, or the first of name_2, name_3 ... beside it that does not exist: a result stays what it is.

    A folder that lacks the file of this name is of a run that was stopped, and free to go on in.
    """
    path, number = Path(path), 2
    candidate = path
    while candidate.exists() and not (lacks and candidate.is_dir() and not (candidate / lacks).exists()):
        candidate = path.with_name(f"{path.stem}_{number}{path.suffix}")
        number += 1
    return str(candidate)
