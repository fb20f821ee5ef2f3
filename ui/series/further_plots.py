# SPDX-License-Identifier: GPL-2.0-or-later
"""The further plots of the dock: what lies along a transect on a day, and maps against stations."""

from ...i18n import tr
from .figure import FigureWidget

KM = 1000.0


class ProfilePlot(FigureWidget):
    """Values along a line on one day: the fine map with its band, and the coarse value in steps."""

    def __init__(self, parent=None):
        super().__init__(tr("Plot along a transect"), parent)
        self.name, self.day, self.profile = "", "", {}

    def show_profile(self, name, day, profile):
        """Draw a profile, a dict of name to (metres, values)."""
        self.name, self.day, self.profile = name, day, profile
        self.redraw()

    def draw(self):
        theme, figure = self.theme, self.figure
        figure.clear()
        panel = figure.subplots()
        theme.lay_on(figure, [panel])
        if self.profile:
            if "coarse" in self.profile:
                metres, values = self.profile["coarse"]
                colour = theme.of("#b8652a")
                panel.step(metres / KM, values, where="mid", color=colour, linewidth=1.2, label=tr("Coarse product"))
            if "fine" in self.profile:
                self._draw_fine(panel, theme.of("#14507d"))
            panel.set_xlabel(tr("Distance along {} (km)").format(self.name))
            panel.set_ylabel(tr("Soil moisture (m³ m⁻³)"))
            panel.set_title(self.day, loc="right", fontsize=8, color=theme.text)
            theme.legend(figure, panel)
        else:
            panel.set(xticks=[], yticks=[])
            theme.say(panel, tr("Draw a transect in the map to see the profile along it."))
        self.leave_margins()
        self.canvas.draw_idle()

    def _draw_fine(self, panel, colour):
        metres, values = self.profile["fine"]
        if "sd" in self.profile and len(self.profile["sd"][1]) == len(values):
            sd = self.profile["sd"][1]
            panel.fill_between(metres / KM, values - sd, values + sd, color=colour, alpha=0.2, linewidth=0,
                               label=tr("± 1 SD"))  # fmt: skip
        panel.plot(metres / KM, values, color=colour, linewidth=1.5, label=tr("Fine map"))


class StationsPlot(FigureWidget):
    """Maps against what stations measured, a colour a place, with the scores of all that is shown."""

    def __init__(self, parent=None):
        super().__init__(tr("Plot of the fine map against stations"), parent)
        self.shown = []

    def show_places(self, shown):
        """Draw places, each a `Shown`."""
        self.shown = list(shown)
        self.redraw()

    def draw(self):
        theme, figure = self.theme, self.figure
        figure.clear()
        panel = figure.subplots()
        theme.lay_on(figure, [panel])
        pairs = [(one, *one.pairs()) for one in self.shown if "fine" in one.values and one.observed is not None]
        if any(len(observed) for _, observed, _ in pairs):
            self._draw_pairs(panel, pairs, theme)
            theme.legend(figure, panel)
        else:
            panel.set(xticks=[], yticks=[])
            theme.say(panel, tr("Pick a station, or a place with one in the same coarse cell."))
        self.leave_margins()
        self.canvas.draw_idle()

    def _draw_pairs(self, panel, pairs, theme):
        import numpy as np

        from ...core.scoring.metrics import scores

        for one, observed, fine in pairs:
            label = tr("Station {}").format(one.observed.station)
            panel.plot(observed, fine, ".", color=theme.of(one.colour), markersize=5, alpha=0.8, label=label)
        observed, fine = (np.concatenate([pair[at] for pair in pairs]) for at in (1, 2))
        low, high = min(observed.min(), fine.min()), max(observed.max(), fine.max())
        edge = max(0.02, 0.05 * (high - low))
        limits = low - edge, high + edge
        panel.plot(limits, limits, color=theme.text, linewidth=0.8, alpha=0.6, zorder=1)
        panel.set_xlim(limits)
        panel.set_ylim(limits)
        panel.set_aspect("equal", adjustable="box")
        panel.set_xlabel(tr("Station (m³ m⁻³)"))
        panel.set_ylabel(tr("Fine map (m³ m⁻³)"))
        found = scores(fine, observed)
        said = tr("n {:.0f}\nR {:.2f}\nubRMSE {:.3f} m³ m⁻³\nbias {:+.3f} m³ m⁻³").format(
            *(found[name] for name in ("n", "r", "ubrmse", "bias"))
        )
        panel.text(1.03, 0.97, said, transform=panel.transAxes, va="top", fontsize=8, color=theme.text)
