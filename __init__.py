# SPDX-License-Identifier: GPL-2.0-or-later
"""SoilSharp turns coarse satellite soil moisture into fine maps: a QGIS plugin, and a package for notebooks.

>>> import soilsharp
>>> study = soilsharp.Study.read("study.json")
>>> model = soilsharp.train(soilsharp.sample(study), "lightgbm")
>>> maps = soilsharp.downscale(study, model, "maps")
>>> scores = soilsharp.validate(maps, study).table
"""

TYPE_CHECKING = False  # True to editors and type checkers; typing's own would be one more thing to load
if TYPE_CHECKING:
    from .core.api import (
        Method,
        Model,
        Samples,
        Study,
        check_scale_transfer,
        collocate,
        downscale,
        explain,
        learners,
        predict,
        run,
        sample,
        score,
        score_predictions,
        scores,
        train,
        validate,
    )

    __version__: str

__all__ = [
    "Method", "Model", "Samples", "Study", "__version__", "check_scale_transfer", "collocate", "downscale", "explain",
    "learners", "predict", "run", "sample", "score", "score_predictions", "scores", "train", "validate",
]  # fmt: skip


def classFactory(iface):
    """Return the plugin, as QGIS asks for it; `iface` is None where there is no window."""
    from .plugin import SoilSharpPlugin

    return SoilSharpPlugin(iface)


if not TYPE_CHECKING:  # it would hide misspelt names from them

    def __getattr__(name):
        """Load what is asked for, and not before: QGIS and `import soilsharp` start without the scientific stack."""
        if name == "__version__":
            from .core.base.version import version

            return version()
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .core import api

        return getattr(api, name)


def __dir__():
    return sorted({*globals(), *__all__})
