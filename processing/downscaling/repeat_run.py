# SPDX-License-Identifier: GPL-2.0-or-later
"""A run once more, from its manifest alone."""

from ...i18n import tr
from ..parameters import file_in, folder_in, folder_out, load_flag
from .run_method import RunMethod


class RepeatRun(RunMethod):
    NAME = "repeat_run"
    TAGS = ("published", "paper", "reproduce", "manifest", "maps")

    def title(self):
        return tr("Repeat run")

    def summary(self):
        return tr(
            "Run a method again from run.json alone, which holds study, method, roles and seed of a run. With the same "
            "files and versions the results are the same to the byte, but for the times of fits; what has changed "
            "since is told."
        )

    def parameters(self):
        return [
            file_in("MANIFEST", tr("Manifest"), tr("run.json in the folder of a run's results."), filter="*.json"),
            folder_in(
                "STUDY_FOLDER",
                tr("Folder of the study"),
                tr("Where the files of the study are now; empty: where they were."),
                optional=True,
            ),
            load_flag(),
            folder_out("OUTPUT", tr("Folder of results"), tr("A new one; gets what the run's own folder has.")),
        ]

    def run_of(self, values, progress):
        from ...core.methods.manifest import Manifest
        from ...core.methods.run import repeat_run

        manifest = Manifest.read(values["MANIFEST"], values["STUDY_FOLDER"] or None)
        self._study = manifest.study
        return repeat_run(manifest, values["OUTPUT"], progress=progress)
