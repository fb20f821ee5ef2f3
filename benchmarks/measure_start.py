# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin adds to the start of QGIS."""

import sys
import time
from pathlib import Path

# --- start ------------------------------------------------------------------------------------------------------------


def plugin_start(folder: Path, _: str) -> dict:
    """Time what QGIS does with the plugin at its start, after QGIS itself and Processing are up."""
    import os

    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    # this environment's own link to the checkout is on the path; QGIS would find it in the profile
    start = time.perf_counter()
    import soilsharp

    plugin = soilsharp.classFactory(None)
    plugin.initProcessing()
    seconds = time.perf_counter() - start
    plugin.unload()
    application.exitQgis()
    return {"milliseconds": 1000 * seconds}
