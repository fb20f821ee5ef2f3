# SPDX-License-Identifier: GPL-2.0-or-later
"""The front door for notebooks and scripts: what `import soilsharp` gives, one verb a step."""

from ..methods.method import Method as Method
from ..samples.samples import Samples as Samples
from ..scoring.metrics import scores as scores
from ..study.study import Study as Study
from ..training.model import Model as Model
from .collocating import collocate as collocate
from .judging import check_scale_transfer as check_scale_transfer
from .judging import explain as explain
from .judging import score as score
from .judging import score_predictions as score_predictions
from .judging import validate as validate
from .making import downscale as downscale
from .making import learners as learners
from .making import predict as predict
from .making import run as run
from .making import sample as sample
from .making import train as train
