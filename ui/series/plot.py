# SPDX-License-Identifier: GPL-2.0-or-later
"""The plot of the days: lines of places with their band, stations, rain below, and two lines that move over them."""

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ...i18n import tr

LEFT, RIGHT, TOP, BOTTOM = 62, 14, 26, 38  # pixels around the plot
RAIN_COLOUR = "#5b9bd5"
LONGEST_GAP = 3  # usual steps: what lies further apart is not joined by a line
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -30, Qt.Key.Key_PageDown: 30}


def canvas_of(figure):
    """Return a Qt canvas for a figure, with the Qt that QGIS has; matplotlib is loaded here and not before."""
    try:
        from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
    except ImportError:  # matplotlib before 3.5
        from matplotlib.backends.backend_qt5agg import FigureCanvasQTAgg
    canvas = FigureCanvasQTAgg(figure)
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    canvas.setMinimumSize(120, 80)
    return canvas


class Theme:
    """Colours of a plot that fit the palette of a widget, light or dark."""

    def __init__(self, palette):
        self.back = palette.color(QPalette.ColorRole.Window).name()
        self.base = palette.color(QPalette.ColorRole.Base).name()
        self.text = palette.color(QPalette.ColorRole.WindowText).name()
        self.dark = palette.color(QPalette.ColorRole.Base).lightness() < 128

    def of(self, colour):
        """Return a colour that is seen on this background."""
        if not self.dark:
            return colour
        hue = QColor(colour)
        hue.setHslF(max(hue.hslHueF(), 0), hue.hslSaturationF(), min(0.85, hue.lightnessF() + 0.32))
        return hue.name()

    def lay_on(self, figure, panels):
        """Colour a figure and its panels."""
        figure.set_facecolor(self.back)
        for panel in panels:
            panel.set_facecolor(self.base)
            panel.tick_params(colors=self.text, labelsize=8)
            panel.xaxis.label.set_color(self.text)
            panel.yaxis.label.set_color(self.text)
            panel.title.set_color(self.text)
            panel.xaxis.get_offset_text().set(color=self.text, fontsize=8)
            for side, spine in panel.spines.items():
                spine.set_visible(side in ("left", "bottom"))
                spine.set_color(self.text)
            panel.grid(color=self.text, alpha=0.15, linewidth=0.6)


class Figure(QWidget):
    """A matplotlib figure in a window; `draw()` of a subclass draws it, now if it is seen and else when it is."""

    def __init__(self, parent=None):
        super().__init__(parent)
        from matplotlib.figure import Figure

        self.figure = Figure()
        self.canvas = canvas_of(self.figure)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.canvas)

    @property
    def theme(self):
        return Theme(self.palette())

    def draw(self):
        """Draw all anew."""
        raise NotImplementedError

    def changeEvent(self, event):
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "canvas"):
            self.draw()

    def leave_margins(self, panels=1):
        """Set the margins of the figure, which are as wide in a large window as in a small one."""
        width, height = self.figure.get_size_inches() * self.figure.dpi / self.canvas.device_pixel_ratio
        self.figure.subplots_adjust(
            left=min(0.4, LEFT / width), right=max(0.6, 1 - RIGHT / width), top=max(0.6, 1 - TOP / height),
            bottom=min(0.35, BOTTOM / height), hspace=0.12,
        )  # fmt: skip


class DaysPlot(Figure):
    """Values of places through the days.

    Signals: `day_chosen(day)` when a person moves the line of the day, and `looked_at(day)` when the pointer is over a
    day or, with '', has left; days as "2023-05-01".
    """

    day_chosen = pyqtSignal(str)
    looked_at = pyqtSignal(str)

    def __init__(self, parent=None):
        super().__init__(parent)
        self.shown, self.days, self.day, self.rain_label = [], (), "", ""
        self._panels, self._movers, self._pointers, self._background = [], [], [], None
        self._dragging, self._looked = False, ""
        self.canvas.setAccessibleName(tr("Plot of the days; arrow keys move the day"))
        for name, slot in (
            ("draw_event", self._drawn), ("motion_notify_event", self._move), ("button_press_event", self._press),
            ("button_release_event", self._release), ("figure_leave_event", self._leave),
            ("resize_event", lambda event: self.leave_margins()), ("scroll_event", self._zoom),
        ):  # fmt: skip
            self.canvas.mpl_connect(name, slot)
        self.canvas.installEventFilter(self)
        self.draw()

    # --- drawing ------------------------------------------------------------------------------------------------------

    def show_places(self, shown, days, rain_label=""):
        """Draw places, each a `Shown`; `days` are all that the lines can stand at, datetime64[D]."""
        self.shown, self.days, self.rain_label = list(shown), days, rain_label
        self.draw()

    def draw(self):
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        theme, figure = self.theme, self.figure
        figure.clear()
        self._movers, self._pointers, self._background = [], [], None
        rain = next((one for one in reversed(self.shown) if "rain" in one.values), None)
        heights = [3.2, 1] if rain is not None else [1]
        self._panels = list(
            figure.subplots(len(heights), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
        )
        above = self._panels[0]
        theme.lay_on(figure, self._panels)
        several = len(self.shown) > 1
        for one in self.shown:
            _draw_place(above, one, theme, several)
        above.set_ylabel(tr("Soil moisture (m³ m⁻³)"), fontsize=8)
        if rain is not None:
            days, values = rain.values["rain"]
            self._panels[1].bar(days, values, width=0.9, color=theme.of(RAIN_COLOUR), linewidth=0)
            self._panels[1].set_ylabel(self.rain_label, fontsize=8)
            self._panels[1].set_ylim(bottom=0)
            self._panels[1].locator_params(axis="y", nbins=2)
        if len(self.days):
            locator = AutoDateLocator(minticks=3, maxticks=9)
            above.xaxis.set_major_locator(locator)
            above.xaxis.set_major_formatter(ConciseDateFormatter(locator))
            above.set_xlim(*self._limits())
        else:
            self._say_what_to_do(above, theme)
        handles, labels = above.get_legend_handles_labels()
        if handles:
            legend = figure.legend(
                handles, labels, loc="upper center", ncol=len(handles), fontsize=8, frameon=False, borderpad=0.2,
                handlelength=1.6, columnspacing=1.2,
            )  # fmt: skip
            for words in legend.get_texts():
                words.set_color(theme.text)
        self._add_movers(theme)
        self.leave_margins()
        self.canvas.draw_idle()

    def _say_what_to_do(self, panel, theme):
        panel.set_xticks([])
        panel.set_yticks([])
        words = tr("Click into the map to see the days of a pixel.")
        panel.text(0.5, 0.5, words, ha="center", va="center", transform=panel.transAxes, color=theme.text, fontsize=9)

    def _add_movers(self, theme):
        """Add what moves over the plot and is not part of the picture that is kept."""
        for panel in self._panels:
            day = panel.axvline(0, color=theme.of("#c23b5a"), linewidth=1.4, animated=True, visible=False)
            pointer = panel.axvline(0, color=theme.text, linewidth=0.7, alpha=0.6, animated=True, visible=False)
            self._movers.append(day)
            self._pointers.append(pointer)
        self._place(self._movers, self.day)

    def _place(self, lines, day):
        for line in lines:
            line.set_visible(bool(day) and len(self.days) > 0)
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
        if event.inaxes is None or not len(self.days):
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
        elif event.button == 1:
            self._dragging = True
            self.choose_day(self._day_at(event))

    def _release(self, event):
        self._dragging = False

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
        if event.type() == QEvent.Type.KeyPress and len(self.days):
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
        _dot_alone(panel, days, values, colour)
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


def _dot_alone(panel, days, values, colour):
    """Draw values between two gaps, which no line shows."""
    import numpy as np

    known = np.r_[False, np.isfinite(values), False]
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    panel.plot(days[alone], values[alone], ".", color=colour, markersize=4)


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
