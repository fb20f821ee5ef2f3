# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of stations."""

from ...core.samples.settings import StationSampling
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, options


class SampleStations(SoilSharpAlgorithm):
    NAME, GROUP = "sample_stations", "training"
    TAGS = ("samples", "training data", "in situ", "ISMN")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Sample stations")

    def summary(self):
        return tr(
            "Make the training table of the stations: for every station and day the measured soil moisture, and the "
            "covariates at the station's pixel. The coarse product is one of the covariates, if the study has one."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file with stations and covariates."), filter="*.json"),
            *options(StationSampling),
            file_in(
                "STATION_ERRORS",
                tr("Errors of the stations"),
                tr(
                    "Table (CSV) with station and error_sd, m³ m⁻³, as Triple collocation writes it: stations that are "
                    "less wrong then count for more in training. Empty: all count alike."
                ),
                filter="*.csv",
                optional=True,
            ),
            file_out("OUTPUT", tr("Samples"), tr("Table (CSV), one row a station and day."), "*.csv"),
        ]

    def outputs(self):
        return numbers(N=tr("Number of samples"))

    def compute(self, values, progress):
        from ...core.samples.sampling import sample_stations
        from ...core.samples.station_errors import read_errors, weighted_by_errors
        from ...core.study.study import Study

        # before the work: a table that is none is told at once
        errors = read_errors(values["STATION_ERRORS"]) if values["STATION_ERRORS"] else None
        samples = sample_stations(Study.read(values["STUDY"]), collect(StationSampling, values), progress.part(0, 0.9))
        if errors is not None:
            samples = weighted_by_errors(samples, errors)
        samples.write(values["OUTPUT"], progress.part(0.9, 1))
        return {"N": len(samples)}
