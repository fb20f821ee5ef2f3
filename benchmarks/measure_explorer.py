# SPDX-License-Identifier: GPL-2.0-or-later
"""How soon the days of a place are seen after a click into a year of maps, and how soon the pointer is followed."""

import json
import statistics
import time
from pathlib import Path

SIDE, CLICKS, MOVES = 512, 9, 200
USUAL_FILES = 1024  # that a process may open

# --- explorer ---------------------------------------------------------------------------------------------------------


def make_year(folder: Path, days: str) -> None:
    """Write maps with their deviations, a coarse product and rain of so many days, and their study."""
    import numpy as np
    from made_up import grid_of

    from soilsharp.core.rasters.raster import map_writer

    fine, coarse = grid_of(SIDE, 1000), grid_of(SIDE // 16, 16_000)
    field = np.random.default_rng(1).normal(0, 0.02, fine.shape).astype(np.float32)
    whole = np.arange("2023-01-01", np.datetime64("2023-01-01") + int(days), dtype="datetime64[D]")
    for day in whole:
        season = np.float32(0.25 + 0.1 * np.cos(2 * np.pi * float(day.astype(int)) / 365))
        maps = {"maps/sm": (fine, season + field), "maps/sd/sd": (fine, 0.03 + abs(field)),
                "coarse/sm": (coarse, season + field[::16, ::16]),
                "rain/rain": (coarse, abs(field[::16, ::16]) * 100)}  # fmt: skip
        for name, (grid, values) in maps.items():
            path = folder / f"{name}_{str(day).replace('-', '')}.tif"
            path.parent.mkdir(parents=True, exist_ok=True)
            with map_writer(path, grid, name=path.stem, unit="m3 m-3", tags={}) as file:
                file.write(values)
    study = {"soilsharp": "study", "version": 1, "name": "year", "grid": fine.as_dict(),
             "period": [str(whole[0]), str(whole[-1])], "coarse": {"files": "coarse/*.tif"},
             "covariates": {"rain": {"files": "rain/*.tif", "rule": "same_day", "unit": "mm"}}}  # fmt: skip
    (folder / "study.json").write_text(json.dumps(study), encoding="utf-8")


def opened_at_each_click(folder: Path, _: str) -> dict:
    """Time the obvious way: the files of all days are opened for each click."""
    import numpy as np
    import rasterio
    from rasterio.windows import Window

    files = [path for name in ("maps", "maps/sd") for path in sorted((folder / name).glob("*.tif"))]
    took = []
    for row, column in np.random.default_rng(2).integers(0, SIDE, (3, 2)).tolist():
        start = time.perf_counter()
        for path in files:
            with rasterio.open(path) as dataset:
                dataset.read(1, window=Window(column, row, 1, 1))
        took.append(time.perf_counter() - start)
    return {"seconds": statistics.median(took)}


def clicks_in_the_dock(folder: Path, _: str) -> dict:
    """Time real clicks into a map canvas: to the first line drawn, to all that is read and drawn; and moves over it."""
    import resource

    from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsRectangle
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtCore import QPoint, Qt
    from qgis.PyQt.QtTest import QTest

    resource.setrlimit(resource.RLIMIT_NOFILE, (USUAL_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    application = QgsApplication([], True)
    application.initQgis()
    from soilsharp.ui.series.dock import SeriesDock

    canvas = QgsMapCanvas()
    canvas.resize(SIDE, SIDE)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3035"))
    size = SIDE * 1000
    canvas.setExtent(QgsRectangle(4_000_000, 2_500_000, 4_000_000 + size, 2_500_000 + size))
    dock = SeriesDock(canvas)
    dock.resize(1000, 400)
    canvas.show()
    dock.show()
    start = time.perf_counter()
    dock.open(folder / "maps")
    _work(application, dock)
    opening = time.perf_counter() - start
    drawn = []
    dock.plot.canvas.mpl_connect("draw_event", lambda event: drawn.append(_now()) if dock.shown else None)
    first, worked, fine, whole = [], [], [], []
    for number in range(CLICKS):  # over all tiles of the files, and some again
        at = QPoint(40 + 53 * number, 480 - 50 * number)
        drawn.clear()
        start, begun = _now()
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        while not drawn:
            application.processEvents()
        first.append(drawn[0][0] - start)
        worked.append(drawn[0][1] - begun)
        while "fine" not in dock.shown[0].values:
            application.processEvents()
        fine.append(time.perf_counter() - start)
        _work(application, dock)
        whole.append(drawn[-1][0] - start)
    moves, of_moves = zip(*_moves(application, dock.plot.canvas))
    kept = dock.reader.explored.keeper.opened
    dock.leave()
    figures = {"opening": opening, "files": kept, "move": statistics.median(moves), "longest_move": max(moves),
               "worked": statistics.median(worked), "longest_worked_move": max(of_moves)}  # fmt: skip
    return {**figures, "first": statistics.median(first), "longest_first": max(first),
            "fine": statistics.median(fine), "whole": statistics.median(whole)}  # fmt: skip


def _now() -> tuple:
    """Return the time by the clock, and what the main thread has worked, which others on the machine hardly change."""
    return time.perf_counter(), time.thread_time()


def _work(application, dock) -> None:
    """Let all be read and drawn."""
    plot = dock.plot.canvas
    while dock.reader.busy or dock._drawing.isActive() or plot._draw_pending:
        application.processEvents()
        time.sleep(0.001)
    application.processEvents()


def _moves(application, canvas) -> list:
    """Move the pointer over a plot; return of each move how long it took until it was shown, and the work for it."""
    from qgis.PyQt.QtCore import QEvent, QPointF, Qt
    from qgis.PyQt.QtGui import QMouseEvent

    took, none = [], Qt.MouseButton.NoButton
    for number in range(MOVES):
        at = QPointF(80 + number * (canvas.width() - 120) / MOVES, canvas.height() / 3)
        start, begun = _now()
        move = QMouseEvent(QEvent.Type.MouseMove, at, none, none, Qt.KeyboardModifier.NoModifier)
        application.sendEvent(canvas, move)
        application.processEvents()
        end, done = _now()
        took.append((end - start, done - begun))
    return took
