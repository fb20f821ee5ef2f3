# SPDX-License-Identifier: GPL-2.0-or-later
"""One installation of packages into the profile: pip of QGIS's own Python as a process beside QGIS."""

import json
import shutil
import sys

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, QUrl, pyqtSignal
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery, QNetworkReply, QNetworkRequest

from ..core.base import installing
from ..core.base.errors import SoilSharpError
from ..core.base.platforms import pythons
from ..i18n import tr

RESOLVED = 0.2  # of the whole time


def store():
    """Return the packages of the profile of the QGIS that runs."""
    return installing.Store(QgsApplication.qgisSettingsDirPath())


class Installation(QObject):
    """What is missing of some packages, installed step by step; QGIS goes on meanwhile.

    A Python and its pip are looked for, pip's own wheel is fetched where there is none, what is missing is resolved
    against what QGIS has, and that alone is put into a folder of the profile, which appears whole or not at all.

    Signals: `said(text)`, `progressed(fraction)`, and at the end `finished(ok, why)`; `why` is empty after a cancel.
    """

    said = pyqtSignal(str)
    progressed = pyqtSignal(float)
    finished = pyqtSignal(bool, str)

    def __init__(self, names, parent=None):
        super().__init__(parent)
        self.names, self.store, self.there = list(names), store(), installing.installed()
        self.cancelled, self.ended = False, False
        self._pythons, self._pip, self._packages = [], [], []
        self._process = self._reply = self._part = self._then = None
        self._out, self._line, self._begun = "", "", 0

    def start(self):
        """Begin; `finished` tells the end."""
        try:
            self._part = self.store.begin()
        except OSError as error:
            self._end(False, tr("Cannot write {}: {}.").format(self.store.folder, error.strerror or error))
            return
        self._pythons = pythons()
        self._probe()

    def cancel(self):
        """Stop now: nothing is installed."""
        self.cancelled = True
        if self._reply is not None:
            self._reply.abort()
        if self._process is not None:
            self._process.kill()

    # --- Python and pip -----------------------------------------------------------------------------------------------

    def _probe(self):
        """Ask the next program whether it is the Python of this QGIS, and for its pip."""
        if not self._pythons:
            words = tr("No Python program was found beside QGIS. Copy the command and run it in a terminal.")
            self._end(False, words)
            return
        self._python = str(self._pythons.pop(0))
        self._run([self._python, "-c", installing.PROBE], self._probed)

    def _probed(self, ok, out):
        try:
            major, minor, pip = json.loads(out.strip().splitlines()[-1])
        except (ValueError, IndexError):
            ok = False
        if not ok or (major, minor) != sys.version_info[:2]:
            self._probe()
            return
        self._say(tr("Python {}.{}: {}").format(major, minor, self._python))
        wheel = self.store.root / installing.PIP_WHEEL
        if pip and int(pip.split(".")[0]) >= installing.OLDEST_PIP:
            self._pip = [self._python, "-m", "pip"]
            self._resolve()
        elif wheel.exists():
            self._with_wheel(wheel)
        else:
            self._say(tr("There is no pip, or an old one: {} is fetched.").format(installing.PIP_WHEEL))
            page = installing.INDEX + "pip/"
            self._fetch(
                page,
                lambda data: self._fetch(installing.pip_address(data.decode(errors="replace"), page), self._take_wheel),
            )

    def _take_wheel(self, data):
        from ..core.base.files import whole_file

        installing.refuse_other_pip(data)
        wheel = self.store.root / installing.PIP_WHEEL
        with whole_file(wheel) as part:
            part.write_bytes(data)
        self._with_wheel(wheel)

    def _with_wheel(self, wheel):
        installing.refuse_other_pip(wheel.read_bytes())  # it may have been changed since
        self._pip = [self._python, f"{wheel}/pip"]
        self._resolve()

    # --- packages -----------------------------------------------------------------------------------------------------

    def _resolve(self):
        self._say(tr("Looking for what is missing…"))
        self._pip_run(installing.resolving(self.names, self._part, self.there), self._resolved)

    def _resolved(self, ok, out):
        if not ok:
            self._end(False, self._line)
            return
        self._packages = installing.to_install(self.names, self._part, self.there)
        self.progressed.emit(RESOLVED)
        if not self._packages:
            self._end(False, tr("All of it is there already, and is broken; it belongs to QGIS or to the system."))
            return
        self._say(tr("To be installed: {}").format(", ".join(self._packages)))
        target = self._part / "p"
        self._pip_run(installing.fetching(self._packages, target), self._fetched)

    def _fetched(self, ok, out):
        if not ok:
            self._end(False, self._line)
            return
        try:
            folder = self.store.keep(self._part / "p")
        except OSError as error:
            self._end(False, tr("Cannot write {}: {}.").format(self.store.folder, error.strerror or error))
            return
        self._say(tr("Installed into {}").format(folder))
        self._end(True, "")

    # --- processes, addresses and the end -----------------------------------------------------------------------------

    def _pip_run(self, arguments, then):
        if arguments:
            self._run([*self._pip, *arguments], then)
        else:
            then(True, "")

    def _run(self, command, then):
        """Run a command; then call a function with whether it went well, and with what it said."""
        self._out, self._line, self._begun, self._then = "", "", 0, then
        self._process = process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        told = QProcessEnvironment.systemEnvironment()
        for name, value in installing.environment(proxy_address()).items():
            told.insert(name, value)
        process.setProcessEnvironment(told)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(lambda code, status: self._ran(process, code == 0))
        process.errorOccurred.connect(lambda error: self._not_started(process, error))
        process.start(command[0], command[1:])

    def _read(self):
        text = bytes(self._process.readAllStandardOutput()).decode(errors="replace")
        self._out += text
        if self._then == self._probed:
            return
        for line in filter(None, map(str.strip, text.splitlines())):
            self._say(line)
            if line.startswith("ERROR: ") or not self._line.startswith("ERROR: "):
                self._line = line
            if line.startswith("Collecting ") and self._then == self._fetched:
                self._begun += 1
                self.progressed.emit(RESOLVED + (1 - RESOLVED) * self._begun / (len(self._packages) + 1))

    def _not_started(self, process, error):
        if error == QProcess.ProcessError.FailedToStart:  # after others `finished` follows
            self._ran(process, False)

    def _ran(self, process, ok):
        self._read()
        self._process = None
        process.deleteLater()
        if self.cancelled:
            self._end(False, "")
            return
        self._guarded(self._then, ok, self._out)

    def _fetch(self, address, then):
        """Read an address as QGIS does, with its proxy and certificates; then call a function with the bytes."""
        request = QNetworkRequest(QUrl(address))
        follow = QNetworkRequest.RedirectPolicy.NoLessSafeRedirectPolicy
        request.setAttribute(QNetworkRequest.Attribute.RedirectPolicyAttribute, follow)
        self._reply = reply = QgsNetworkAccessManager.instance().get(request)
        reply.finished.connect(lambda: self._arrived(reply, then))

    def _arrived(self, reply, then):
        self._reply = None
        reply.deleteLater()
        if self.cancelled:
            self._end(False, "")
        elif reply.error() != QNetworkReply.NetworkError.NoError:
            self._end(False, tr("{} cannot be read: {}").format(reply.url().toString(), reply.errorString()))
        else:
            self._guarded(then, bytes(reply.readAll()))

    def _guarded(self, then, *values):
        """Go on; what goes wrong ends the installation with a sentence."""
        try:
            then(*values)
        except (SoilSharpError, OSError) as error:
            self._end(False, str(error))

    def _say(self, text):
        self.said.emit(text)

    def _end(self, ok, why):
        if self.ended:
            return
        self.ended = True
        if self._part is not None:
            shutil.rmtree(self._part, ignore_errors=True)
        # never from within `start` or `cancel`
        QTimer.singleShot(0, lambda: self.finished.emit(ok, why))


def proxy_address():
    """Return the proxy by which QGIS reaches the index, as an address, or ''."""
    manager = QgsNetworkAccessManager.instance()
    query = QNetworkProxyQuery(QUrl(installing.INDEX))
    if manager.useSystemProxy():
        proxy = (QNetworkProxyFactory.systemProxyForQuery(query) or [QNetworkProxy()])[0]
    else:
        proxy = manager.fallbackProxy()
    kinds = {QNetworkProxy.ProxyType.HttpProxy: "http", QNetworkProxy.ProxyType.Socks5Proxy: "socks5"}
    kind = kinds.get(proxy.type())
    if not kind or not proxy.hostName():
        return ""
    address = QUrl()
    address.setScheme(kind)
    address.setHost(proxy.hostName())
    address.setPort(proxy.port())
    address.setUserName(proxy.user())
    address.setPassword(proxy.password())
    return address.toString(QUrl.ComponentFormattingOption.FullyEncoded)
