# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole method, from a study to maps and reports."""

from dataclasses import replace

from qgis.core import QgsProcessingOutputFile, QgsProcessingOutputFolder

from ...core.base.options import listed
from ...core.downscaling.settings import CONSISTENCY
from ...core.methods.settings import labels, shipped
from ...i18n import tr
from .. import judged
from ..base import SoilSharpAlgorithm, known, numbers
from ..parameters import choice, file_in, flag, folder_out, load_flag, number, text
from . import consistency

FIRST_TRY = "soilsharp"
AS_METHOD = "as_method"


class RunMethod(SoilSharpAlgorithm):
    NAME, GROUP = "run_method", "downscaling"
    TAGS = ("published", "paper", "workflow", "train", "maps", *shipped())
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas", "matplotlib", "jinja2")

    def title(self):
        return tr("Run method")

    def summary(self):
        return tr(
            "Run a whole method on a study: samples, training with its search and folds, fine maps, and the reports of "
            "the paper that it comes from. SoilSharp's own is there, five published ones, and plain ones; a copy of "
            "any can be changed and run."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file with all that the method needs."), filter="*.json"),
            choice("METHOD", tr("Method"), tr("One that comes with SoilSharp."), labels(), default=FIRST_TRY),
            file_in(
                "METHOD_FILE",
                tr("Method of your own"),
                tr("A method file (JSON), as a changed copy of method.json of a run; counts instead of the choice."),
                filter="*.json",
                optional=True,
            ),
            text(
                "ROLES",
                tr("Roles"),
                tr("Which covariate takes which role, as rain=tp_72h; lst=lst_day, where its name does not tell."),
                advanced=True,
            ),
            text(
                "LEAVE_OUT",
                tr("Leave out"),
                tr("Roles of the method to do without, with commas between them; the report says so."),
                advanced=True,
            ),
            choice(
                "CONSISTENCY",
                tr("Coarse consistency"),
                tr(
                    "How maps are brought to the coarse product. By default as the method says: automatic in "
                    "SoilSharp's own, off in the published ones. What each way does stands with the step Downscale "
                    "series."
                ),
                {AS_METHOD: tr("As the method has it"), **CONSISTENCY},
            ),
            flag(
                "COMPARE_MAPS",
                tr("Maps of every compared model"),
                tr(
                    "Whether the models that the method compares with its own also make maps, in maps_by_model/. Each "
                    "is trained and scored by the folds as the method's own, and takes about as long again."
                ),
                default=False,
                advanced=True,
            ),
            flag(
                "FULL",
                tr("Full settings"),
                tr(
                    "Whether to take the full settings of the paper where the method has cheaper ones: the search over "
                    "all 150 combinations of Li et al. 2022 in place of 20, the maps of every network of Poehls et al. "
                    "2025. About how long it takes is told before training begins."
                ),
                default=False,
                advanced=True,
            ),
            flag(
                "BAND",
                tr("Own uncertainty"),
                tr(
                    "Whether to map how far each pixel may be from the truth too, in m³ m⁻³, and what of it is due to "
                    "the model, to the errors of covariates and to the coarse product, for methods that know it."
                ),
                default=False,
                advanced=True,
            ),
            number(
                "ERROR_DRAWS",
                tr("Draws of the errors of inputs"),
                tr("With own uncertainty: how often each map is made again with its covariates disturbed; 0: never."),
                default=0,
                low=0,
                high=1000,
                kind=int,
                advanced=True,
            ),
            load_flag(),
            folder_out("OUTPUT", tr("Folder of results"), tr("Gets method.json, samples, model, maps and reports.")),
        ]

    def outputs(self):
        return [
            *numbers(
                DAYS=tr("Number of maps"),
                RMSE=tr("Root mean square error of the folds, m³ m⁻³"),
                R=tr("Correlation of the folds"),
                N=tr("Number of samples"),
            ),
            *consistency.outputs(),
            *judged.outputs(),
            QgsProcessingOutputFolder("MAPS", tr("Folder of fine maps, of the first depth if there are several")),
            QgsProcessingOutputFile("MODEL", tr("Model of these maps")),
            QgsProcessingOutputFile("REPORT", tr("Page that says what was done and what came of it")),
        ]

    def run_of(self, values, progress):
        """Return what came of the run that is asked for."""
        from ...core.methods.method import Method
        from ...core.methods.roles import parse_roles
        from ...core.methods.run import run_method
        from ...core.study.study import Study

        method = Method.read(values["METHOD_FILE"] or values["METHOD"])
        if values["FULL"]:
            method = method.in_full()
        if values["CONSISTENCY"] != AS_METHOD:
            method = method.with_consistency(values["CONSISTENCY"])
        if values["BAND"]:
            method = method.with_spread(values["ERROR_DRAWS"])
        self._study = Study.read(values["STUDY"])
        return run_method(
            self._study,
            replace(method, compare_maps=True) if values["COMPARE_MAPS"] else method,
            values["OUTPUT"],
            progress=progress,
            roles=parse_roles(values["ROLES"]),
            leave_out=listed(values["LEAVE_OUT"]),
        )

    def compute(self, values, progress):
        from ...core.scoring.standing import standing, standing_of
        from ...core.training.model_file import read_passport

        result = self.run_of(values, progress)
        self._maps = result.maps.maps
        first = result.folder / result.depths[0] if result.depths else result.folder
        model = first / "model.soilsharp"
        # a method that only interpolates has no model
        passport = read_passport(model) if model.exists() else {"fold_scores": None, "n_samples": 0}
        pooled = (passport["fold_scores"] or {}).get("pooled", {})
        nan = float("nan")
        return {
            "DAYS": len(self._maps),
            "RMSE": known(pooled.get("rmse") or nan),
            "R": known(pooled.get("r") or nan),
            "N": passport["n_samples"],
            **consistency.results(result.maps),
            **judged.results(standing_of(passport) if result.scores is None else standing(result.scores)),
            "MAPS": str(first / "maps"),
            "MODEL": str(model) if model.exists() else None,
            "REPORT": str(first / "run.html"),
        }

    def finish(self, values, results, context):
        if values["LOAD"]:
            consistency.load(context, self._maps, values["OUTPUT"], self._study)
        return results
