# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes resources/styles/*.qml with the QGIS that runs: `scripts/qgis-env.sh python scripts/make_styles.py`."""

import sys
import tempfile
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsMarkerSymbol,
    QgsPalettedRasterRenderer,
    QgsRasterFileWriter,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from soilsharp.core.report.map_figures import FILLED, SD_STOPS, SM_STOPS
from soilsharp.core.units import SM_SHOWN

STYLES = Path(__file__).resolve().parents[1] / "resources" / "styles"
VERDICTS = (("good", "#14507d"), ("suspect", "#e0a663"), ("faulty", "#7f3b08"), ("empty", "#c8c8c8"))
# 0.04 is what the missions promise
UBRMSE = ((0.00, 0.04, "#14507d"), (0.04, 0.06, "#4a97b0"), (0.06, 0.08, "#e0a663"), (0.08, 1.00, "#7f3b08"))


def soil_moisture():
    """Return a raster layer coloured by soil moisture."""
    return _coloured(SM_STOPS, "soil moisture")


def standard_deviation():
    """Return a raster layer coloured by the standard deviation of soil moisture."""
    return _coloured(SD_STOPS, "standard deviation")


def filled():
    """Return a raster layer coloured by what the values of a map rest on."""
    layer = QgsRasterLayer(_any_raster(), "filled")
    classes = [QgsPalettedRasterRenderer.Class(value, QColor(colour), words) for value, colour, words in FILLED]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
    return layer


def _coloured(stops, name):
    """Return a raster layer with colours between some values in m3 m-3."""
    shader = QgsColorRampShader(stops[0][0], stops[-1][0], None, QgsColorRampShader.Type.Interpolated)
    shader.setColorRampItemList(
        [QgsColorRampShader.ColorRampItem(v, QColor(c), f"{v:.2f} {SM_SHOWN}") for v, c in stops]
    )
    shader.setClassificationMode(QgsColorRampShader.ClassificationMode.Continuous)
    shader.setSourceColorRamp(shader.createColorRamp())
    legend = QgsColorRampLegendNodeSettings()
    legend.setSuffix(f" {SM_SHOWN}")
    shader.setLegendSettings(legend)
    shade = QgsRasterShader(stops[0][0], stops[-1][0])
    shade.setRasterShaderFunction(shader)
    layer = QgsRasterLayer(_any_raster(), name)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shade)
    renderer.setClassificationMin(stops[0][0])
    renderer.setClassificationMax(stops[-1][0])
    layer.setRenderer(renderer)
    return layer


def stations_scores():
    """Return a layer of stations coloured by the ubRMSE of the map."""
    layer = QgsVectorLayer(
        "Point?crs=EPSG:4326&field=station:string&field=n:int&field=map_ubrmse:double", "s", "memory"
    )
    root = QgsRuleBasedRenderer.Rule(None)
    for low, high, color in UBRMSE:
        words = f"ubRMSE {low:.2f} to {high:.2f} {SM_SHOWN}" if high < 1 else f"ubRMSE {low:.2f} {SM_SHOWN} and more"
        rule = QgsRuleBasedRenderer.Rule(_dot(color, 3.2))
        rule.setFilterExpression(f'"map_ubrmse" >= {low} AND "map_ubrmse" < {high}')
        rule.setLabel(words)
        root.appendChild(rule)
    rest = QgsRuleBasedRenderer.Rule(_dot("#c8c8c8", 2.2))
    rest.setIsElse(True)
    rest.setLabel("too few pairs for a score")
    root.appendChild(rest)
    layer.setRenderer(QgsRuleBasedRenderer(root))
    return layer


def stations_verdict():
    """Return a layer of stations coloured by what a check says of them."""
    layer = QgsVectorLayer("Point?crs=EPSG:4326&field=station:string&field=verdict:string", "s", "memory")
    root = QgsRuleBasedRenderer.Rule(None)
    for verdict, color in VERDICTS:
        rule = QgsRuleBasedRenderer.Rule(_dot(color, 3.2 if verdict != "empty" else 2.2))
        rule.setFilterExpression(f"\"verdict\" = '{verdict}'")
        rule.setLabel(verdict if verdict != "empty" else "no value")
        root.appendChild(rule)
    layer.setRenderer(QgsRuleBasedRenderer(root))
    return layer


def _dot(color, size):
    return QgsMarkerSymbol.createSimple(
        {"name": "circle", "color": color, "size": str(size), "outline_color": "#20303a", "outline_width": "0.3"}
    )


def _any_raster():
    path = str(Path(tempfile.mkdtemp()) / "any.tif")
    writer = QgsRasterFileWriter(path)
    writer.createOneBandRaster(
        Qgis.DataType.Float32, 2, 2, QgsRectangle(0, 0, 2, 2), QgsCoordinateReferenceSystem("EPSG:4326")
    )
    return path


def main():
    """Write the styles."""
    app = QgsApplication([], False)
    app.initQgis()
    STYLES.mkdir(parents=True, exist_ok=True)
    styles = {
        "soil_moisture": soil_moisture(),
        "standard_deviation": standard_deviation(),
        "filled": filled(),
        "stations_scores": stations_scores(),
        "stations_verdict": stations_verdict(),
    }
    for name, layer in styles.items():
        text, ok = layer.saveNamedStyle(str(STYLES / f"{name}.qml"), QgsMapLayer.StyleCategory.Symbology)
        if not ok:
            sys.exit(text)
    del layer, styles
    app.exitQgis()


if __name__ == "__main__":
    main()
