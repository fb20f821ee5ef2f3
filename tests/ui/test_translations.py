# SPDX-License-Identifier: GPL-2.0-or-later
"""Every text that a person can see is in the files of translations, and the languages named here are complete."""

import re
import subprocess
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "i18n").glob("*.ts"))
COMPLETE = ("es",)
RUN = "run scripts/make_translations.py, then translate what is unfinished in {}"


@pytest.fixture(scope="module")
def script():
    spec = spec_from_file_location("make_translations", ROOT / "scripts" / "make_translations.py")
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture(scope="module")
def sources(script, qgis):
    """Return all texts of the plugin as it is now."""
    return script.texts()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Return a folder with all translations as QGIS reads them."""
    folder = tmp_path_factory.mktemp("i18n")
    subprocess.run(["sh", ROOT / "scripts" / "compile_translations.sh", folder], check=True, capture_output=True)
    return folder


@pytest.fixture
def speaking(qgis, compiled):
    """Return a function that installs our words of a language; they are gone after the test."""
    from qgis.PyQt.QtCore import QCoreApplication

    from soilsharp.i18n import translator

    installed = []

    def speak(language):
        found = translator(language, str(compiled))
        installed.extend([found] if found else [])
        return found

    yield speak
    for found in installed:
        QCoreApplication.removeTranslator(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_have_all_texts_and_no_others(path, script, sources, tmp_path):
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    script.write(copy, sources)
    assert copy.read_text("utf-8") == path.read_text("utf-8"), RUN.format(path.name)


@pytest.mark.parametrize("language", COMPLETE)
def test_complete_languages_have_every_text(language, script, sources):
    path = ROOT / "i18n" / f"soilsharp_{language}.ts"
    missing = sorted(set(sources) - set(script.read(path)))
    assert not missing, RUN.format(path.name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_translations_have_the_marks_of_their_texts(path, script):
    wrong = [
        (source, done)
        for source, done in script.read(path).items()
        if _fields(source) != _fields(done)
        or _letters(source) != _letters(done)
        or source.endswith(".") != done.endswith(".")
        or _blanks(source) != _blanks(done)
    ]
    assert not wrong


def _fields(text):
    """Return the places of a text that values are written into, with how; `{}` twice is not the same as once."""
    return sorted(f"{name}:{how}" for _, name, how, _ in Formatter().parse(text) if name is not None)


def _blanks(text):
    """Return how many blanks are at the ends of a text."""
    return len(text) - len(text.lstrip()), len(text) - len(text.rstrip())


def _letters(text):
    """Return how many letters of a text are those of keys."""
    return len(re.findall(r"&\S", text))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_helps_explain_the_same_choices(path, script, qgis):
    """Keys stay as they are in a translation, since labels take their places."""
    from soilsharp.processing.parameters import _in_labels, labels_of

    known = {source: done for source, done in script.read(path).items() if ": " in source}
    wrong, explained = [], 0
    for algorithm in qgis.processingRegistry().providerById("soilsharp").algorithms():
        for definition in filter(labels_of, algorithm.parameterDefinitions()):
            labels = labels_of(definition)
            marks = {key: f"⟦{key}⟧" for key in labels}
            for source in known:
                if _in_labels(source, labels) == definition.help() != source:
                    explained += 1
                    told = [sorted(re.findall("⟦.*?⟧", _in_labels(t, marks))) for t in (source, known[source])]
                    wrong += [(definition.name(), *told)] if told[0] != told[1] else []
    assert explained
    assert not wrong


@pytest.fixture
def marked(qgis):
    """Have a translation that marks everything."""
    from qgis.PyQt.QtCore import QCoreApplication, QTranslator

    class Marker(QTranslator):
        def isEmpty(self):
            return False

        def translate(self, context, text, disambiguation=None, n=-1):
            return f"¤{text}" if context == "@default" else None

    marker = Marker()
    QCoreApplication.installTranslator(marker)
    yield
    QCoreApplication.removeTranslator(marker)


def test_no_text_of_an_algorithm_passes_by_the_translation(qgis, marked):
    from soilsharp.processing.parameters import labels_of

    plain = []
    for algorithm in qgis.processingRegistry().providerById("soilsharp").algorithms():
        made = algorithm.create()
        words = [made.displayName(), made.group(), made.shortDescription()]
        for definition in made.parameterDefinitions():
            words += [definition.description(), *labels_of(definition).values()]
            words += filter(None, [definition.help()])
        words += [output.description() for output in made.outputDefinitions()]
        plain += [(made.name(), text) for text in words if "¤" not in text]
    assert not plain


def test_names_of_products_under_bars_and_the_rain_are_in_the_language(marked):
    from soilsharp.core.scoring.baselines import BASELINES, MAP
    from soilsharp.core.scoring.climatology import CLIMATOLOGY
    from soilsharp.core.training.compare.scores import MEAN
    from soilsharp.core.training.learners import LEARNERS
    from soilsharp.ui.chart import called
    from soilsharp.ui.series.shown import rain_called

    for product in (MAP, *BASELINES, MEAN, CLIMATOLOGY, *(record.label for record in LEARNERS)):
        assert called(product) == f"¤{product}"
    several = "Linear (ridge), per 16 days + Gradient boosting (LightGBM)"
    assert called(several) == "¤Linear (ridge), per 16 days + ¤Gradient boosting (LightGBM)"
    assert rain_called("Rain, 24 h (mm)") == "¤Rain, 24 h (mm)"


def test_labels_and_choices_are_in_the_language(speaking, qgis):
    from soilsharp.i18n import tr
    from soilsharp.processing.parameters import labels_of

    def create_study():
        return qgis.processingRegistry().algorithmById("soilsharp:create_study").create()

    assert speaking("en_US") is None, "the texts themselves are English"
    assert create_study().displayName() == "Create study"
    assert speaking("es_MX") is not None, "Spanish of Mexico is Spanish"
    assert tr("Cancelled") == "Cancelado"
    study = create_study()
    assert study.displayName() == "Crear estudio"
    assert study.parameterDefinition("COARSE_UNIT").description() == "Unidad de la humedad del suelo gruesa"
    layout = qgis.processingRegistry().algorithmById("soilsharp:import_station_table").create()
    assert labels_of(layout.parameterDefinition("LAYOUT"))["auto"] == "Automático"


def test_a_language_that_is_not_there_stays_english(speaking):
    from soilsharp.i18n import tr

    assert speaking("mi") is None
    assert tr("Cancelled") == "Cancelled"


def test_the_plugin_takes_the_language_of_qgis(qgis, speaking, compiled, monkeypatch):
    from qgis.core import QgsSettings

    from soilsharp import plugin

    monkeypatch.setattr(plugin, "translator", speaking)
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "es")
    try:
        assert plugin.SoilSharpPlugin(None).translator.language() == "es"
    finally:
        settings.remove("locale/overrideFlag")
        settings.remove("locale/userLocale")
