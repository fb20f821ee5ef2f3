# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of one place that the dock shows."""

from dataclasses import dataclass, field

from ...i18n import tr

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

    def pairs(self):
        """Return what the station measured and the map tells on the days that both have, two arrays."""
        import numpy as np

        days, fine = self.values["fine"]
        one = self.observed
        at, there = np.intersect1d(one.days, days, return_indices=True)[1:]
        known = np.isfinite(one.values[at]) & np.isfinite(fine[there])
        return one.values[at][known], fine[there][known]

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


def rain_called(label):
    """Return what the rain of a study is called, with its unit, in the language of QGIS."""
    return label.replace("Rain", tr("Rain"), 1)


def told(shown, day, rain_label):
    """Return the values of places on a day, as "2023-05-01", a line of text for each."""
    import numpy as np

    at = np.datetime64(day, "D")
    return "\n".join(f"{day}  {one.name}: {_told_of(one, at, rain_label)}" for one in shown)


def _told_of(one, at, rain_label):
    said = []
    fine, sd, coarse, filled, rain = (one.on(name, at) for name in ("fine", "sd", "coarse", "filled", "rain"))
    if fine is not None:
        said.append(tr("fine {:.3f}").format(fine) + (f" ± {sd:.3f}" if sd is not None else ""))
        said[-1] += tr(" (filled)") if filled else ""
    if coarse is not None:
        said.append(tr("coarse {:.3f}").format(coarse))
    if one.measured(at) is not None:
        said.append(tr("station {:.3f}").format(one.measured(at)))
    words = ", ".join(said) + " m³ m⁻³" if said else tr("no value")
    return words + (f"; {rain_label} {rain:.1f}" if rain is not None else "")
