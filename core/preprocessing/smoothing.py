# SPDX-License-Identifier: GPL-2.0-or-later
"""Smooth daily curves through dated rasters, for all pixels at once."""

from __future__ import annotations

import numpy as np
from scipy.signal import savgol_filter

from ..base.progress import SILENT, Progress
from ..rasters.series import ages, apply_rule
from ..rasters.settings import Rule

PIXELS = 4096  # smoothed at a time: their columns stay in the processor's cache
FOREVER = 3660


def smooth(options, times: np.ndarray, stack: np.ndarray, days: np.ndarray, progress: Progress = SILENT) -> np.ndarray:
    """Return the smoothed values of the days.

    Parameters
    ----------
    options : InterpolateOptions
    times : ndarray of datetime64[D], shape (n,)
        In rising order.
    stack : ndarray, shape (n, ...), float32
        NaN where unknown.
    days : ndarray of datetime64[D], shape (d,)
        In rising order, none left out.

    Returns
    -------
    ndarray, shape (d, ...), float32
        NaN where no observation lies within the longest gap.
    """
    flat = stack.reshape(len(stack), -1)
    out = np.empty((len(days), flat.shape[1]), np.float32)
    rule = Rule(rule="nearest", longest_gap_days=options.longest_gap_days)
    for start in range(0, flat.shape[1], PIXELS):
        progress.check()
        part = flat[:, start : start + PIXELS]
        if options.method == "whittaker":
            values = whittaker(times, part, days, options.smoothness)
        else:
            values = savitzky_golay(times, part, days, options.window_days, options.degree)
        near = np.isfinite(ages(rule, times, np.isfinite(part), days))
        out[:, start : start + PIXELS] = np.where(near, values, np.nan)
    return out.reshape(len(days), *stack.shape[1:])


def savitzky_golay(times: np.ndarray, stack: np.ndarray, days: np.ndarray, window: int, degree: int) -> np.ndarray:
    """Return the values of days from a polynomial fitted in a moving window on linearly interpolated days.

    Parameters
    ----------
    times, stack, days
        As in `smooth`, the stack of shape (n, pixels).
    window : int
        Days; an even number is made odd.
    degree : int

    References
    ----------
    Savitzky, A. & Golay, M. (1964): Smoothing and differentiation of data by simplified least squares procedures.
    """
    half = window // 2
    around = np.arange(days[0] - half, days[-1] + half + 1)
    daily = apply_rule(Rule(rule="linear", longest_gap_days=FOREVER), times, stack, around)
    # the ends are cut off again; the default fits them, and refuses unknown pixels from SciPy 1.18 on
    return savgol_filter(daily, 2 * half + 1, degree, axis=0, mode="nearest")[half : half + len(days)]


def whittaker(times: np.ndarray, stack: np.ndarray, days: np.ndarray, smoothness: float) -> np.ndarray:
    """Return the values of days on the curve z with the least sum w (y - z)^2 + lambda sum (second difference of z)^2.

    The system (W + lambda D'D) z = W y has five diagonals; it is solved by LDL' factors for all pixels side by side.
    W is 1 on days with an observation and 0 on all others.

    Parameters
    ----------
    times, stack, days
        As in `smooth`, the stack of shape (n, pixels).
    smoothness : float
        Lambda.

    Returns
    -------
    ndarray, shape (d, pixels), float64
        NaN where a pixel has no observation at all; constant where it has one.

    References
    ----------
    Eilers, P. H. C. (2003): A perfect smoother. Analytical Chemistry 75, 3631-3636.
    """
    start = min(times[0], days[0])
    length = int((max(times[-1], days[-1]) - start).astype(int)) + 1
    at = (times - start).astype(int)
    known = np.isfinite(stack)
    z = np.zeros((max(length, 3), stack.shape[1]))
    z[at] = np.where(known, stack, 0)
    alike = bool((known == known[:, :1]).all())  # then all pixels share one factorisation
    weights = np.zeros((len(z), 1 if alike else stack.shape[1]))
    weights[at] = known[:, :1] if alike else known
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # pixels that are seen less than twice
        _solve(weights, z, smoothness)
    count = known.sum(0)
    once = np.where(known, stack, 0).sum(0)
    z[:, count == 1] = once[count == 1]
    z[:, count == 0] = np.nan
    first = int((days[0] - start).astype(int))
    return z[first : first + len(days)]


def _solve(weights: np.ndarray, z: np.ndarray, smoothness: float) -> None:
    """Turn z, shape (n, pixels), from the right side W y into the solution, in place; the weights become the pivots."""
    n = len(z)
    main = np.full(n, 6.0)
    main[[0, -1]], main[[1, -2]] = 1.0, 5.0
    if n == 3:
        main[1] = 4.0
    beside = np.full(n - 1, -4.0)
    beside[[0, -1]] = -2.0
    pivot = weights  # its place is taken row by row
    pivot += smoothness * main[:, None]
    lower = np.empty_like(pivot)  # first sub-diagonal of L; the second is smoothness / pivot
    for i in range(n):
        if i > 1:
            far = smoothness / pivot[i - 2]
            pivot[i] -= smoothness * far
            z[i] -= far * z[i - 2]
        if i > 0:
            before = lower[i - 1]
            pivot[i] -= before * before * pivot[i - 1]
            z[i] -= before * z[i - 1]
        if i < n - 1:
            lower[i] = smoothness * beside[i]
            if i > 0:
                lower[i] -= smoothness * lower[i - 1]  # d(i-1) l(i-1) e(i-1), with e = smoothness / d
            lower[i] /= pivot[i]
    for i in range(n - 1, -1, -1):
        z[i] /= pivot[i]
        if i < n - 1:
            z[i] -= lower[i] * z[i + 1]
        if i < n - 2:
            z[i] -= smoothness / pivot[i] * z[i + 2]
