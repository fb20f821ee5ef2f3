# SPDX-License-Identifier: GPL-2.0-or-later
"""Learners, training, and the file that a model travels in."""

import hashlib
import io
import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import Cancelled, InputError, ModelFileError, OptionError
from soilsharp.core.base.extras import missing
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.learners import LEARNERS, learner
from soilsharp.core.training.model import Model, match_names
from soilsharp.core.training.model_file import read_passport
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import out_of_fold, train

KEYS = [record.key for record in LEARNERS if not missing(record.needs)]
TWO_FOLDS = FoldOptions(by="station", n_folds=2)


def _samples(n=400, noise=0.01, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.random((n, 3)).astype(np.float32)
    y = 0.1 + 0.2 * X[:, 0] + 0.05 * X[:, 1] ** 2 + noise * rng.standard_normal(n)
    place = pd.DataFrame(
        {"station": np.arange(n) % 10, "date": pd.to_datetime("2023-05-01") + pd.to_timedelta(np.arange(n) % 30, "D")}
    )
    facts = {"target": "stations", "units": {"rain": "mm"}, "rules": {"rain": "sum_before"}}
    return Samples(X, y.astype(np.float32), ("rain", "ndvi", "sand"), place.astype({"station": str}), facts)


@pytest.fixture(scope="module", params=KEYS)
def model(request):
    return train(_samples(), Recipe.of(request.param), TWO_FOLDS, seed=3)


def test_a_learner_finds_what_is_there(model):
    fresh = _samples(seed=2)
    error = model.predict(fresh.X) - fresh.y
    assert np.sqrt((error**2).mean()) < 0.025
    assert model.predict(fresh.X).dtype == np.float32


def test_the_passport_tells_what_was_learned(model):
    passport = model.passport
    assert [c["name"] for c in passport["covariates"]] == ["rain", "ndvi", "sand"]
    assert passport["covariates"][0]["unit"] == "mm"
    assert passport["covariates"][0]["rule"] == "sum_before"
    assert 0 <= passport["covariates"][0]["low"] < passport["covariates"][0]["high"] <= 1
    assert passport["period"] == ["2023-05-01", "2023-05-30"]
    assert passport["n_samples"] == 400
    assert passport["folds"]["by"] in ("auto", "station")
    assert 0 < passport["fold_scores"]["pooled"]["rmse"] < 0.03
    assert passport["fold_scores"]["station_median"]["r"] > 0.8


def test_the_same_seed_gives_the_same_file(model, tmp_path):
    model.write(tmp_path / "a.soilsharp")
    again = train(_samples(), Recipe.of(model.fitted.members[0].learner.key), TWO_FOLDS, seed=3)
    again.write(tmp_path / "b.soilsharp")
    assert (tmp_path / "a.soilsharp").read_bytes() == (tmp_path / "b.soilsharp").read_bytes()


def test_predictions_survive_the_file_to_the_last_bit_in_another_process(model, tmp_path):
    model.write(tmp_path / "m.soilsharp")
    X = _samples(seed=5).X
    np.save(tmp_path / "X.npy", X)
    npt.assert_array_equal(Model.read(tmp_path / "m.soilsharp").predict(X), model.predict(X))
    root = str(Path(__file__).parents[2])
    script = (
        "import sys, numpy as np; sys.path.insert(0, sys.argv[1])\n"
        "from importlib.util import spec_from_file_location, module_from_spec\n"
        "spec = spec_from_file_location('soilsharp', sys.argv[1] + '/__init__.py', "
        "submodule_search_locations=[sys.argv[1]])\n"
        "sys.path.pop(0); sys.modules['soilsharp'] = module_from_spec(spec)\n"
        "from soilsharp.core.training.model import Model\n"
        "folder = sys.argv[2]; model = Model.read(folder + '/m.soilsharp')\n"
        "np.save(folder + '/y.npy', model.predict(np.load(folder + '/X.npy')))\n"
    )
    subprocess.run([sys.executable, "-c", script, root, str(tmp_path)], check=True, cwd=tmp_path)
    npt.assert_array_equal(np.load(tmp_path / "y.npy"), model.predict(X))


@pytest.mark.parametrize("key", KEYS)
def test_fold_scores_come_from_models_that_have_not_seen_the_row(key):
    samples = _samples()
    told = Samples(samples.X, np.random.default_rng(9).random(400).astype(np.float32), samples.names, samples.index)
    predicted = out_of_fold(told, Recipe.of(key), FoldOptions(by="station", n_folds=5))
    # nothing can be learned of random numbers: a correlation would be a leak
    assert abs(np.corrcoef(predicted, told.y)[0, 1]) < 0.2


@pytest.mark.parametrize("key", KEYS)
def test_training_stops_when_asked(key):
    calls = iter([False] * 3 + [True] * 99999)
    with pytest.raises(Cancelled):
        train(_samples(), Recipe.of(key), progress=Progress(stop_asked=lambda: next(calls)))


def test_too_few_constant_or_unknown_samples_are_refused():
    samples = _samples()
    with pytest.raises(InputError, match="19 samples are too few for 3 covariates: at least 20"):
        train(_samples(19), Recipe.of("linear"))
    samples.X[:, 1] = 7
    with pytest.raises(InputError, match="ndvi has the same value in all samples"):
        train(samples, Recipe.of("linear"))
    samples.X[:, 2] = np.nan
    with pytest.raises(InputError, match=r"None of 400 samples has all covariates; without a number are sand \(400\)"):
        train(samples, Recipe.of("linear"))
    with pytest.raises(OptionError, match=f"no learner 'magic'; there are {', '.join(one.key for one in LEARNERS)}"):
        learner("magic")


def test_names_match_and_order_does_not_matter():
    offered = {"SAND": 1, "Land cover": 2, "ndvi": 3}
    assert match_names(["ndvi", "land_cover", "sand"], offered) == {"ndvi": 3, "land_cover": 2, "sand": 1}
    with pytest.raises(InputError, match="needs the covariate slope, which is not given; given are SAND"):
        match_names(["slope"], offered)
    with pytest.raises(InputError, match="Two covariates have one name: ndvi, NDVI"):
        match_names(["ndvi"], {"ndvi": 1, "NDVI": 2})


# --- files that are not what they should be ---------------------------------------------------------------------------


def _members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pack(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _sealed(passport, weights=None):
    """Return a passport as one who knows the format would forge it."""
    passport = {k: v for k, v in passport.items() if k != "passport_sha256"}
    if weights is not None:
        passport["members"][0]["sha256"] = hashlib.sha256(weights).hexdigest()
    passport["passport_sha256"] = hashlib.sha256(json.dumps(passport, sort_keys=True).encode()).hexdigest()
    return json.dumps(passport).encode()


@pytest.fixture
def file(model, tmp_path):
    model.write(tmp_path / "m.soilsharp")
    return tmp_path / "m.soilsharp"


def test_a_changed_passport_or_changed_weights_are_refused(file):
    members = _members(file)
    (weights,) = set(members) - {"passport.json"}
    changed = members["passport.json"].replace(b'"ndvi"', b'"evil"')
    with pytest.raises(ModelFileError, match=r"passport of m\.soilsharp was changed"):
        Model.read(_pack(file, {**members, "passport.json": changed}))
    with pytest.raises(ModelFileError, match=r"weights in m\.soilsharp were changed"):
        Model.read(_pack(file, {**members, weights: members[weights] + b" "}))


def test_a_newer_file_or_one_that_lacks_or_adds_a_member_is_refused(file):
    members = _members(file)
    (weights,) = set(members) - {"passport.json"}
    newer = _sealed({**json.loads(members["passport.json"]), "version": 99})
    with pytest.raises(ModelFileError, match="written by a newer SoilSharp"):
        Model.read(_pack(file, {**members, "passport.json": newer}))
    with pytest.raises(ModelFileError, match=r"should hold passport\.json"):
        Model.read(_pack(file, {"passport.json": members["passport.json"]}))
    with pytest.raises(ModelFileError, match=r"should hold passport\.json"):
        Model.read(_pack(file, {**members, "../evil.py": b"print()"}))
    with pytest.raises(ModelFileError, match=r"has no passport\.json"):
        Model.read(_pack(file, {weights: members[weights]}))
    partial = json.loads(members["passport.json"])
    del partial["covariates"]
    with pytest.raises(ModelFileError, match="lacks covariates"):
        read_passport(_pack(file, {**members, "passport.json": _sealed(partial)}))


def test_half_a_file_text_and_nothing_are_refused(file, tmp_path):
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match="no model file, or is damaged"):
        Model.read(file)
    file.write_text("hello")
    with pytest.raises(ModelFileError, match="no model file"):
        Model.read(file)
    with pytest.raises(ModelFileError, match="Cannot open the model"):
        Model.read(tmp_path / "none.soilsharp")


class _Bomb:
    def __reduce__(self):
        return (open, ("/tmp/soilsharp-was-run", "w"))


def test_no_model_file_can_run_code(file, tmp_path):
    members = _members(file)
    (weights,) = set(members) - {"passport.json"}
    mark = Path("/tmp/soilsharp-was-run")
    mark.unlink(missing_ok=True)
    payload = pickle.dumps(_Bomb())
    forged = _pack(file, {weights: payload, "passport.json": _sealed(json.loads(members["passport.json"]), payload)})
    with pytest.raises(ModelFileError):
        Model.read(forged)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learner": "magic"}, "no learner 'magic'"),
        ({"options": {"trees": 3}}, "unknown setting 'trees'"),
        ({"options": None}, "does not tell its covariates or weights"),
        ({"file": "../../m.npz"}, r"should hold passport\.json, \.\./\.\./m\.npz"),
        ({"start": "someday"}, "begins at no day"),
    ],
    ids=str,
)
def test_a_passport_that_names_what_there_is_not_is_refused(tmp_path, change, message):
    train(_samples(), Recipe.of("linear")).write(tmp_path / "m.soilsharp")
    members = _members(tmp_path / "m.soilsharp")
    passport = json.loads(members["passport.json"])
    passport["members"][0] |= change
    with pytest.raises(ModelFileError, match=message):
        Model.read(_pack(tmp_path / "f.soilsharp", {**members, "passport.json": _sealed(passport)}))


def test_arrays_of_objects_and_of_other_lengths_are_refused_before_anything_is_made_of_them(tmp_path):
    train(_samples(), Recipe.of("linear")).write(tmp_path / "m.soilsharp")
    mark = Path("/tmp/soilsharp-was-run")
    mark.unlink(missing_ok=True)

    def with_member(data):
        def change(weights):
            buffer = io.BytesIO()
            _pack(buffer, {**_members(io.BytesIO(weights)), "coef.npy": data})
            return buffer.getvalue()

        return _forged(tmp_path / "m.soilsharp", change)

    evil = io.BytesIO()
    np.save(evil, np.array([_Bomb()], object), allow_pickle=True)
    with pytest.raises(ModelFileError, match="a type that no model of SoilSharp has"):
        Model.read(with_member(evil.getvalue()))
    assert not mark.exists()
    short = io.BytesIO()
    np.save(short, np.zeros(3))
    with pytest.raises(ModelFileError, match="not as long as it says"):
        Model.read(with_member(short.getvalue()[:-8]))
    many = io.BytesIO()
    np.save(many, np.zeros(4))
    with pytest.raises(ModelFileError, match="not as many coefficients as covariates"):
        Model.read(with_member(many.getvalue()))


def _forged(path, change):
    """Change the weights of a model file as one who knows the format would."""
    members = _members(path)
    (name,) = set(members) - {"passport.json"}
    weights = change(members[name])
    return _pack(path, {name: weights, "passport.json": _sealed(json.loads(members["passport.json"]), weights)})
