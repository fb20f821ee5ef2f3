# SPDX-License-Identifier: GPL-2.0-or-later
"""The window of packages, with the mouse: pip installs what is missing from the index that this machine reaches."""

import sys
import urllib.request

import pytest

INDEX = "https://pypi.org/simple/"


@pytest.fixture(scope="module")
def index():
    """Skip without an index of packages."""
    try:
        urllib.request.urlopen(INDEX + "pip/", timeout=60).close()
    except OSError as error:
        pytest.skip(f"no index of packages: {error}")


@pytest.fixture
def provider(qgis):
    from qgis.core import QgsApplication

    return QgsApplication.processingRegistry().providerById("soilsharp")


@pytest.fixture
def profile(monkeypatch, tmp_path):
    """Let packages be installed into a folder of the test; nothing of it stays."""
    from soilsharp.core.base import extras, installing
    from soilsharp.ui import installing as by_qgis
    from soilsharp.ui import packages

    store = installing.Store(tmp_path)
    monkeypatch.setattr(by_qgis, "store", lambda: store)
    monkeypatch.setattr(packages, "store", lambda: store)
    path, loaded = list(sys.path), set(sys.modules)
    yield store
    sys.path[:] = path
    for name in set(sys.modules) - loaded:
        if installing.is_inside(sys.modules[name], tmp_path):
            del sys.modules[name]
    extras.look_again()


@pytest.fixture
def lacking(monkeypatch):
    """Return a function that lets SoilSharp know of one package only, which is not there."""

    def only(name, package):
        for module in ("core.base.installing", "core.base.platforms", "ui.packages"):
            monkeypatch.setattr(f"soilsharp.{module}.PACKAGES", {name: package})

    return only


@pytest.fixture
def opened(provider, until, delete):
    """Return a function that opens the window and waits until it knows what is there."""
    from soilsharp.ui.packages import PackagesWindow

    windows = []

    def open_window(**given):
        window = PackagesWindow(**given)
        windows.append(window)
        window.show()
        until(lambda: window.problems)
        return window

    yield open_window
    for window in windows:
        window.close()
        delete(window)


def click(button):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_package_comes_with_what_it_needs_and_goes_again(index, opened, until, lacking, profile):
    from soilsharp.core.base.extras import problem
    from soilsharp.core.base.installing import normal
    from soilsharp.core.base.packages import Package

    lacking("parse_type", Package("parse-type"))  # small, asks for one that nobody here has either
    assert problem("parse_type")
    window = opened()
    assert "1 of 1" in window.words.text()
    click(window.install_button)
    assert not window.install_button.isEnabled()
    until(lambda: window.installation is None and window.problems)
    assert window.problems == {"parse_type": ""}, window.log.text.toPlainText()
    assert window.words.text().startswith("Installed.")
    assert {normal(name) for name in profile.last()} >= {"parse", "parse-type"}
    assert sys.path[-1] == str(profile.folders()[-1])
    assert not list(profile.folder.glob("part-*"))
    click(window.undo_button)
    assert profile.folders() == []
    assert "until it is started again" in window.words.text()  # it was imported to see whether it can be


def test_a_package_that_lacks_another_is_mended(index, opened, until, lacking, profile, tmp_path, monkeypatch):
    # as shap on Debian 12, installed without typing_extensions
    from soilsharp.core.base.packages import Package

    told = tmp_path / "there" / "halfway-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: halfway\nVersion: 1.0\nRequires-Dist: parse\n")
    (told.parent / "halfway.py").write_text("import parse\n")
    monkeypatch.syspath_prepend(told.parent)
    lacking("halfway", Package("halfway"))
    window = opened()
    assert window.problems == {"halfway": "No module named 'parse'"}
    click(window.install_button)
    until(lambda: window.installation is None and window.problems)
    assert window.problems == {"halfway": ""}, window.log.text.toPlainText()
    assert profile.last() == ["parse"]


def test_a_cancel_leaves_nothing(index, opened, until, lacking, profile):
    from soilsharp.core.base.packages import Package

    lacking("parse", Package("parse"))
    window = opened()
    click(window.install_button)
    until(lambda: "Looking for" in window.log.text.toPlainText())
    click(window.cancel_button)
    until(lambda: window.installation is None and window.problems)
    assert "Cancelled" in window.words.text()
    assert list(profile.folder.glob("*")) == []


def test_what_cannot_be_removed_is_said(opened, until, lacking, profile, monkeypatch):
    from soilsharp.core.base import installing
    from soilsharp.core.base.packages import Package

    lacking("some", Package("some"))
    told = profile.folder / "1" / "some-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: some\nVersion: 1.0\n")
    window = opened()
    monkeypatch.setattr(installing, "GONE", "nowhere/removed")  # as in a folder that may not be written to
    click(window.undo_button)
    assert window.words.text().startswith(f"Cannot write {profile.folder}: ")
    assert profile.last() == ["some"]


def test_what_the_index_does_not_have_is_said(index, opened, until, lacking, profile):
    from soilsharp.core.base.packages import Package

    lacking("no_such_package", Package("soilsharp-has-no-such-package"))
    window = opened()
    click(window.install_button)
    until(lambda: window.installation is None and window.problems)
    assert "soilsharp-has-no-such-package" in window.words.text()
    assert list(profile.folder.glob("*")) == []
    assert not window.log.isCollapsed()


def test_where_python_has_no_pip_its_wheel_is_fetched_and_checked(index, opened, until, lacking, profile, monkeypatch):
    from soilsharp.core.base import installing
    from soilsharp.core.base.packages import Package

    monkeypatch.setattr(installing, "OLDEST_PIP", 1000)
    lacking("parse", Package("parse", alone=True))
    window = opened()
    click(window.install_button)
    until(lambda: window.installation is None and window.problems)
    assert (profile.root / installing.PIP_WHEEL).exists(), window.log.text.toPlainText()
    assert profile.last() == ["parse"]
    (profile.root / installing.PIP_WHEEL).write_bytes(b"something else")
    lacking("no_such_package", Package("soilsharp-has-no-such-package"))
    window.look()
    until(lambda: window.problems)
    window = opened()
    click(window.install_button)
    until(lambda: window.installation is None and window.problems)
    assert "SHA-256" in window.words.text()


def test_a_step_asks_for_its_packages_only(provider, opened, monkeypatch, until):
    from soilsharp.core.base import extras
    from soilsharp.core.base.packages import PACKAGES

    gone = ("lightgbm", "ismn", "openpyxl", "catboost")
    monkeypatch.setattr(extras, "problem", lambda name: f"No module named '{name}'" if name in gone else "")
    window = opened(algorithm=provider.algorithm("train_lightgbm"))
    assert window.missing == ["lightgbm"]
    assert "lightgbm" in window.command.text()
    assert "ismn" not in window.command.text()
    window.choice.setCurrentIndex(0)
    assert set(window.missing) == set(gone)
    window.choice.setCurrentIndex(1)  # everything but what is optional
    assert set(window.missing) == {"lightgbm", "ismn"}
    told = {window.table.item(row, 0).text(): window.table.item(row, 3).text() for row in range(len(PACKAGES))}
    assert told["openpyxl"].startswith("optional: ")
    assert told["catboost"].startswith("optional: ")  # though a step asks for it
    assert told["ismn"] == provider.algorithm("import_ismn").displayName()


def test_pip_goes_by_the_proxy_of_qgis(qgis):
    from qgis.core import QgsNetworkAccessManager
    from qgis.PyQt.QtNetwork import QNetworkProxy

    from soilsharp.ui.installing import proxy_address

    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "proxy.example.org", 3128, "ada", "se@cret")
    try:
        manager.setFallbackProxyAndExcludes(proxy, [], [])
        assert proxy_address() == "http://ada:se%40cret@proxy.example.org:3128"
        manager.setFallbackProxyAndExcludes(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy), [], [])
        assert proxy_address() == ""
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])
