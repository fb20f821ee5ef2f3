# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes i18n/soilsharp_*.ts again: every text that a person can see in QGIS, with the translations that are there.

`make translations` runs this. Texts are those that `tr` is given as literals, and those that it is asked for while all
algorithms and all pages of the window are made: labels, helps, units and choices of the records of core. A text that is
no more goes with its translation; one that is new is unfinished, and is translated in the file, with Qt Linguist or by
hand. For a new language give its code: `scripts/make_translations.py fr`.
"""

import ast
import json
import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
CONTEXT = "@default"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1" language="{}" sourcelanguage="en">\n'


def literals():
    """Return the texts that `tr` is given as they are, in all files of the plugin."""
    folders = (ROOT / name for name in ("processing", "ui", "i18n"))
    paths = [*ROOT.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    calls = (node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_tr(node))
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def _is_tr(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"


def asked(work):
    """Return the texts that Qt is asked to translate for us while something is done."""
    from qgis.PyQt.QtCore import QCoreApplication, QTranslator

    class Ear(QTranslator):
        """Knows no translation, and keeps what it is asked for."""

        heard = set()  # noqa: RUF012 - of one class, made for one time

        def isEmpty(self):
            return False

        def translate(self, context, text, disambiguation=None, n=-1):
            if context == CONTEXT:
                self.heard.add(text)

    ear = Ear()
    QCoreApplication.installTranslator(ear)
    try:
        work()
    finally:
        QCoreApplication.removeTranslator(ear)
    return ear.heard


def make_everything():
    """Make all algorithms, read their helps, make all pages of the window, and say what files and folders may have."""
    from qgis.core import QgsApplication

    from soilsharp.core.base.packages import PACKAGES
    from soilsharp.core.methods.settings import ROLES, SHIPPED
    from soilsharp.core.stations.flags import FLAGS
    from soilsharp.core.study.covariates import KNOWN
    from soilsharp.i18n import tr
    from soilsharp.ui.method import words
    from soilsharp.ui.workflow import WorkflowWindow

    for method in SHIPPED.glob("*.json"):
        words(json.loads(method.read_text("utf-8")))
    uses = (package.use for package in PACKAGES.values() if package.use)
    for text in (*ROLES.values(), *FLAGS.values(), *(known.title for known in KNOWN), *uses):
        tr(text)

    for algorithm in QgsApplication.processingRegistry().providerById("soilsharp").algorithms():
        made = algorithm.create()
        made.shortHelpString()
        made.displayName(), made.group(), made.tags()
    window = WorkflowWindow()
    for page in window.pages:
        for way in range(page.choice.count()):
            page.take_way(way)
    window.close()
    window.deleteLater()


def texts():
    """Return all texts that a person can see; QGIS runs, with the plugin's algorithms."""
    return sorted((literals() | asked(make_everything)) - {""})


def read(path):
    """Return source and translation of a .ts file; unfinished ones are left out, and those with other marks."""
    if not path.exists():
        return {}
    found = ((m.findtext("source"), m.find("translation")) for m in ElementTree.parse(path).iter("message"))
    return {source: done.text for source, done in found if done.text and done.get("type") != "unfinished"}


def write(path, sources):
    """Write a .ts file with all texts and the translations that it had; returns how many have none."""
    known = read(path)
    language = path.stem.partition("_")[2]
    rows = [HEAD.format(language), f"<context>\n    <name>{CONTEXT}</name>\n"]
    for source in sources:
        done = f">{escape(known[source])}<" if source in known else ' type="unfinished"><'
        rows.append(f"    <message>\n        <source>{escape(source)}</source>\n")
        rows.append(f"        <translation{done}/translation>\n    </message>\n")
    path.write_text("".join([*rows, "</context>\n</TS>\n"]), encoding="utf-8", newline="\n")
    return len(set(sources) - set(known))


def main(languages):
    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    from soilsharp.processing.provider import SoilSharpProvider

    provider = SoilSharpProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    sources = texts()
    paths = {ROOT / "i18n" / f"soilsharp_{language}.ts" for language in languages}
    for path in sorted(paths | set((ROOT / "i18n").glob("*.ts"))):
        print(f"{path.relative_to(ROOT)}: {len(sources)} texts, {write(path, sources)} of them not translated")
    QgsApplication.processingRegistry().removeProvider(provider)
    application.exitQgis()


if __name__ == "__main__":
    main(sys.argv[1:])
