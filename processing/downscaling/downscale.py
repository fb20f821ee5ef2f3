# SPDX-License-Identifier: GPL-2.0-or-later
"""The fine map of one date."""

from qgis.core import QgsProcessingException

from ...core.downscaling.settings import ConsistencyOptions
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, model_in, raster, raster_out, rasters, text
from . import consistency


class Downscale(SoilSharpAlgorithm):
    NAME, GROUP = "downscale", "downscaling"
    TAGS = ("predict", "map", "fine resolution", "disaggregation")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")
    STYLE = {  # noqa: RUF012
        "OUTPUT": consistency.STYLES["path"],
        "SD": consistency.STYLES["sd"],
        "FILLED": consistency.STYLES["filled"],
        **{name.upper(): consistency.STYLES[name] for name in ("sd_model", "sd_inputs", "sd_coarse")},
    }

    def title(self):
        return tr("Downscale one date")

    def summary(self):
        return tr(
            "Make the fine map of one date from one raster per covariate. The rasters are matched with the model by "
            "name, aligned on the fly to the finest of them, and may have any reference system."
        )

    def parameters(self):
        return [
            rasters(
                "COVARIATES",
                tr("Covariates"),
                tr(
                    "One raster for each covariate of the model, called as the covariate; a date at the end of the "
                    "name does not matter."
                ),
            ),
            raster(
                "COARSE",
                tr("Coarse soil moisture"),
                tr("In m³ m⁻³. Needed to keep the coarse means, and by models that learned from it."),
                optional=True,
            ),
            model_in(),
            text(
                "DATE",
                tr("Date"),
                tr("Day of the map, as 2023-06-01; empty: that of the coarse raster."),
                asks="day",
            ),
            # the band and its parts are written where a place for them is given
            *(parameter for parameter in consistency.parameters() if parameter.name not in ("BAND", "PARTS")),
            text(
                "ERRORS",
                tr("Errors of covariates"),
                tr(
                    "Standard deviation of the error of each covariate in its unit, as ndvi=0.025; lst=1.5. They count "
                    "in the standard deviation of the map as often as they are drawn."
                ),
                advanced=True,
            ),
            raster_out(
                "OUTPUT", tr("Fine soil moisture"), tr("GeoTIFF in m³ m⁻³; empty where a covariate is unknown.")
            ),
            raster_out(
                "SD",
                tr("Standard deviation"),
                tr(
                    "GeoTIFF in m³ m⁻³: 1.645 of it to both sides hold 90 % of the truth. Of kriged maps, and of "
                    "models that know their own."
                ),
                optional=True,
            ),
            raster_out(
                "FILLED",
                tr("Filled pixels"),
                tr(
                    "GeoTIFF: 0 where the coarse cell was seen, 1 where values come from other cells, 2 from other "
                    "days. Only of kriged maps."
                ),
                optional=True,
            ),
            *(
                raster_out(
                    name.upper(),
                    title,
                    tr("GeoTIFF in m³ m⁻³: one of three parts whose squares add up to that of the standard deviation."),
                    optional=True,
                )
                for name, title in consistency.parts().items()
            ),
        ]

    def outputs(self):
        return [
            *numbers(
                MEAN=tr("Mean soil moisture of the map, m³ m⁻³"),
                VALID_PIXELS=tr("Pixels with a value"),
            ),
            *consistency.outputs(),
        ]

    def compute(self, values, progress):
        from ...core.downscaling.downscale import downscale_layers
        from ...core.downscaling.input_errors import parse_errors
        from ...core.rasters.dates import day_of, parse_day
        from ...core.training.model import Model

        model = Model.read(values["MODEL"])
        day = parse_day(values["DATE"]) if values["DATE"] else None
        if day is None and values["COARSE"]:
            day = day_of(values["COARSE"])
        parts = {name: values[name.upper()] for name in consistency.parts()}
        facts = downscale_layers(
            _by_name(values["COVARIATES"], model),
            model,
            values["OUTPUT"],
            coarse=values["COARSE"],
            day=day,
            sd=values["SD"],
            filled=values["FILLED"],
            parts=parts,
            errors=parse_errors(values["ERRORS"]),
            options=collect(ConsistencyOptions, {**values, "BAND": bool(values["SD"]), "PARTS": False}),
            progress=progress,
        )
        return {
            "MEAN": facts.maps[0].mean,
            "VALID_PIXELS": facts.maps[0].valid,
            **consistency.results(facts),
        }


def _by_name(rasters, model):
    """Return the rasters by the name of their covariate: dated files are called as ndvi_20230601."""
    from ...core.rasters.dates import without_day

    found = {}
    for name, path in rasters.items():
        key = name if name in model.names else without_day(name)
        if found.setdefault(key, path) != path:
            raise QgsProcessingException(tr("Two rasters are for '{}'; give the one of the date.").format(key))
    return found
