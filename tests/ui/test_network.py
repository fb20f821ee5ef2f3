# SPDX-License-Identifier: GPL-2.0-or-later
"""The window asks before a study may read from the network; a small server stands for it."""

import json
import subprocess
import sys

import pytest

# in a process of its own: QGIS holds Python while it reads; GDAL asks for parts of a file
SERVER = """
import http.server, pathlib, sys
folder = pathlib.Path(sys.argv[1])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self, body=True):
        path = folder / self.path.lstrip("/")
        if not path.is_file():
            return self.send_error(404)
        content = path.read_bytes()
        first, last = 0, len(content) - 1
        asked = self.headers.get("Range")
        if asked:
            first, last = asked.split("=")[1].split("-")
            first, last = int(first), min(int(last or len(content)), len(content) - 1)
        self.send_response(206 if asked else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        if body:
            self.wfile.write(content[first:last + 1])
    def do_HEAD(self):
        self.do_GET(False)
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def address(region, monkeypatch):
    """Serve the covariates of the region; return the address of one as GDAL writes it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    command = [sys.executable, "-c", SERVER, str(region.folder / "covariates")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        port = server.stdout.readline().strip()
        yield f"/vsicurl/http://127.0.0.1:{port}/elevation.tif"
        server.kill()


@pytest.fixture
def study_page(window, region, address, tmp_path):
    """Return the page that makes a study, with a layer of the network on it."""
    from qgis.core import QgsProject, QgsRasterLayer

    layer = QgsProject.instance().addMapLayer(QgsRasterLayer(address, "elevation"))
    window.steps.setCurrentRow([widget.page.key for widget in window.pages].index("study"))
    page = window.page
    page.form.set("COARSE", str(region.folder / "coarse"))
    page.form.set("COVARIATES", "")
    page.form.set("LAYERS", [layer.id()])
    page.form.set("OUTPUT", str(tmp_path / "study.json"))
    return page


def answer(qgis, window, which):
    """Press Run with the mouse, and one of the buttons of the question that comes."""
    from qgis.PyQt.QtCore import Qt, QTimer
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QMessageBox

    asked = []
    waiting = QTimer()

    def reply():
        box = qgis.activeModalWidget()
        if isinstance(box, QMessageBox):
            waiting.stop()
            asked.append(box.text())
            QTest.mouseClick(box.button(getattr(QMessageBox.StandardButton, which)), Qt.MouseButton.LeftButton)

    waiting.timeout.connect(reply)
    waiting.start(20)
    QTest.mouseClick(window.run_button, Qt.MouseButton.LeftButton)
    waiting.stop()
    return asked


def test_a_study_reads_from_the_network_after_a_yes(qgis, window, study_page, address, until, message, tmp_path):
    (question,) = answer(qgis, window, "Yes")
    assert question.startswith(f"{address} lies in the network. May the study read from there")
    until(lambda: window.run is None)
    assert (tmp_path / "study.json").exists(), message()
    content = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    assert content["network"] is True
    assert content["covariates"]["elevation"]["file"] == address


def test_after_a_no_nothing_is_written(qgis, window, study_page, address, message, tmp_path):
    assert len(answer(qgis, window, "No")) == 1
    assert window.run is None
    assert message() == f"{address} lies in the network, and the study may not read from there. Download it first."
    assert not (tmp_path / "study.json").exists()


def test_without_the_window_the_network_has_to_be_allowed(qgis, region, address, tmp_path):
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProject, QgsRasterLayer

    QgsProject.instance().clear()
    layer = QgsProject.instance().addMapLayer(QgsRasterLayer(address, "elevation"))
    values = {"COARSE": str(region.folder / "coarse"), "LAYERS": [layer.id()], "OUTPUT": str(tmp_path / "a.json")}
    with pytest.raises(QgsProcessingException, match=r"lies in the network.*\"network\": true"):
        processing.run("soilsharp:create_study", values)
    processing.run("soilsharp:create_study", {**values, "NETWORK": True})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["network"] is True
    QgsProject.instance().clear()
