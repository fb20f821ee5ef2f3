# SPDX-License-Identifier: GPL-2.0-or-later
"""The reference pages are those of the algorithms as they are."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _pages():
    spec = spec_from_file_location("make_reference", ROOT / "scripts" / "make_reference.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_up_to_date(qgis):
    from qgis.core import QgsApplication

    module = _pages()
    pages = module.pages(QgsApplication.processingRegistry().providerById("soilsharp"))
    assert set(pages) == {path.name for path in module.PAGES.glob("*.md")}
    for name, text in pages.items():
        written = (module.PAGES / name).read_text(encoding="utf-8")
        assert written == text, f"{name} is out of date: run make reference"


def test_the_table_of_learners_is_up_to_date():
    from soilsharp.core.training.learners import LEARNERS

    text = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    assert all(f"| `{learner.key}` |" in text for learner in LEARNERS)
    assert _pages().with_learners(text) == text, "usage.md is out of date: run make reference"


def test_every_algorithm_leads_to_its_place_on_a_page(qgis):
    from qgis.core import QgsApplication

    for algorithm in QgsApplication.processingRegistry().providerById("soilsharp").algorithms():
        if not algorithm.helpUrl():
            continue
        page, _, place = algorithm.helpUrl().rpartition("/")[2].partition("#")
        assert f'<a id="{place}"></a>' in (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
