# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong, said so that a person knows what to do about it."""

from __future__ import annotations


class SoilSharpError(Exception):
    """A mistake in what was asked or given; the text says what is wrong and what to do."""


class InputError(SoilSharpError):
    """A file, table or folder does not hold what it should."""


class ImpossibleValues(InputError):
    """Values cannot be what they are said to be, as a fill that nobody declared."""


class OverwriteError(SoilSharpError):
    """A result would take the place of what a run reads, or of another result."""


class GridError(SoilSharpError):
    """Two grids do not fit, or a raster has no place on Earth."""


class OptionError(SoilSharpError):
    """A setting is unknown, of the wrong kind or outside its limits."""


class ModelFileError(SoilSharpError):
    """A model file is damaged, newer than this program, or not safe to open."""


class MissingPackage(SoilSharpError):
    """A package that this work needs cannot be imported."""


class Cancelled(Exception):
    """The caller asked to stop; not an error, and never caught inside core."""
