# SPDX-License-Identifier: GPL-2.0-or-later
"""Goes the way of a person whose QGIS has nothing but itself: the zip, one click on Packages, the sample region's maps.

    xvfb-run -a -s "-screen 0 1400x900x24" sh -c 'openbox & exec python3 scripts/first_install.py ZIP FOLDER'

needs nothing but QGIS and its Python; a fresh profile, pictures and results go into the folder. With the mouse it opens
the workflow, tells what can run before anything is installed and what all others say, runs a step that lacks packages,
goes from its message to Packages, installs everything, and works through the steps in the same QGIS. Inside QGIS the
script itself does this.
"""

import json
import os
import subprocess
import sys
import traceback
import zipfile
from pathlib import Path

INSIDE = "SOILSHARP_FIRST_INSTALL"
STEPS = (
    ("study", "create_sample_region", {"SIZE_KM": 60, "DAYS": 16, "N_STATIONS": 20}),
    ("samples", "sample_coarse", {}),
    ("train", "train_lightgbm", {}),
    ("downscale", "downscale_series", {}),
    ("validate", "validate_stations", {}),
)
LIMIT = 3600  # seconds, should QGIS hang


def start(plugin, folder):
    """Start QGIS in a fresh profile that has the zip, and wait."""
    folder = Path(folder).resolve()
    profile = folder / "qgis" / "profiles" / "default"
    (profile / "python" / "plugins").mkdir(parents=True)
    with zipfile.ZipFile(plugin) as archive:
        archive.extractall(profile / "python" / "plugins")
    (profile / "QGIS").mkdir()
    (profile / "QGIS" / "QGIS3.ini").write_text("[PythonPlugins]\nsoilsharp=true\n")
    command = ["qgis", "--nologo", "--noversioncheck", "--profiles-path", str(folder / "qgis")]
    environment = {**os.environ, INSIDE: str(folder)}
    done = subprocess.run([*command, "--code", str(Path(__file__).resolve())], env=environment, timeout=LIMIT)
    return done.returncode


# --- inside QGIS ------------------------------------------------------------------------------------------------------


def click(widget):
    """Click on a widget with the mouse; it must be seen and allowed."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    if not (widget.isVisible() and widget.isEnabled()):
        raise RuntimeError(f"{widget.objectName() or widget.text()} cannot be clicked")
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def later(work):
    """Do something in QGIS's event loop, as a click is: a window may open in it and stay."""
    from qgis.PyQt.QtCore import QTimer

    QTimer.singleShot(0, work)


def shoot(name):
    """Save what the screen shows."""
    from qgis.utils import iface

    iface.mainWindow().screen().grabWindow(0).save(str(Path(os.environ[INSIDE]) / f"{name}.png"))


def first_hour():
    """Go the way; every `yield` gives QGIS so many milliseconds."""
    from qgis.PyQt.QtWidgets import QPushButton, QToolButton
    from qgis.utils import iface, plugins

    main, plugin = iface.mainWindow(), plugins["soilsharp"]
    main.setGeometry(0, 0, 1380, 860)
    yield 1000
    click(next(b for b in main.findChildren(QToolButton) if b.defaultAction() is plugin.action and b.isVisible()))
    yield 1000
    window = plugin.window
    before(plugin.provider)
    page_of(window, *STEPS[0])
    yield 500
    click(window.run_button)
    yield 1000
    shoot("1_lacking")
    button = next(b for b in window.bar.currentItem().findChildren(QPushButton) if "ackages" in b.text())
    later(lambda: click(button))
    yield from packages(window)
    for key, algorithm, values in STEPS:
        page_of(window, key, algorithm, values)
        yield 500
        click(window.run_button)
        yield 200
        while window.run is not None:
            yield 100
        yield 500
        print(key, window.bar.currentItem().text() if window.bar.currentItem() else "", flush=True)
        if key not in {page.page.key for page in window.pages if page.page.key in window._done}:
            shoot(f"failed_{key}")
            raise RuntimeError(f"{key} failed: {window.log.text.toPlainText()}")
    shoot("4_validated")
    print("rasterio of", sys.modules["rasterio"].__file__, "numpy of", sys.modules["numpy"].__file__, flush=True)
    window.close()
    iface.messageBar().clearWidgets()
    iface.mapCanvas().zoomToFullExtent()
    yield 2000
    shoot("5_map")


def before(provider):
    """Tell which algorithms can run as QGIS is, and whether all others name what installs what they lack."""
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    able, mute, lacking = [], [], {}
    for algorithm in provider.algorithms():
        can, words = algorithm.canExecute()
        if can and not hasattr(algorithm, "packages"):  # a model, whose steps are asked when it runs
            try:
                algorithm.run({}, QgsProcessingContext(), QgsProcessingFeedback(False))[1]
            except Exception as error:
                words = str(error)
        needs = getattr(algorithm, "NEEDS", ("steps of its own",))
        if can and hasattr(algorithm, "packages"):
            able.append(algorithm.name())
        elif "the button Packages of the SoilSharp workflow installs it" not in words:
            mute.append(f"{algorithm.name()}: {words}")
        lacking.setdefault(", ".join(needs), []).append(algorithm.name())
    print(f"before: {len(able)} of {len(provider.algorithms())} can run: {', '.join(able) or 'none'}", flush=True)
    print(f"before: {len(mute)} do not name Packages: {'; '.join(mute) or 'none'}", flush=True)
    for needs, names in sorted(lacking.items()):
        print(f"before: {needs}: {len(names)}: {', '.join(names)}", flush=True)


def page_of(window, key, algorithm, values):
    """Go to a page and choose its algorithm and values."""
    keys = [page.page.key for page in window.pages]
    window.steps.setCurrentRow(keys.index(key))
    ways = [way.algorithm for way in window.page.page.ways]
    window.page.choice.setCurrentIndex(ways.index(f"soilsharp:{algorithm}"))
    output = {"OUTPUT": str(Path(os.environ[INSIDE]) / "region")} if key == "study" else {}
    for name, value in {**values, **output}.items():
        window.page.form.set(name, value)


def packages(window):
    """Install everything."""
    from qgis.PyQt.QtWidgets import QApplication

    yield 1000
    dialog = QApplication.activeModalWidget()
    while not dialog.problems:
        yield 100
    shoot("2_packages_of_the_step")
    dialog.choice.setCurrentIndex(0)
    print("missing:", dialog.missing, flush=True)
    print("command:", dialog.command.text(), flush=True)
    click(dialog.install_button)
    yield 1500
    while dialog.installation is not None or not dialog.problems:
        yield 200
    print(dialog.log.text.toPlainText(), flush=True)
    print("still missing:", dialog.missing, json.dumps(dialog.problems), flush=True)
    dialog.log.setCollapsed(False)
    yield 500
    shoot("3_installed")
    if dialog.missing:
        raise RuntimeError(dialog.words.text())
    dialog.reject()
    yield 500


def work():
    """Go the way in QGIS's own event loop, then leave."""
    from qgis.core import QgsProject
    from qgis.PyQt.QtCore import QTimer
    from qgis.utils import iface

    steps = first_hour()

    def go_on():
        try:
            QTimer.singleShot(next(steps), go_on)
        except StopIteration:
            # QGIS would ask about layers in a temporary folder
            QgsProject.instance().removeAllMapLayers()
            QgsProject.instance().setDirty(False)
            QTimer.singleShot(0, iface.actionExit().trigger)
        except Exception:
            # QGIS would go on as if nothing had happened
            traceback.print_exc()
            os._exit(3)

    QTimer.singleShot(500, go_on)


if os.environ.get(INSIDE):
    work()
elif __name__ == "__main__":
    sys.exit(start(*sys.argv[1:]))
