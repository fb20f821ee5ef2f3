# SPDX-License-Identifier: GPL-2.0-or-later
"""Goes through the first hour as a person does, with the mouse and the keys, and tells what came of it.

scripts/qgis-env.sh python scripts/first_hour.py                    the sample region
scripts/qgis-env.sh python scripts/first_hour.py --study study.json  a study of one's own
... --pictures FOLDER                                               with a picture of every step
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path


def click(widget):
    """Press the left button of the mouse on a widget."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def walk(window, folder, until, study="", told=lambda title: None):
    """Do all lessons in a window; what they write goes into a folder. Returns the facts that the window then knows.

    Parameters
    ----------
    window : WorkflowWindow
        Shown.
    folder : Path
    until : callable
        Lets Qt work until what it is given is true.
    study : str, optional
        A study to open in place of the first lesson.
    told : callable, optional
        Called with the title of every lesson when it is done.
    """
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    window.first_hour.begin()
    if study:
        window.open_study(study)
    while window.first_hour.lesson.page:
        lesson = window.first_hour.lesson
        judged = lesson.page != "validate" or "measured" in window.facts
        if judged and lesson.page not in window.done:
            click(window.first_hour.show_button)
            if lesson.page == "study":
                window.page.form.set("OUTPUT", str(folder))
            QTest.keyClick(window.run_button, Qt.Key.Key_Space)
            until(lambda: window.run is None)
        if judged and lesson.page not in window.done:
            raise RuntimeError(f"{lesson.title}: {window.bar.currentItem().text()}")
        told(lesson.title if judged else f"{lesson.title} (the study has no stations to tell)")
        click(window.first_hour.on_button)
    return window.facts


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--study", default="")
    options.add_argument("--pictures", type=Path)
    asked = options.parse_args()
    from qgis.core import QgsApplication, QgsProject

    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from soilsharp.processing.provider import SoilSharpProvider
    from soilsharp.ui.workflow import WorkflowWindow

    provider = SoilSharpProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    window = WorkflowWindow()
    window.show()
    start = time.monotonic()

    def until(is_so):
        while not is_so():
            application.processEvents()
            time.sleep(0.01)

    def told(title):
        print(f"{time.monotonic() - start:6.1f} s  {title}", flush=True)
        if asked.pictures:
            asked.pictures.mkdir(parents=True, exist_ok=True)
            application.processEvents()
            window.grab().save(str(asked.pictures / f"{len(list(asked.pictures.glob('*.png'))) + 1}.png"))

    with tempfile.TemporaryDirectory() as folder:
        facts = walk(window, Path(folder) / "region", until, asked.study, told)
        print(f"report: {facts.get('report', 'none')}; maps: {len(list(Path(facts['maps']).glob('sm_*.tif')))}")
        window.close()
        window.deleteLater()
        QgsProject.instance().clear()  # before the folder is gone
        application.processEvents()
    QgsApplication.processingRegistry().removeProvider(provider)
    application.exitQgis()


if __name__ == "__main__":
    main()
