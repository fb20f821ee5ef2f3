# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings refuse what lies outside of their own limits, and say where."""

from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path

import pytest

from soilsharp.core.base.errors import OptionError
from soilsharp.core.base.options import Options, like, listed, option
from soilsharp.core.downscaling.settings import ConsistencyOptions, EncodeOptions
from soilsharp.core.preprocessing.settings import AccumulateOptions, InterpolateOptions
from soilsharp.core.rasters.settings import Rule
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.training.learners.options import SVROptions
from soilsharp.core.training.settings import HoldoutOptions


@dataclass(frozen=True)
class Some(Options):
    count: int = option(3, "Count", low=1, high=9)
    share: float = option(0.5, "Share", low=0, high=1)
    kind: str = option("a", "Kind", choices=("a", "b"))
    on: bool = option(True, "On")
    limit: float = option(None, "Limit", kind=float)


def test_defaults_and_plain_values():
    assert Some().as_dict() == {"count": 3, "share": 0.5, "kind": "a", "on": True, "limit": None}


def test_whole_numbers_and_fractions_become_each_other_where_nothing_is_lost():
    made = Some(count=4.0, share=1, limit=2)
    assert (made.count, made.share, made.limit) == (4, 1.0, 2.0)
    assert type(made.count) is int
    assert type(made.share) is float


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0}, {"count": 10}, {"count": 2.5}, {"count": True}, {"count": "3"}, {"share": float("nan")},
        {"share": float("inf")}, {"share": None}, {"kind": "c"}, {"on": 1}, {"limit": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_values_outside_of_the_limits_are_refused(wrong):
    (name,) = wrong
    with pytest.raises(OptionError, match=f"'{name}'"):
        Some(**wrong)


def test_unknown_settings_are_named_with_their_place():
    with pytest.raises(OptionError, match=r"method\.json, folds: unknown setting 'cuont'; known are count"):
        Some.from_dict({"cuont": 3}, "method.json, folds")
    with pytest.raises(OptionError, match=r"here: 'count' must lie between 1 and 9, got 0"):
        Some.from_dict({"count": 0}, "here")
    with pytest.raises(OptionError, match="expected settings"):
        Some.from_dict([1], "here")


@pytest.mark.parametrize(
    ("record", "old", "new"),
    [
        (ConsistencyOptions, "least_cover", "min_valid_fraction"), (RegionOptions, "cloud_share", "cloud_fraction"),
        (EncodeOptions, "scael", "scale"), (HoldoutOptions, "share", "training_fraction"), (SVROptions, "cost", "c"),
    ],
)  # fmt: skip
def test_a_setting_that_was_called_otherwise_or_is_misspelt_gets_a_hint(record, old, new):
    with pytest.raises(OptionError, match=f"unknown setting '{old}'; known are .* perhaps write '{new}'"):
        record.from_dict({old: 1})


def test_a_setting_like_no_other_gets_no_hint():
    with pytest.raises(OptionError, match=r"known are count, share, kind, on, limit\.$"):
        Some.from_dict({"zzz": 1})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"days": 0}, r"'days' must lie between 1 and 366 d, got 0\."),
        ({"band": 0}, r"'band' must be at least 1, got 0\."),
        ({"scale": 0}, r"'scale' must not be 0\."), ({"offset": float("nan")}, r"'offset' must be a number, got nan"),
    ],
    ids=str,
)  # fmt: skip
def test_limits_are_told_with_their_unit_and_without_an_open_end(wrong, words):
    with pytest.raises(OptionError, match=words):
        RasterEntry(file="a.tif", **wrong)


@pytest.mark.parametrize("text", ["ndvi;sand", "ndvi|sand", "ndvi\nsand"])
def test_names_are_separated_by_commas(text):
    assert listed(" ndvi, sand,\n") == ["ndvi", "sand"]
    with pytest.raises(OptionError, match="Separate names by commas"):
        listed(text)


def test_a_setting_like_another_differs_in_what_is_said_only():
    @dataclass(frozen=True)
    class Other(Options):
        count: int = like(Some, "count", default=5, high=20, help="More of them.")
        limit: float = like(Some, "limit")

    assert Other().as_dict() == {"count": 5, "limit": None}
    assert Other(count=20).count == 20
    count, theirs = (record.__dataclass_fields__["count"].metadata for record in (Other, Some))
    assert {**theirs, "high": 20, "help": "More of them."} == dict(count)


def test_a_default_of_a_rule_is_that_of_all_who_take_rules():
    words = Rule.__dataclass_fields__
    for record in (RasterEntry, InterpolateOptions, AccumulateOptions):
        shared = record.__dataclass_fields__.keys() & words.keys()
        assert shared
        for name in shared:
            own = record.__dataclass_fields__[name]
            same = ("label", "low", "high", "choices", "unit", "kind")
            assert own.default == words[name].default
            assert [own.metadata[word] for word in same] == [words[name].metadata[word] for word in same]


def test_several_choices_are_one_text():
    @dataclass(frozen=True)
    class Bands(Options):
        chosen: str = option("a", "Chosen", choices=("a", "b", "c"), several=True)

    assert Bands(chosen="c, a,a").chosen == "a,c"
    assert Bands(chosen="").chosen == ""
    with pytest.raises(OptionError, match="must be some of a, b, c, got 'a,d'"):
        Bands(chosen="a,d")


def records():
    """Return every record of settings of core by its name."""
    core = Path(__file__).resolve().parents[2] / "core"
    files = [*core.glob("*/settings.py"), core / "training" / "learners" / "options.py"]
    found = {}
    for path in files:
        name = ".".join(("soilsharp.core", *path.relative_to(core).with_suffix("").parts))
        found |= {n: c for n, c in vars(import_module(name)).items() if isinstance(c, type) and issubclass(c, Options)}
    return found


@pytest.mark.parametrize("name", sorted(records()))
def test_every_choice_has_a_label_of_its_own(name):
    for setting in fields(records()[name]):
        labels = setting.metadata["choices"]
        assert len(set(labels.values())) == len(labels), setting.name
        bare = [key for key, label in labels.items() if label == key]
        assert bare == [], f"{setting.name}: say what {', '.join(bare)} is"
