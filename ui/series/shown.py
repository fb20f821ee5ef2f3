# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of one place that the dock shows."""

from dataclasses import dataclass, field

MOST = 8  # places at a time: as many colours can be told apart
COLOURS = ("#14507d", "#c25b1f", "#2a9d6f", "#8a4fae", "#c23b5a", "#7a8b16", "#3f8fd2", "#5b6770")


@dataclass
class Shown:
    """A place, what was read of it so far, and how it is drawn.

    Attributes
    ----------
    place : Place
        Of core.rasters.places.
    number : int
        Of its colour.
    values : dict of str to (days, values)
        By the names of core.methods.explored; days are datetime64[D], values float32 with NaN for gaps.
    observed : Observed or None
    marks : list
        What marks it in the map.
    """

    place: object
    number: int = 0
    values: dict = field(default_factory=dict)
    observed: object = None
    marks: list = field(default_factory=list)

    @property
    def name(self):
        return self.place.name

    @property
    def colour(self):
        return COLOURS[self.number % len(COLOURS)]

    def on(self, name, day):
        """Return the value of a quantity on a day, None where there is none."""
        days, values = self.values.get(name, ((), ()))
        found = [value for own, value in _at(days, values, day) if value == value]
        return float(found[0]) if found else None

    def measured(self, day):
        """Return what the station measured on a day, None where there is none."""
        one = self.observed
        found = [value for own, value in _at(one.days, one.values, day) if value == value] if one else []
        return float(found[0]) if found else None


def _at(days, values, day):
    """Return the day and its value in a list, empty if there is no such day."""
    if not len(days):
        return []
    at = int(days.searchsorted(day))
    return [(day, values[at])] if at < len(days) and days[at] == day else []
