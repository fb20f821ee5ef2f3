# SPDX-License-Identifier: GPL-2.0-or-later
"""The provider: every algorithm and every shipped model, in plain sight."""

from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProcessingMultiStepFeedback,
    QgsProcessingProvider,
)
from qgis.PyQt.QtGui import QIcon

from ..core.base.errors import SoilSharpError
from ..core.base.installing import Store
from ..core.training.learners import LEARNERS
from ..i18n import tr
from .base import ICONS, group_label, help_url
from .downscaling.conserve_coarse import ConserveCoarse
from .downscaling.downscale import Downscale
from .downscaling.downscale_series import DownscaleSeries
from .downscaling.encode_maps import EncodeMaps
from .downscaling.physical import PhysicalDownscaling
from .downscaling.repeat_run import RepeatRun
from .downscaling.run_method import RunMethod
from .inputs import refuse_outputs
from .parameters import labels_of
from .preprocessing.accumulate_series import AccumulateSeries
from .preprocessing.align_rasters import AlignRasters
from .preprocessing.check_stations import CheckStations
from .preprocessing.check_study import CheckStudy
from .preprocessing.create_sample_region import CreateSampleRegion
from .preprocessing.create_study import CreateStudy
from .preprocessing.fill_coarse_days import FillCoarseDays
from .preprocessing.import_era5land import ImportEra5Land
from .preprocessing.import_grids import ImportGrids
from .preprocessing.import_modis import ImportModis
from .preprocessing.import_smap import ImportSmap
from .preprocessing.import_soilgrids import ImportSoilGrids
from .preprocessing.import_stations import ImportAmeriflux, ImportIsmn, ImportStationTable, ImportUscrn
from .preprocessing.interpolate_series import InterpolateSeries
from .preprocessing.koppen_climate import KoppenClimate
from .preprocessing.landcover_fraction import LandcoverFraction
from .preprocessing.rescale_stations import RescaleStations
from .preprocessing.spectral_indices import SpectralIndices
from .preprocessing.terrain_attributes import TerrainAttributes
from .refusals import wrong_value
from .training.compare_learners import CompareLearners
from .training.explain_model import ExplainModel
from .training.sample_coarse import SampleCoarse
from .training.sample_stations import SampleStations
from .training.sample_table import SampleTable
from .training.scale_transfer import CheckScaleTransfer
from .training.select_covariates import SelectCovariates
from .training.train_blend import TrainBlend
from .training.train_model import TrainModel
from .validation.applicability import MapApplicability
from .validation.compare_products import CompareProducts
from .validation.landscape_analysis import LandscapeAnalysis
from .validation.merge_products import MergeProducts
from .validation.partial_correlation import PartialCorrelation
from .validation.period_means import PeriodMeans
from .validation.quantile_correlation import QuantileCorrelation
from .validation.score_predictions import ScorePredictions
from .validation.shap_maps import ShapMaps
from .validation.triple_collocation import TripleCollocation
from .validation.uncertainty_budget import UncertaintyBudget
from .validation.validate_stations import ValidateStations
from .validation.weather_correlation import WeatherCorrelation

ALGORITHMS = (
    CreateSampleRegion,
    CreateStudy,
    CheckStudy,
    ImportSmap,
    ImportModis,
    ImportEra5Land,
    ImportGrids,
    ImportSoilGrids,
    AlignRasters,
    InterpolateSeries,
    AccumulateSeries,
    KoppenClimate,
    FillCoarseDays,
    ImportIsmn,
    ImportAmeriflux,
    ImportUscrn,
    ImportStationTable,
    CheckStations,
    RescaleStations,
    TerrainAttributes,
    SpectralIndices,
    LandcoverFraction,
    SampleCoarse,
    SampleStations,
    SampleTable,
    SelectCovariates,
    CompareLearners,
    ExplainModel,
    CheckScaleTransfer,
    TrainBlend,
    Downscale,
    DownscaleSeries,
    PhysicalDownscaling,
    RunMethod,
    RepeatRun,
    ConserveCoarse,
    ValidateStations,
    CompareProducts,
    ScorePredictions,
    EncodeMaps,
    PeriodMeans,
    TripleCollocation,
    MergeProducts,
    PartialCorrelation,
    WeatherCorrelation,
    QuantileCorrelation,
    LandscapeAnalysis,
    ShapMaps,
    MapApplicability,
    UncertaintyBudget,
)
MODELS = Path(__file__).resolve().parents[1] / "resources" / "models"


class Overheard(QgsProcessingMultiStepFeedback):
    """Hands on what a model tells, and keeps the last error."""

    def __init__(self, feedback):
        super().__init__(1, feedback)
        self.error = ""

    def reportError(self, error, fatalError=False):
        self.error = error
        super().reportError(error, fatalError)


class ShippedModel(QgsProcessingModelAlgorithm):
    """A model that comes with the plugin; it can be opened and changed in the graphical modeler like any other.

    Parameters
    ----------
    path : Path
        Of the .model3 file, whose name is the name of the algorithm.
    """

    def __init__(self, path):
        super().__init__()
        self._path = path
        self.fromFile(str(path))
        self._take_labels()
        self._translate()

    def _take_labels(self):
        """Show choices as the steps do that take them; a file cannot say so, for the plugin's folder may be renamed."""
        self._by_steps = {}  # helps of choices, with their labels
        for child in self.childAlgorithms().values():
            for name, (source, *_) in child.parameterSources().items():
                asked, step = self.parameterDefinition(source.parameterName()), child.algorithm()
                if asked is not None:
                    asked.setMetadata(step.parameterDefinition(name).metadata())
                    if labels_of(asked):
                        self._by_steps[asked.name()] = step.parameterDefinition(name).help()

    def _translate(self):
        """Say what the file says in the language of QGIS; what choices are is told by the steps, with their labels."""
        for told in (*self.parameterDefinitions(), *self.outputDefinitions()):
            told.setDescription(tr(told.description()))
        for asked in self.parameterDefinitions():
            asked.setHelp(self._by_steps.get(asked.name()) or tr(asked.help()))
        words = {key: tr(text) for key, text in self.helpContent().items() if key not in self._by_steps}
        self.setHelpContent({**self.helpContent(), **words, **self._by_steps})

    def createInstance(self):
        model = ShippedModel(self._path)
        model.setProvider(self.provider())
        return model

    def canExecute(self):
        answers = [child.algorithm().canExecute() for child in self.childAlgorithms().values()]
        # else the last step would say what is missing, after all the others were done
        return next((answer for answer in answers if not answer[0]), (True, ""))

    def checkParameterValues(self, parameters, context):
        why = self._refusal(parameters, context)
        return (False, why) if why else super().checkParameterValues(parameters, context)

    def prepareAlgorithm(self, parameters, context, feedback):
        # as a step of another model it is asked nothing but this
        why = self._refusal(parameters, context)
        if why:
            raise QgsProcessingException(why)
        return super().prepareAlgorithm(parameters, context, feedback)

    def _refusal(self, parameters, context):
        """Return why it cannot run with these values, '' if it can."""
        ready, why = self.canExecute()
        why = why if not ready else wrong_value(self.parameterDefinitions(), parameters, context)
        if why:
            return why
        try:
            refuse_outputs(self, parameters, context)
        except SoilSharpError as error:
            return str(error)
        return ""

    def processAlgorithm(self, parameters, context, feedback):
        heard = Overheard(feedback)
        try:
            return super().processAlgorithm(parameters, context, heard)
        except QgsProcessingException as error:
            # QGIS names the step that failed, and leaves the reason to the log
            raise QgsProcessingException(". ".join(filter(None, (str(error), heard.error)))) from error

    def displayName(self):
        return {
            "downscale_and_validate": tr("Downscale and validate"),
            "maps_from_downloads": tr("Fine maps from downloads"),
        }[self.name()]

    def group(self):
        return group_label(self.groupId())

    def shortDescription(self):
        return self.helpContent().get("ALG_DESC", "")

    def tags(self):
        return [tr("soil moisture"), tr("downscaling"), "SoilSharp"]

    def icon(self):
        return QIcon(self.svgIconPath())

    def svgIconPath(self):
        return str(ICONS / f"{self.groupId()}.svg")

    def helpUrl(self):
        return help_url(self.groupId(), self.name())


class SoilSharpProvider(QgsProcessingProvider):
    """Gives QGIS the algorithms of SoilSharp."""

    def load(self):
        # before anything asks for a package; qgis_process comes here too
        Store(QgsApplication.qgisSettingsDirPath()).join()
        return super().load()

    def id(self):
        return "soilsharp"

    def name(self):
        return "SoilSharp"

    def longName(self):
        return tr("SoilSharp - fine soil moisture from coarse satellites")

    def icon(self):
        return QIcon(self.svgIconPath())

    def svgIconPath(self):
        return str(ICONS / "soilsharp.svg")

    def defaultRasterFileExtension(self):
        return "tif"

    def supportedOutputRasterLayerExtensions(self):
        return ["tif"]

    def defaultVectorFileExtension(self, hasGeometry=True):
        return "gpkg"

    def supportedOutputVectorLayerExtensions(self):
        return ["gpkg"]

    def loadAlgorithms(self):
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
        for learner in LEARNERS:
            self.addAlgorithm(TrainModel(learner))
        registry = QgsApplication.processingRegistry()
        if registry.providerById(self.id()) is not None:
            self._load_models()
        else:
            # a model looks its steps up in the registry, which learns of them only after this
            registry.providerAdded.connect(self._when_added)

    def _when_added(self, name):
        if name == self.id():
            QgsApplication.processingRegistry().providerAdded.disconnect(self._when_added)
            self.refreshAlgorithms()

    def _load_models(self):
        for path in sorted(MODELS.glob("*.model3")):
            self.addAlgorithm(ShippedModel(path))
