# SPDX-License-Identifier: GPL-2.0-or-later
"""A formula that a person writes, as (nir - red) / (nir + red): read with a closed list of what it may hold."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping

import numpy as np

from ..base.errors import OptionError

LONGEST, DEEPEST, HIGHEST_POWER = 500, 30, 10

_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
          ast.Pow: operator.pow}  # fmt: skip
_COMPARED = {ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal,
             ast.Eq: np.equal, ast.NotEq: np.not_equal}  # fmt: skip


def _least(*values):
    out = values[0]
    for value in values[1:]:
        out = np.minimum(out, value)
    return out


def _greatest(*values):
    out = values[0]
    for value in values[1:]:
        out = np.maximum(out, value)
    return out


def _where(condition, then, otherwise):
    return np.where(np.isnan(condition), np.nan, np.where(condition != 0, then, otherwise))


# each with how many values it takes, None for any number
_FUNCTIONS = {
    "sqrt": (np.sqrt, 1), "log": (np.log, 1), "exp": (np.exp, 1), "abs": (np.abs, 1), "min": (_least, None),
    "max": (_greatest, None), "clip": (lambda x, low, high: _least(_greatest(x, low), high), 3), "where": (_where, 3),
}  # fmt: skip
_CONSTANTS = {"pi": np.float32(np.pi), "nan": np.float32(np.nan)}


class Formula:
    """A formula of named arrays: numbers, + - * / **, comparisons (1 or 0), and a few functions.

    The functions are sqrt, log (natural), exp, abs, min, max, clip(x, low, high) and where(condition, x, y); nan stands
    for unknown. Nothing else is read, so nothing else can happen. Powers have a plain number up to 10 as exponent, and
    all numbers are floats, so that no formula can take long.

    Parameters
    ----------
    text : str
    names : collection of str
        Which arrays there are.

    Attributes
    ----------
    names : tuple of str
        Which of them the formula uses, in their order.

    Raises
    ------
    OptionError
        With the place in the formula, if it holds anything else.
    """

    def __init__(self, text: str, names):
        self.text = text.strip()
        self._known, self._used = tuple(names), set()
        if not self.text:
            raise OptionError("The formula is empty.")
        if len(self.text) > LONGEST:
            raise OptionError(f"The formula has {len(self.text)} signs, more than {LONGEST}; divide it.")
        try:
            tree = ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            raise self._refused(f"{error.msg}, at sign {error.offset}") from None
        except (ValueError, RecursionError, MemoryError, OverflowError):
            raise self._refused("it is nested too deeply or holds signs that cannot be read") from None
        self._check(tree, 1)
        self._tree = tree
        self.names = tuple(n for n in self._known if n in self._used)
        if not self.names:
            raise self._refused(f"it uses none of {', '.join(self._known)}")

    def __call__(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the result for arrays of one shape, float32; NaN where one is unknown or the result no number."""
        with np.errstate(all="ignore"):
            out = self._value(self._tree, values)
        shape = np.shape(values[self.names[0]])
        out = np.broadcast_to(np.asarray(out, np.float32), shape)
        return np.where(np.isfinite(out), out, np.float32(np.nan))

    def _refused(self, why: str) -> OptionError:
        return OptionError(f"The formula '{self.text}' cannot be read: {why}.")

    def _check(self, node: ast.AST, depth: int) -> None:
        """Refuse every node that is not on the list, and note the names."""
        place = f"at sign {getattr(node, 'col_offset', 0) + 1}"
        if depth > DEEPEST:
            raise self._refused(f"it is nested more than {DEEPEST} deep, {place}")
        if isinstance(node, ast.Constant):
            self._check_number(node, place)
            parts = []
        elif isinstance(node, ast.Name):
            if node.id not in (*self._known, *_CONSTANTS):
                raise self._refused(f"'{node.id}' {place} is none of {', '.join(self._known)}")
            self._used.add(node.id)
            parts = []
        elif isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            if isinstance(node.op, ast.Pow):
                self._check_power(node.right, place)
            parts = [node.left, node.right]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            parts = [node.operand]
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:
            parts = [node.left, node.comparators[0]]
        elif isinstance(node, ast.Call):
            self._check_call(node, place)
            parts = node.args
        else:
            raise self._refused(
                f"only numbers, names, + - * / **, one comparison at a time and {', '.join(_FUNCTIONS)} are allowed, "
                f"{place} is something else"
            )
        for part in parts:
            self._check(part, depth + 1)

    def _check_number(self, node: ast.Constant, place: str) -> None:
        if type(node.value) not in (int, float):
            raise self._refused(f"{node.value!r} {place} is no number")
        try:
            node.value = float(node.value)
        except OverflowError:
            raise self._refused(f"the number {place} is too large") from None

    def _check_power(self, exponent: ast.AST, place: str) -> None:
        number = exponent.operand if isinstance(exponent, ast.UnaryOp) else exponent
        plain = isinstance(number, ast.Constant) and type(number.value) in (int, float)
        if not plain or abs(number.value) > HIGHEST_POWER:
            raise self._refused(f"an exponent, {place}, must be a plain number up to {HIGHEST_POWER}")

    def _check_call(self, node: ast.Call, place: str) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name not in _FUNCTIONS:
            raise self._refused(f"there is no function {name or ''} {place}, only {', '.join(_FUNCTIONS)}")
        count = _FUNCTIONS[name][1]
        if node.keywords or not node.args or (count is not None and len(node.args) != count):
            raise self._refused(f"{name} {place} takes {count or 'some'} values, got {len(node.args)}")

    def _value(self, node: ast.AST, values: Mapping[str, np.ndarray]):
        if isinstance(node, ast.Constant):
            return np.float32(node.value)
        if isinstance(node, ast.Name):
            return values[node.id] if node.id in self._known else _CONSTANTS[node.id]
        if isinstance(node, ast.BinOp):
            return _SIGNS[type(node.op)](self._value(node.left, values), self._value(node.right, values))
        if isinstance(node, ast.UnaryOp):
            value = self._value(node.operand, values)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.Compare):
            left, right = self._value(node.left, values), self._value(node.comparators[0], values)
            found = _COMPARED[type(node.ops[0])](left, right)
            return np.where(np.isnan(left) | np.isnan(right), np.float32(np.nan), found.astype(np.float32))
        function = _FUNCTIONS[node.func.id][0]
        return function(*(self._value(part, values) for part in node.args))
