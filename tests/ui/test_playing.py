# SPDX-License-Identifier: GPL-2.0-or-later
"""The temporal controller of a canvas follows the days of the maps."""

import pytest


@pytest.fixture
def canvas(qgis, delete):
    """Return a canvas with a temporal controller, as QGIS's window has one."""
    from qgis.core import QgsProject, QgsTemporalNavigationObject
    from qgis.gui import QgsMapCanvas

    QgsProject.instance().clear()
    canvas = QgsMapCanvas()
    controller = QgsTemporalNavigationObject()
    canvas.setTemporalController(controller)
    yield canvas
    QgsProject.instance().clear()
    delete(canvas)


def test_every_frame_is_a_day(qgis, canvas):
    from qgis.core import QgsProject

    from soilsharp.processing.styling import set_days
    from soilsharp.ui.playing import Player

    player, controller = Player(canvas), canvas.temporalController()
    set_days(QgsProject.instance(), "2023-05-30", "2023-06-02")
    assert controller.totalFrameCount() == 4
    frames = [controller.dateTimeRangeForFrameNumber(number) for number in range(4)]
    days = [(frame.begin().toString("MM-dd hh"), frame.end().addSecs(-1).toString("MM-dd hh")) for frame in frames]
    assert days == [(f"{day} 00", f"{day} 23") for day in ("05-30", "05-31", "06-01", "06-02")]
    player.stop()
    set_days(QgsProject.instance(), "2023-05-01", "2023-05-20")
    assert controller.totalFrameCount() == 4


def test_a_project_without_days_changes_nothing(qgis, canvas):
    from qgis.core import QgsProject

    from soilsharp.processing.styling import set_days
    from soilsharp.ui.playing import Player

    player, controller = Player(canvas), canvas.temporalController()
    set_days(QgsProject.instance(), "2023-05-30", "2023-06-02")
    QgsProject.instance().clear()
    assert controller.totalFrameCount() == 4
    player.stop()


def test_while_days_are_played_all_may_be_seen_and_then_one_again(qgis, canvas):
    from qgis.core import QgsProject, QgsTemporalNavigationObject, QgsVectorLayer

    from soilsharp.processing.following import Follower
    from soilsharp.processing.series_tree import mark_days, see_days

    mode = QgsTemporalNavigationObject.NavigationMode
    follower, project = Follower(canvas.temporalController()), QgsProject.instance()
    group = project.layerTreeRoot().addGroup("days")
    mark_days(group, "path")
    for name in "abc":
        group.addLayer(project.addMapLayer(QgsVectorLayer("Point", name, "memory"), False))
    see_days(group, False)
    assert [node.isVisible() for node in group.children()] == [True, False, False]
    canvas.temporalController().setNavigationMode(mode.Animated)
    assert [node.isVisible() for node in group.children()] == [True, True, True]
    canvas.temporalController().setNavigationMode(mode.NavigationOff)
    assert [node.isVisible() for node in group.children()] == [True, False, False]
    follower.stop()
