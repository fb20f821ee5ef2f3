# SPDX-License-Identifier: GPL-2.0-or-later
"""The plot of the days: lines of places with their band, stations, rain below, and two lines that move over them."""

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal

from ...i18n import tr
from .figure import FigureWidget

RAIN_COLOUR = "#5b9bd5"
RAIN_WIDTH = 0.9  # days
LOW = 230  # pixels: of a plot whose labels would run into each other
LONGEST_GAP = 3  # usual steps: what lies further apart is not joined by a line
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -30, Qt.Key.Key_PageDown: 30}


class DaysPlot(FigureWidget):
    """Values of places through the days.

    Signals: `day_chosen(day)` when a person moves the line of the day, and `looked_at(day)` when the pointer is over a
    day or, with '', has left; days as "2023-05-01". While `spanning` a drag chooses days instead: `span_chosen(first,
    last)`.
    """

    day_chosen = pyqtSignal(str)
    looked_at = pyqtSignal(str)
    span_chosen = pyqtSignal(str, str)

    def __init__(self, parent=None):
        self._both, self._panels, self.rain_label = [], [], ""  # the panel of rain too, and those that are seen
        super().__init__(tr("Plot of the days; arrow keys move the day"), parent)
        self.shown, self.days, self.day = [], (), ""
        self._laid, self._background = None, None  # the theme of the panels, the picture without what moves
        self._movers, self._pointers = [], []
        self._dragging, self._looked = False, ""
        self.spanning, self._from, self._span = False, "", None  # the day where a drag over days began, and its band
        for name, slot in (
            ("draw_event", self._drawn), ("motion_notify_event", self._move), ("button_press_event", self._press),
            ("button_release_event", self._release), ("figure_leave_event", self._leave),
            ("scroll_event", self._zoom),
        ):  # fmt: skip
            self.canvas.mpl_connect(name, slot)
        self.canvas.installEventFilter(self)
        self.draw()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def show_places(self, shown, days, rain_label=""):
        """Draw places, each a `Shown`; `days` are all that the lines can stand at, datetime64[D]."""
        self.shown, self.days, self.rain_label = list(shown), days, rain_label
        self.redraw()

    def draw(self):
        theme, figure = self.theme, self.figure
        rain = next((one for one in reversed(self.shown) if "rain" in one.values), None)
        self._lay_out(theme, rain is not None)
        above = self._panels[0]
        several = len(self.shown) > 1
        for one in self.shown:
            _draw_place(above, one, theme, several)
        if several:
            _explain(above, self.shown, theme)
        if rain is not None:
            _draw_rain(self._panels[1], *rain.values["rain"])
        seen = bool(self.shown and len(self.days))
        for axis in (above.xaxis, above.yaxis):
            axis.set_visible(seen)
        if seen:
            above.set_xlim(*self._limits())
        else:
            theme.say(above, tr("Click into the map to see the days of a pixel."))
        theme.legend(figure, above)
        self._place(self._movers, self.day)
        self._place(self._pointers, self._looked)
        self.leave_margins()
        self.canvas.draw_idle()

    def _lay_out(self, theme, rains):
        """Make the panels ready: anew only where the colours have changed, for that takes longer than to draw lines."""
        if theme != self._laid:
            self._make_panels(theme)
        own = {*self._movers, *self._pointers}
        for panel in self._both:
            for artist in [*panel.lines, *panel.collections, *panel.texts]:
                if artist not in own:
                    artist.remove()
            panel.relim()
        for legend in list(self.figure.legends):
            legend.remove()
        above, below = self._both
        below.set_visible(rains)
        above.set_subplotspec(self._grid[0] if rains else self._grid[:])
        above.tick_params(labelbottom=not rains)
        above.xaxis.get_offset_text().set_visible(not rains)
        self._panels, self._background = self._both[: 2 if rains else 1], None

    def _make_panels(self, theme):
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        self.figure.clear()
        self._laid, self._grid = theme, self.figure.add_gridspec(2, 1, height_ratios=[3.2, 1])
        above = self.figure.add_subplot(self._grid[0])
        self._both = [above, self.figure.add_subplot(self._grid[1], sharex=above)]
        theme.lay_on(self.figure, self._both)
        locator = AutoDateLocator(minticks=3, maxticks=9)
        above.xaxis.set_major_locator(locator)
        above.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        self._both[1].locator_params(axis="y", nbins=2)
        self._add_movers(theme)

    def leave_margins(self):
        """Also shorten the labels of a low plot to their units."""
        super().leave_margins()
        low = self.canvas.height() < LOW
        labels = tr("Soil moisture (m³ m⁻³)"), self.rain_label
        for panel, label in zip(self._panels, labels):
            unit = label.rpartition("(")[2].rstrip(")")
            panel.set_ylabel(unit if low else label)

    def _add_movers(self, theme):
        """Add what moves over the plot and is not part of the picture that is kept."""
        self._movers, self._pointers = [], []
        for panel in self._both:
            day = panel.axvline(0, color=theme.of("#c23b5a"), linewidth=1.4, animated=True, visible=False)
            pointer = panel.axvline(0, color=theme.text, linewidth=0.7, alpha=0.6, animated=True, visible=False)
            self._movers.append(day)
            self._pointers.append(pointer)

    def _place(self, lines, day):
        for line in lines:
            line.set_visible(bool(day and self.shown))
            if day:
                line.set_xdata([_number(day)] * 2)

    def _drawn(self, event):
        """Keep the picture as it is without what moves."""
        self._background = self.canvas.copy_from_bbox(self.figure.bbox)
        self._draw_movers()

    def _draw_movers(self):
        for panel, *lines in zip(self._panels, self._movers, self._pointers):
            for line in lines:
                panel.draw_artist(line)

    def _blit(self):
        if self._background is None:
            return
        self.canvas.restore_region(self._background)
        self._draw_movers()
        self.canvas.blit(self.figure.bbox)

    # --- moving -------------------------------------------------------------------------------------------------------

    def show_day(self, day):
        """Move the line of the day, as "2023-05-01", and say nothing of it."""
        self.day = day
        self._place(self._movers, day)
        self._blit()

    def choose_day(self, day):
        """Move the line of the day as a person does."""
        if day and day != self.day:
            self.show_day(day)
            self.day_chosen.emit(day)

    def _day_at(self, event):
        """Return the day under the pointer, '' if there is none."""
        if event.inaxes is None or not self.shown or not len(self.days):
            return ""
        return self._nearest(event.xdata)

    def _nearest(self, number):
        return str(self.days[abs(self._numbers() - number).argmin()])

    def _numbers(self):
        """Return where the days stand on the axis."""
        from matplotlib.dates import date2num

        return date2num(self.days)

    def _limits(self):
        return self._numbers()[0] - 1, self._numbers()[-1] + 1

    def _move(self, event):
        day = self._day_at(event)
        if day == self._looked:
            return
        self._looked = day
        if self._from and day:
            self._show_span(day)
        self._place(self._pointers, day)
        if self._dragging and day:
            self.day = day
            self._place(self._movers, day)
        self._blit()
        self.looked_at.emit(day)
        if self._dragging and day:
            self.day_chosen.emit(day)

    def _press(self, event):
        self.canvas.setFocus()
        if event.dblclick:
            self._show_all()
        elif event.button == 1 and self.spanning:
            self._from = self._day_at(event)
        elif event.button == 1:
            self._dragging = True
            self.choose_day(self._day_at(event))

    def _release(self, event):
        self._dragging = False
        first, self._from = self._from, ""
        if first:
            self._show_span("")
            self.span_chosen.emit(*sorted((first, self._day_at(event) or self._looked or first)))

    def _show_span(self, day):
        """Show the days from where a drag began to here, or none any more with ''."""
        if self._span is not None:
            self._span.remove()
            self._span = None
        if day:
            left, right = sorted((_number(self._from), _number(day)))
            self._span = self._panels[0].axvspan(left - 0.5, right + 0.5, color="#c23b5a", alpha=0.18, linewidth=0)
        self.canvas.draw_idle()

    def _leave(self, event):
        self._looked = ""
        self._place(self._pointers, "")
        self._blit()
        self.looked_at.emit("")

    def _zoom(self, event):
        """Show fewer or more days around the pointer."""
        if event.inaxes is None or not len(self.days):
            return
        factor = 0.7 if event.button == "up" else 1 / 0.7
        left, right = (event.xdata + (edge - event.xdata) * factor for edge in self._panels[0].get_xlim())
        first, last = self._limits()
        self._panels[0].set_xlim(max(left, first), min(right, last))
        self.canvas.draw_idle()

    def _show_all(self):
        if len(self.days):
            self._panels[0].set_xlim(*self._limits())
            self.canvas.draw_idle()

    def eventFilter(self, watched, event):
        """Let the arrow keys, Home and End move the day."""
        if event.type() == QEvent.Type.KeyPress and self.shown and len(self.days):
            key, at = event.key(), self.days.searchsorted(self.days.dtype.type(self.day or self.days[0], "D"))
            last = len(self.days) - 1
            to = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(key, at + STEPS[key] if key in STEPS else None)
            if to is not None:
                self.choose_day(str(self.days[min(max(int(to), 0), last)]))
                self.looked_at.emit(self.day)
                return True
        return super().eventFilter(watched, event)


def _draw_place(panel, one, theme, several):
    """Draw one place: its map with the band, the coarse value in steps, the station as dots."""
    colour = theme.of(one.colour)
    if "fine" in one.values:
        days, values = one.values["fine"]
        joined = with_breaks(days)
        if "sd" in one.values:
            sd = _on(days, *one.values["sd"])
            low, high = (_spread(edge, joined) for edge in (values - sd, values + sd))
            label = None if several else tr("± 1 SD")
            panel.fill_between(joined[0], low, high, color=colour, alpha=0.2, linewidth=0, label=label, zorder=1.5)
        label = one.name if several else tr("Fine map")
        panel.plot(joined[0], _spread(values, joined), color=colour, linewidth=1.5, label=label, zorder=2.5)
        _dash_alone(panel, days, values, colour)
        if "filled" in one.values and not several:
            seen = _on(days, *one.values["filled"]) == 0
            label = tr("Seen that day")
            panel.plot(days[seen], values[seen], "o", color=colour, markersize=3.2, label=label, zorder=2.6)
    if "coarse" in one.values:
        days, values = one.values["coarse"]
        joined = with_breaks(days)
        first = "fine" not in one.values
        label = (one.name if first else None) if several else tr("Coarse product")
        own = colour if several else theme.of("#b8652a")
        panel.plot(
            joined[0], _spread(values, joined), color=own, linewidth=1, linestyle="--", marker="s", markersize=2.5,
            alpha=0.85, label=label, zorder=2,
        )  # fmt: skip
    if one.observed is not None:
        own = colour if several else theme.text
        away = "" if one.observed.metres < 1 else tr(", {:.1f} km").format(one.observed.metres / 1000)
        label = None if several else tr("Station {}").format(one.observed.station) + away
        panel.plot(one.observed.days, one.observed.values, ".", color=own, markersize=5, label=label, zorder=3)


def _draw_rain(panel, days, values):
    """Draw the rain of days as bars, all of them as one thing: as one each they take longer than all the rest."""
    import numpy as np
    from matplotlib.collections import PolyCollection
    from matplotlib.dates import date2num

    known = np.isfinite(values) & (values > 0)
    left, high = date2num(days[known]) - RAIN_WIDTH / 2, values[known]
    x = np.stack([left, left, left + RAIN_WIDTH, left + RAIN_WIDTH], axis=1)
    y = np.stack([0 * high, high, high, 0 * high], axis=1)
    panel.add_collection(PolyCollection(np.stack([x, y], axis=2), facecolor=RAIN_COLOUR, linewidth=0))
    panel.set_ylim(0, 1.05 * high.max() if len(high) else 1)


def _explain(panel, shown, theme):
    """Say in the legend what the lines and dots of several places are."""
    own = {"color": theme.text, "linewidth": 1, "markersize": 3}
    panel.plot([], [], "-", label=tr("Fine map"), **own)
    if any("coarse" in one.values for one in shown):
        panel.plot([], [], "--s", label=tr("Coarse product"), **own)
    if any(one.observed is not None for one in shown):
        panel.plot([], [], ".", label=tr("Station"), **{**own, "markersize": 5})


def _dash_alone(panel, days, values, colour):
    """Draw values between two gaps, which no line shows: as dashes, since dots are stations."""
    import numpy as np

    known = np.r_[False, np.isfinite(values), False]
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    panel.plot(days[alone], values[alone], "_", color=colour, markersize=6, markeredgewidth=1.5)


def with_breaks(days):
    """Return days with one more in each long gap, where no line may be drawn, and where the own ones stand in them."""
    import numpy as np

    steps = np.diff(days).astype(int)
    long = np.flatnonzero(steps > LONGEST_GAP * max(1, np.median(steps))) if len(steps) else np.empty(0, int)
    every = np.sort(np.r_[days, days[long] + 1])
    return every, np.searchsorted(every, days)


def _spread(values, joined):
    """Return values on days with breaks; NaN on the latter."""
    import numpy as np

    out = np.full(len(joined[0]), np.nan)
    out[joined[1]] = values
    return out


def _on(days, own, values):
    """Return values on other days than their own; NaN where they have none."""
    import numpy as np

    out = np.full(len(days), np.nan)
    at, there = np.intersect1d(days, own, return_indices=True)[1:]
    out[at] = values[there]
    return out


def _number(day):
    """Return where a day, as "2023-05-01", stands on the axis."""
    import numpy as np
    from matplotlib.dates import date2num

    return date2num(np.datetime64(day, "D"))
