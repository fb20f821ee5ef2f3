# SPDX-License-Identifier: GPL-2.0-or-later
"""Enums are written with the name of their enum in between, because Qt 6 knows no others."""

import ast
import importlib
from pathlib import Path

import pytest

pytest.importorskip("qgis.core", reason="QGIS is not installed for this Python")
ROOT = Path(__file__).resolve().parents[2]


def files():
    """Return the files that speak to QGIS."""
    inside = (path for room in ("processing", "ui", "i18n") for path in sorted((ROOT / room).rglob("*.py")))
    return [path for path in (ROOT / "plugin.py", *inside) if path.exists()]


def unscoped(text):
    """Yield (line, class, attribute) of every enum member that is taken directly from its class."""
    tree, known = ast.parse(text), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("qgis."):
            module = importlib.import_module(node.module)
            known.update({a.asname or a.name: getattr(module, a.name) for a in node.names if hasattr(module, a.name)})
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = known.get(node.value.id)
            if isinstance(owner, type):
                value = getattr(owner, node.attr, None)
                if isinstance(value, int) and type(value) not in (int, bool, owner):
                    yield node.lineno, node.value.id, node.attr


def test_enums_are_scoped():
    found = [
        (path.relative_to(ROOT), *hit) for path in files() if path.exists() for hit in unscoped(path.read_text("utf8"))
    ]
    # QVariant's members are an enum before QGIS 3.38 only; the one helper that makes fields may know both
    variants = {path for path, _, owner, _ in found if owner == "QVariant"}
    assert [hit for hit in found if hit[2] != "QVariant"] == []
    assert len(variants) <= 1, f"make fields in one place only: {sorted(map(str, variants))}"


@pytest.mark.parametrize("expression", ["Qt.AlignLeft", "QgsProcessing.TypeRaster", "QgsWkbTypes.Point"])
def test_an_unscoped_enum_is_seen(expression):
    text = f"from qgis.PyQt.QtCore import Qt\nfrom qgis.core import QgsProcessing, QgsWkbTypes\nx = {expression}\n"
    assert [line for line, *_ in unscoped(text)] == [3]


def test_a_scoped_enum_passes():
    text = "from qgis.PyQt.QtCore import Qt\nx = Qt.AlignmentFlag.AlignLeft\n"
    assert list(unscoped(text)) == []
