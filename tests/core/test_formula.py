# SPDX-License-Identifier: GPL-2.0-or-later
"""A formula gives what it says, and nothing but a formula is read."""

import ast

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilsharp.core.base.errors import OptionError
from soilsharp.core.preprocessing.formula import LONGEST, Formula

BANDS = ("red", "nir", "blue")
VALUES = {
    "red": np.array([0.1, 0.2, np.nan, 0.0], np.float32),
    "nir": np.array([0.4, 0.2, 0.3, 0.0], np.float32),
    "blue": np.array([0.05, 0.1, 0.1, -4.0], np.float32),
}
UNKNOWN = np.nan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(nir - red) / (nir + red)", [0.6, 0.0, UNKNOWN, UNKNOWN]),  # 0 / 0 is unknown
        ("nir / red", [4, 1, UNKNOWN, UNKNOWN]),
        ("1 / red", [10, 5, UNKNOWN, UNKNOWN]),  # not infinite
        ("2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)", [0.75 / 1.625, 0, UNKNOWN, 0]),
        ("nir ** 2", [0.16, 0.04, 0.09, 0]),
        ("nir ** -1", [2.5, 5, 1 / 0.3, UNKNOWN]),
        ("-blue", [-0.05, -0.1, -0.1, 4]),
        ("+nir - -nir", [0.8, 0.4, 0.6, 0]),
        ("sqrt(nir)", [0.4**0.5, 0.2**0.5, 0.3**0.5, 0]),
        ("sqrt(blue)", [0.05**0.5, 0.1**0.5, 0.1**0.5, UNKNOWN]),
        ("log(nir)", [np.log(0.4), np.log(0.2), np.log(0.3), UNKNOWN]),
        ("exp(red)", [np.exp(0.1), np.exp(0.2), UNKNOWN, 1]),
        ("abs(blue)", [0.05, 0.1, 0.1, 4]),
        ("min(nir, 0.25)", [0.25, 0.2, 0.25, 0]),
        ("max(red, nir, 0.3)", [0.4, 0.3, UNKNOWN, 0.3]),
        ("clip(nir, 0.1, 0.25)", [0.25, 0.2, 0.25, 0.1]),
        ("red < nir", [1, 0, UNKNOWN, 0]),
        ("where(red < nir, 1, 2)", [1, 2, UNKNOWN, 2]),
        ("where(nir == 0, nan, nir)", [0.4, 0.2, 0.3, UNKNOWN]),
        ("pi * nir", [np.pi * 0.4, np.pi * 0.2, np.pi * 0.3, 0]),
        ("nir * 0 + 9 ** 9", [9.0**9] * 4),
        ("nir * 1e300", [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]),
    ],
)
def test_values_by_hand(text, expected):
    found = Formula(text, BANDS)(VALUES)
    assert found.dtype == np.float32
    npt.assert_allclose(found, np.array(expected, np.float32), rtol=1e-5, atol=1e-7)


def test_names_that_are_used():
    assert Formula("nir - red * 2", BANDS).names == ("red", "nir")
    # a band may be called as a function or a constant without harm
    npt.assert_allclose(Formula("min(pi, 1)", ("pi", "max"))({"pi": np.array([0.5])}), [0.5])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("1 + 1", "uses none of red, nir, blue"),
        ("green - red", "'green' at sign 1 is none of red"),
        ("nir -", "at sign"),
        ("nir - red)", "at sign"),
        ("nir.real", "something else"),
        ("nir.__class__.__bases__[0].__subclasses__()", "no function"),
        ("().__class__", "something else"),
        ("nir[0]", "something else"),
        ("__import__('os').system('true')", "no function"),
        ("eval('1')", "no function eval"),
        ("open('/etc/passwd')", "no function open"),
        ("sqrt.__self__", "something else"),
        ("sqrt", "'sqrt' at sign 1 is none of"),
        ("sqrt()", "takes 1 values, got 0"),
        ("sqrt(nir, red)", "takes 1 values, got 2"),
        ("clip(nir, 0)", "takes 3 values, got 2"),
        ("min(*nir)", "something else"),
        ("min(**nir)", "takes some values"),
        ("sqrt(x=nir)", "takes 1 values"),
        ("(lambda: nir)()", "no function"),
        ("lambda: nir", "something else"),
        ("[nir for nir in (1, 2)]", "something else"),
        ("(nir := 3)", "something else"),
        ("nir if red else blue", "something else"),
        ("nir and red", "something else"),
        ("not nir", "something else"),
        ("~nir", "something else"),
        ("nir @ red", "something else"),
        ("nir // red", "something else"),
        ("nir % red", "something else"),
        ("nir << 99999999999", "something else"),
        ("red < nir < blue", "something else"),
        ("nir in red", "something else"),
        ("'red' * 3", "'red' at sign 1 is no number"),
        ("nir + 1j", "is no number"),
        ("nir + True", "is no number"),
        ("nir + None", "is no number"),
        ("f'{nir}'", "something else"),
        ("nir; red", "at sign"),
        ("nir = red", "at sign"),
        ("import os", "at sign"),
        ("nir\nred", "at sign"),
        ("nir\0", "cannot be read"),
        ("nir + 9**9**9", "exponent"),
        ("nir ** 11", "exponent"),
        ("nir ** red", "exponent"),
        ("2 ** nir", "exponent"),
        ("nir ** (2 ** 3)", "exponent"),
        ("nir ** --9", "exponent"),
        ("nir ** 1e9", "exponent"),
        ("nir + " + "9" * 400, "too large"),
        ("(" * 240 + "nir" + ")" * 240, "cannot be read|nested"),
        ("-" * 450 + "nir", "nested"),
        ("sqrt(" * 60 + "nir" + ")" * 60, "nested"),
        ("nir" + " + nir" * 80, "nested"),
        ("nir + " * 200 + "nir", f"more than {LONGEST}"),
    ],
)
def test_what_is_refused(text, words):
    with pytest.raises(OptionError, match=words):
        Formula(text, BANDS)


@given(st.text(alphabet="nirredblue()+-*/.,<>=! 0123456789e_[]'\"{}:@~%&|^\\", max_size=60))
def test_any_text_is_a_formula_or_refused(text):
    try:
        formula = Formula(text, BANDS)
    except OptionError:
        return
    assert formula(VALUES).shape == (4,)


_numbers = st.floats(0.01, 100, allow_nan=False).map(lambda v: f"{v:.3g}")
_trees = st.recursive(
    st.sampled_from(BANDS) | _numbers,
    lambda part: st.tuples(part, st.sampled_from("+-*/"), part).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
    max_leaves=12,
)


@given(_trees, st.floats(0.1, 1), st.floats(0.1, 1), st.floats(0.1, 1))
def test_the_same_as_plain_arithmetic(text, red, nir, blue):
    if not any(name in text for name in BANDS):
        return
    values = {"red": np.array([red]), "nir": np.array([nir]), "blue": np.array([blue])}
    found = Formula(text, BANDS)(values)
    with np.errstate(all="ignore"):
        expected = np.float32(_arithmetic(ast.parse(text, mode="eval").body, values))
    # the numbers of a formula are float32: differences that cancel keep the same digits only if both take them so
    npt.assert_array_equal(found, np.where(np.isfinite(expected), expected, np.nan))


def _arithmetic(node, values):
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant):
        return np.float32(node.value)
    a, b = _arithmetic(node.left, values), _arithmetic(node.right, values)
    kind = type(node.op)
    return a + b if kind is ast.Add else a - b if kind is ast.Sub else a * b if kind is ast.Mult else a / b
