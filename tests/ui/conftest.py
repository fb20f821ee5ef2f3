# SPDX-License-Identifier: GPL-2.0-or-later
"""A workflow window, and waiting for it as a person would."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def delete(qgis):
    """Return a function that deletes a window now, as an event loop would do in a moment."""
    from qgis.PyQt.QtCore import QCoreApplication, QEvent

    def now(widget):
        widget.deleteLater()
        QCoreApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)

    return now


@pytest.fixture
def until(qgis, until):
    """Return a function that lets QGIS work until something is so."""
    return lambda is_so: until(is_so, qgis.processEvents)


@pytest.fixture
def window(qgis, delete):
    """Return a new workflow window over an empty project; no run and no layer is left behind."""
    from qgis.core import QgsProject

    from soilsharp.ui.workflow import WorkflowWindow

    QgsProject.instance().clear()
    window = WorkflowWindow()
    window.show()
    yield window
    window.close()
    assert window.run is None
    delete(window)
    QgsProject.instance().clear()
    qgis.processEvents()


@pytest.fixture
def study(region, tmp_path):
    """Return a copy of the region's study in a folder that may be written to."""
    import json

    content = json.loads(region.study.read_text(encoding="utf-8"))
    entries = [content["coarse"], content["stations"], *content["covariates"].values()]
    for entry in entries:
        for key in ("file", "files"):
            if key in entry:
                entry[key] = (region.folder / entry[key]).as_posix()
    path = tmp_path / "mine" / "study.json"
    path.parent.mkdir()
    path.write_text(json.dumps(content), encoding="utf-8")
    return SimpleNamespace(path=path, folder=path.parent)


@pytest.fixture
def press(window, until):
    """Return a function that presses Run and waits until the step has ended and its maps are loaded."""
    from soilsharp.processing.run_layers import Loader

    def run():
        window.run_button.click()
        until(lambda: window.run is None and not Loader.running)

    return run


@pytest.fixture
def message(window):
    """Return a function that gives the text of the message above the page."""

    def text():
        item = window.bar.currentItem()
        return item.text() if item is not None else ""

    return text
