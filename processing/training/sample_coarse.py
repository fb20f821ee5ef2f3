# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of coarse cells."""

from ...core.samples.settings import CoarseSampling
from ...i18n import tr
from ..base import SoilSharpAlgorithm, numbers
from ..parameters import collect, file_in, file_out, options


class SampleCoarse(SoilSharpAlgorithm):
    NAME, GROUP = "sample_coarse", "training"
    TAGS = ("samples", "training data", "scale", "aggregate")
    NEEDS = (*SoilSharpAlgorithm.NEEDS, "scipy", "pandas")

    def title(self):
        return tr("Sample coarse cells")

    def summary(self):
        return tr(
            "Make the training table of the coarse product: for every coarse cell and day its soil moisture, and the "
            "covariates brought to the cell."
        )

    def parameters(self):
        return [
            file_in("STUDY", tr("Study"), tr("Study file with a coarse product and covariates."), filter="*.json"),
            *options(CoarseSampling),
            file_out("OUTPUT", tr("Samples"), tr("Table (CSV), one row a cell and day."), "*.csv"),
        ]

    def outputs(self):
        return numbers(N=tr("Number of samples"))

    def compute(self, values, progress):
        from ...core.samples.sampling import sample_coarse
        from ...core.study.study import Study

        samples = sample_coarse(Study.read(values["STUDY"]), collect(CoarseSampling, values), progress.part(0, 0.9))
        samples.write(values["OUTPUT"], progress.part(0.9, 1))
        return {"N": len(samples)}
