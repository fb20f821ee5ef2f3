# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings refuse what lies outside of their own limits, and say where."""

from dataclasses import dataclass

import pytest

from soilsharp.core.base.errors import OptionError
from soilsharp.core.base.options import Options, option


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


def test_several_choices_are_one_text():
    @dataclass(frozen=True)
    class Bands(Options):
        chosen: str = option("a", "Chosen", choices=("a", "b", "c"), several=True)

    assert Bands(chosen="c, a,a").chosen == "a,c"
    assert Bands(chosen="").chosen == ""
    with pytest.raises(OptionError, match="must be some of a, b, c, got 'a,d'"):
        Bands(chosen="a,d")
