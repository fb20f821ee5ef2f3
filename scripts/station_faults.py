# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts faults of every kind into clean stations of two sample regions, checks them, and writes docs/stations.md.

    make station-faults

With SOILSHARP_REAL_DATA naming the folder of real data, what the check finds in a year of the U.S. Climate Reference
Network is counted too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from string import Template

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]


def load(name: str, path: Path, **words):
    """Return the module of a file under a name of our choice."""
    spec = spec_from_file_location(name, path, **words)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


load("soilsharp", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])

from soilsharp.benchmarks.station_faults import FOUND_BY, Row, trial  # noqa: E402
from soilsharp.core.base.files import write_text  # noqa: E402
from soilsharp.core.rasters.series import Series  # noqa: E402
from soilsharp.core.sample_region.region import create_sample_region  # noqa: E402
from soilsharp.core.sample_region.settings import RegionOptions  # noqa: E402
from soilsharp.core.stations.quality import check_stations  # noqa: E402

REGIONS = (1, 2)
TRIALS = (1, 2, 3)
BESIDE = ("coarse", "neighbours")  # what stations are held against
PAGE = ROOT / "docs" / "stations.md"
USCRN = {
    "wban": "station", "lst_date": "date", "longitude": "longitude", "latitude": "latitude",
    "soil_moisture_5_daily": "soil_moisture", "soil_temp_5_daily": "soil_temperature",
    "t_daily_mean": "air_temperature", "p_daily_calc": "precipitation",
}  # fmt: skip


def main() -> None:
    """Run the trials and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        found = [_region(Path(folder), seed) for seed in REGIONS]
        real = _real(Path(folder))
    if real is None:
        print("No SOILSHARP_REAL_DATA: nothing is written.")
        return
    words = {"real": real}
    for beside in BESIDE:
        tables, alarms = zip(*(region[beside] for region in found))
        words |= {f"{beside}_table": _table(tables), f"{beside}_alarms": " and ".join(map(str, alarms))}
    page = Template((ROOT / "scripts" / "station_faults.md").read_text(encoding="utf-8")).substitute(words)
    write_text(PAGE, page)


def _region(folder: Path, seed: int) -> dict[str, tuple[list[Row], int]]:
    """Return what came of the faults in a region beside each reference, and how many clean stations are flagged."""
    region = create_sample_region(folder / f"region_{seed}", RegionOptions(faulty_fraction=0.0), seed=seed)
    found = {}
    for beside in BESIDE:
        maps = Series.from_files(region.folder / "coarse") if beside == "coarse" else None
        stations = check_stations(region.folder / "stations.csv", maps=maps).stations
        rows = trial(region.folder / "stations.csv", folder, TRIALS, maps=maps)
        print(seed, beside, *rows, sep="\n")
        found[beside] = rows, int((stations["n_good"] < stations["n"]).sum())
    return found


def _table(regions: tuple[list[Row], ...]) -> str:
    lines = []
    for rows in zip(*regions):
        kind = rows[0].kind
        cells = [kind, ", ".join(sorted(FOUND_BY[kind]))]
        for row in rows:
            cells += [f"{row.found} + {row.otherwise} of {row.planted}", f"{row.days:.2f}", f"{row.alarms:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _real(folder: Path) -> str | None:
    """Return in words what is found in real stations, None without the data."""
    data = os.environ.get("SOILSHARP_REAL_DATA", "")
    path = Path(data) / "uscrn_2020" / "uscrn_daily_2020_soil.csv.gz"
    if not data or not path.exists():
        return None
    table = pd.read_csv(path)[list(USCRN)].rename(columns=USCRN).assign(depth_m=0.05)
    table.to_csv(folder / "uscrn.csv", index=False)
    check = check_stations(folder / "uscrn.csv")
    rules = check.rules.set_index("code")
    counts = ", ".join(
        f"{code} {rules.loc[code, 'stations']}" for codes in FOUND_BY.values() for code in sorted(codes)
        if rules.loc[code, "stations"]
    )  # fmt: skip
    changed = check.stations[check.stations["changes"] != ""]
    told = "; ".join(f"{row.station} {row.changes}" for row in changed.itertuples())
    return f"{len(check.stations)} stations, flagged in so many of them: {counts}. S11 to S13 were: {told or 'none'}."


if __name__ == "__main__":
    main()
