# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a map's standard deviation: model, inputs and coarse product, which add up as squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MODEL, INPUTS, COARSE_PRODUCT = "sd_model", "sd_inputs", "sd_coarse"
PARTS = (MODEL, INPUTS, COARSE_PRODUCT)


@dataclass(frozen=True)
class Parts:
    """Standard deviations of one window that are independent of each other, m3 m-3.

    Attributes
    ----------
    sd_model, sd_inputs, sd_coarse : ndarray, float32
        What is due to the model, to the errors of the covariates, and to the coarse product.
    """

    sd_model: np.ndarray
    sd_inputs: np.ndarray
    sd_coarse: np.ndarray

    @classmethod
    def of(cls, model: np.ndarray, inputs: np.ndarray | None, coarse: np.ndarray | None, whole: bool = False) -> Parts:
        """Return the parts that are given by standard deviations; None stands for one that is not known, and is 0.

        Parameters
        ----------
        model, inputs, coarse : ndarray or None
        whole : bool
            Whether the first holds the others already, as errors at stations do: then it is what they leave of it.
        """
        unknown = np.isnan(model)
        others = [np.zeros_like(model) if part is None else np.nan_to_num(part) for part in (inputs, coarse)]
        if whole:
            model = np.sqrt(np.maximum(model**2 - others[0] ** 2 - others[1] ** 2, 0))
        return cls(*(np.where(unknown, np.nan, part).astype(np.float32) for part in (model, *others)))

    @property
    def sd(self) -> np.ndarray:
        """All together, the root of the sum of squares, float32."""
        return np.sqrt(self.sd_model**2 + self.sd_inputs**2 + self.sd_coarse**2)
