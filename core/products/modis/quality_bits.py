# SPDX-License-Identifier: GPL-2.0-or-later
"""Quality layers of MODIS and VIIRS: which bits mean what, and which values of them are kept how strictly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..settings import ModisOptions

NO = (0,)  # of a yes or no


@dataclass(frozen=True)
class BitField:
    """Bits of a quality layer.

    Attributes
    ----------
    name : str
    first, count : int
        The lowest bit, 0 being the least significant, and how many there are.
    best, good : tuple of int, optional
        The values that are kept; None: this field does not matter.
    error : dict, optional
        Instead of these the values that are kept where the error is to be at most so many K; best is 1 K.
    """

    name: str
    first: int
    count: int
    best: tuple[int, ...] | None = None
    good: tuple[int, ...] | None = None
    error: dict[int, tuple[int, ...]] | None = None

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return the field of a layer of integers."""
        return (values >> np.array(self.first, values.dtype)) & np.array((1 << self.count) - 1, values.dtype)

    def kept(self, strictness: str, error_k: int) -> tuple[int, ...] | None:
        """Return the values that are kept; None where all are."""
        if self.error is not None:
            return self.error[1 if strictness == "best" else error_k]
        return self.best if strictness == "best" else self.good


@dataclass(frozen=True)
class Check:
    """One quality layer of a product.

    Attributes
    ----------
    name : str
        What the product calls it.
    pattern : str
        Of its name in files, as `slug` gives it.
    fields : tuple of BitField
        All must hold.
    trusted : BitField, optional
        Where it is 0 the others need not be looked at: so the product says.
    """

    name: str
    pattern: str
    fields: tuple[BitField, ...]
    trusted: BitField | None = None

    def keeps(self, values: np.ndarray, strictness: str, error_k: int = ModisOptions.lst_error_k) -> np.ndarray:
        """Return where the layer lets values pass, shape of the layer.

        Parameters
        ----------
        values : ndarray of integers
            The quality layer as it is stored.
        strictness : str
            "best" or "good".
        error_k : int
            Largest error of land surface temperature with "good", K.
        """
        # signed layers (pixel reliability, -1 is fill) keep their bits
        values = values.view(f"u{values.dtype.itemsize}") if values.dtype.kind == "i" else values
        every = 1 << 8 * values.dtype.itemsize
        if values.size > every:  # decide once for every number that can occur
            return self._decide(np.arange(every).astype(values.dtype), strictness, error_k)[values]
        return self._decide(values, strictness, error_k)

    def _decide(self, values: np.ndarray, strictness: str, error_k: int) -> np.ndarray:
        ok = np.ones(values.shape, bool)
        for field in self.fields:
            kept = field.kept(strictness, error_k)
            if kept is not None:
                table = np.zeros(1 << field.count, bool)
                table[list(kept)] = True
                ok &= table[field.of(values)]
        if self.trusted is not None:
            ok |= self.trusted.of(values) == 0
        return ok


# --- land surface temperature -----------------------------------------------------------------------------------------

_MANDATORY = BitField("mandatory QA", 0, 2, best=(0,), good=(0, 1))


def lst_11(name: str, pattern: str) -> Check:
    """Return the check of MOD11: the error grows with the value; a mandatory flag of 0 says that all is well."""
    fields = (
        _MANDATORY,
        BitField("data quality", 2, 2, best=None, good=(0,)),
        BitField("emissivity error", 4, 2),
        BitField("LST error", 6, 2, error={1: (0,), 2: (0, 1), 3: (0, 1, 2)}),
    )
    return Check(name, pattern, fields, trusted=_MANDATORY)


def lst_21_daily(name: str, pattern: str) -> Check:
    """Return the check of the daily MOD21 and VNP21, 16 bits; the error falls with the value."""
    fields = (
        _MANDATORY,
        BitField("data quality", 2, 2, best=(0,), good=(0, 2)),
        BitField("cloud", 4, 2, best=(0,), good=(0, 2)),
        BitField("emissivity accuracy", 12, 2),
        BitField("LST accuracy", 14, 2, error={1: (3,), 2: (1, 2, 3), 3: (0, 1, 2, 3)}),
    )
    return Check(name, pattern, fields)


def lst_21_composite(name: str, pattern: str) -> Check:
    """Return the check of the 8-day MOD21A2 and VNP21A2, 8 bits; the error falls with the value."""
    fields = (
        _MANDATORY,
        BitField("data quality", 2, 2, best=(0,), good=(0, 2)),
        BitField("emissivity accuracy", 4, 2),
        BitField("LST accuracy", 6, 2, error={1: (3,), 2: (1, 2, 3), 3: (0, 1, 2, 3)}),
    )
    return Check(name, pattern, fields)


# --- vegetation -------------------------------------------------------------------------------------------------------

VI_QUALITY = Check(
    "VI Quality",
    r"vi_(quality|qa)$",
    (
        BitField("MODLAND QA", 0, 2, best=(0,), good=(0, 1)),
        BitField("usefulness", 2, 4, best=tuple(range(4)), good=tuple(range(8))),
        BitField("aerosol", 6, 2, best=(0, 1, 2)),
        BitField("adjacent cloud", 8, 1, best=NO),
        BitField("mixed clouds", 10, 1, best=NO, good=NO),
        BitField("snow or ice", 14, 1, best=NO, good=NO),
        BitField("shadow", 15, 1, best=NO),
    ),
)
MODIS_RELIABILITY = Check(
    "pixel reliability", r"(pixel_reliability|(^|_)rely)$", (BitField("reliability", 0, 8, best=(0,), good=(0, 1)),)
)
VIIRS_RELIABILITY = Check(
    "pixel reliability",
    r"(pixel_reliability|(^|_)rely)$",
    (BitField("reliability", 0, 8, best=(0, 1), good=(0, 1, 2, 3)),),
)

MODIS_LAI = Check(
    "FparLai_QC",
    r"fparlai_qc$",
    (
        BitField("MODLAND QC", 0, 1),
        BitField("dead detector", 2, 1, best=NO),
        BitField("cloud state", 3, 2, best=(0,), good=(0, 3)),
        BitField("algorithm", 5, 3, best=(0,), good=(0, 1)),
    ),
)
MODIS_LAI_EXTRA = Check(
    "FparExtra_QC",
    r"fparextra_qc$",
    (
        BitField("snow or ice", 2, 1, best=NO, good=NO),
        BitField("aerosol", 3, 1, best=NO),
        BitField("cirrus", 4, 1, best=NO),
        BitField("internal cloud mask", 5, 1, best=NO, good=NO),
        BitField("cloud shadow", 6, 1, best=NO),
    ),
)
VIIRS_LAI = Check(
    "FparLai_QC",
    r"fparlai_qc$",
    (
        BitField("algorithm", 0, 3, best=(0,), good=(0, 1)),
        BitField("dead detector", 3, 1, best=NO),
    ),
)
VIIRS_LAI_EXTRA = Check(
    "FparExtra_QC",
    r"fparextra_qc$",
    (
        BitField("cloud", 0, 2, best=(0,), good=(0, 1)),
        BitField("cloud shadow", 2, 1, best=NO),
        BitField("cirrus", 3, 1, best=NO),
        BitField("snow or ice", 6, 1, best=NO, good=NO),
    ),
)
# a copy of the quality of the LAI that went in: it does not tell how good the evapotranspiration is
ET = Check(
    "ET_QC_500m",
    r"et_qc(_500m)?$",
    (
        BitField("cloud state", 3, 2, best=(0, 3), good=(0, 2, 3)),
        BitField("algorithm", 5, 3, best=(0, 1), good=(0, 1, 2, 3)),
    ),
)

# --- reflectance and albedo -------------------------------------------------------------------------------------------

STATE = Check(
    "state of clouds, shadow and snow (sur_refl_state, state_1km)",
    r"sur_refl_state_(500m|250m)$|state_1km(_1)?$",
    (
        BitField("cloud state", 0, 2, best=(0,), good=(0, 3)),
        BitField("cloud shadow", 2, 1, best=NO, good=NO),
        BitField("aerosol", 6, 2, best=(0, 1, 2)),
        BitField("cirrus", 8, 2, best=(0,), good=(0, 1, 2)),
        BitField("internal cloud", 10, 1, best=NO, good=NO),
        BitField("snow or ice", 12, 1, best=NO, good=NO),
        BitField("adjacent cloud", 13, 1, best=NO),
        BitField("internal snow", 15, 1, best=NO, good=NO),
    ),
)
_BAND_BEST, _BAND_GOOD = (0,), (0, 8)  # 8: of a dead detector, interpolated


def band_500m(band: int) -> Check:
    """Return the check of one band in the 32 bits of quality at 500 m."""
    fields = (
        BitField("MODLAND QA", 0, 2, best=(0, 1), good=(0, 1)),
        BitField(f"band {band}", 2 + 4 * (band - 1), 4, best=_BAND_BEST, good=_BAND_GOOD),
    )
    return Check("QC_500m", r"(sur_refl_)?qc_500m(_1)?$", fields)


def band_250m(band: int) -> Check:
    """Return the check of band 1 or 2 in the 16 bits of quality at 250 m."""
    fields = (
        BitField("MODLAND QA", 0, 2, best=(0, 1), good=(0, 1)),
        BitField("cloud state", 2, 2, best=(0,), good=(0, 3)),  # spare, thus 0, in daily files
        BitField(f"band {band}", 4 + 4 * (band - 1), 4, best=_BAND_BEST, good=_BAND_GOOD),
    )
    return Check("QC_250m", r"(sur_refl_)?qc_250m(_1)?$", fields)


ALBEDO = Check(
    "BRDF_Albedo_Band_Mandatory_Quality_shortwave",
    r"brdf_albedo_band_mandatory_quality_shortwave$",
    (BitField("inversion", 0, 8, best=(0,), good=(0, 1)),),
)
