# SPDX-License-Identifier: GPL-2.0-or-later
"""Systems and kriged fields against textbooks, written out dense."""

import numpy as np
import numpy.testing as npt
import pytest
from scipy import sparse

from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.kriging import solve
from soilsharp.core.kriging.cells import Averaging, Cells
from soilsharp.core.kriging.covariance import TINY, Component, Covariance
from soilsharp.core.kriging.kernels import EXPONENTIAL, MATERN, NODES, Kernel, node_offsets
from soilsharp.core.kriging.krige import krige_day, krige_series
from soilsharp.core.kriging.noise import Candidate
from soilsharp.core.kriging.solve import System

CELLS = Cells((6, 6), 0.9)
SERIES = Covariance(
    (
        Component(0.0020, Kernel(EXPONENTIAL, 2.0), 5.0),
        Component(0.0008, Kernel(EXPONENTIAL, 2.0), np.inf),
        Component(0.0004, Kernel(EXPONENTIAL, 0.5), 0.0),
    ),
    noise=0.0003,
)
DAYS = np.array(["2023-05-01", "2023-05-02", "2023-05-04", "2023-05-05", "2023-05-11"], "datetime64[D]")


def _values(days=1, seed=1, gaps=0.3, shape=CELLS.shape):
    rng = np.random.default_rng(seed)
    values = 0.25 + 0.05 * rng.standard_normal((days, *shape)).cumsum(1).cumsum(2) / 6
    values[rng.random(values.shape) < gaps] = np.nan
    return values


def _node_covariance(cells, kernel):
    """Return the covariance of every node with every cell, shape (nodes, cells)."""
    down, right = (node_offsets(-cells.margin, n + cells.margin) for n in cells.shape)
    columns = [
        kernel.to_cell(down - row, right - column, cells.aspect).ravel()
        for row in range(cells.shape[0])
        for column in range(cells.shape[1])
    ]
    return np.column_stack(columns)


def _dense(covariance, seen, days):
    """Return the covariance of all seen values, pair by pair."""
    day, row, column = np.nonzero(seen)
    number = days.astype("datetime64[D]").astype(int)
    matrix = np.empty((len(day), len(day)))
    for i in range(len(day)):
        for j in range(len(day)):
            lag = abs(number[day[i]] - number[day[j]])
            total = 0.0
            for part in covariance.components + covariance.shared:
                fading = float(lag == 0) if part.memory == 0 else np.exp(-lag / part.memory)
                table = CELLS.table(part.kernel)
                total += part.variance * fading * table[abs(row[i] - row[j]), abs(column[i] - column[j])]
            matrix[i, j] = total + covariance.nugget * (i == j)
    return matrix


def test_the_matrix_is_that_of_all_pairs():
    values = _values(5)
    system = System(CELLS, SERIES, np.isfinite(values), DAYS)
    npt.assert_allclose(system.matrix(), _dense(SERIES, np.isfinite(values), DAYS), rtol=1e-12)


def test_conjugate_gradients_find_what_a_dense_solution_finds(monkeypatch):
    values = _values(5)
    seen = np.isfinite(values)
    dense = System(CELLS, SERIES, seen, DAYS).solve(values)
    npt.assert_allclose(dense[seen], np.linalg.solve(_dense(SERIES, seen, DAYS), values[seen]), rtol=1e-8)
    monkeypatch.setattr(solve, "MOST_DENSE", 0)
    matrix_free = System(CELLS, SERIES, seen, DAYS)
    npt.assert_allclose(matrix_free.solve(values, residual=1e-10)[seen], dense[seen], rtol=1e-5, atol=1e-7)
    left = _dense(SERIES, seen, DAYS) @ matrix_free.solve(values)[seen] - values[seen]
    assert np.linalg.norm(left) <= 1.01 * solve.RESIDUAL * np.linalg.norm(values[seen])
    with pytest.raises(ValueError, match="too many"):
        matrix_free.diagonal_of_inverse()


def test_single_precision_values_are_solved_in_double(monkeypatch):
    monkeypatch.setattr(solve, "MOST_DENSE", 0)
    values = _values(5).astype(np.float32)
    system = System(CELLS, SERIES, np.isfinite(values), DAYS)
    npt.assert_allclose(system.solve(values, 1e-9), system.solve(values.astype(float), 1e-9), rtol=1e-6, atol=1e-8)


def test_a_solution_is_stopped_in_any_step(monkeypatch, stop):
    monkeypatch.setattr(solve, "MOST_DENSE", 0)
    values = _values(5)
    system = System(CELLS, SERIES, np.isfinite(values), DAYS, Progress(stop_asked=stop(3)))
    with pytest.raises(Cancelled):
        system.solve(values)


@pytest.mark.parametrize("most_dense", [2000, 0])
def test_a_covariance_that_cannot_be_factored_is_said(monkeypatch, most_dense):
    monkeypatch.setattr(solve, "MOST_DENSE", most_dense)
    below = Covariance((Component(0.002, Kernel(EXPONENTIAL, 4.0)),), noise=-0.001)
    values = _values()
    with pytest.raises(InputError, match=r"cannot be (factored|solved)"):
        System(CELLS, below, np.isfinite(values), np.zeros(1, int)).solve(values)


def _ordinary(kernel, nugget, values):
    """Return ordinary kriging of the nodes from the means of cells, by the system of a textbook."""
    seen = np.isfinite(values).ravel()
    count = seen.sum()
    system = np.ones((count + 1, count + 1))
    system[:-1, :-1] = CELLS.matrix(kernel, np.flatnonzero(seen)) + (nugget + TINY) * np.eye(count)
    system[-1, -1] = 0
    right = np.vstack([_node_covariance(CELLS, kernel)[:, seen].T, np.ones(np.prod(CELLS.nodes))])
    weights = np.linalg.solve(system, right)[:-1]
    return (values.ravel()[seen] @ weights).reshape(CELLS.nodes)


@pytest.mark.parametrize("most_dense", [2000, 0])
def test_a_day_is_ordinary_block_kriging_with_each_candidate(monkeypatch, most_dense):
    monkeypatch.setattr(solve, "MOST_DENSE", most_dense)
    monkeypatch.setattr(solve, "RESIDUAL", 1e-11)
    candidates = [
        Candidate(0.5, Kernel(EXPONENTIAL, 2.0), 0.1, 0.002),
        Candidate(0.3, Kernel(EXPONENTIAL, 2.0), 0.0, 0.001),
        Candidate(0.2, Kernel(MATERN, 1.0), 0.8, 0.003),
    ]
    values = _values()[0]
    expected = sum(c.weight * _ordinary(c.kernel, c.nugget, values) for c in candidates)
    npt.assert_allclose(krige_day(CELLS, candidates, values), expected, atol=1e-7)


def test_a_day_is_near_the_ordinary_kriging_of_gstools():
    gstools = pytest.importorskip("gstools", reason="gstools is not installed for this Python")
    values = 0.25 + 0.05 * np.sin(np.arange(36).reshape(6, 6) / 7)
    cells = Cells((6, 6))
    # over a length of 16 cells the mean of one is nearly its centre
    made = krige_day(cells, [Candidate(1.0, Kernel(EXPONENTIAL, 16.0), 0.5, 1.0)], values)
    model = gstools.Exponential(dim=2, len_scale=16, rescale=1, nugget=0.5)
    row, column = (a.ravel() for a in np.mgrid[0:6, 0:6])
    krige = gstools.krige.Ordinary(model, (row, column), values.ravel(), exact=False, cond_err=0.5)
    place = node_offsets(0, 6)
    expected = krige.structured((place, place), return_var=False)
    npt.assert_allclose(made[4:-4, 4:-4], expected, atol=0.1 * values.std())


@pytest.mark.parametrize("most_dense", [2000, 0])
def test_a_series_is_simple_kriging_in_space_and_time(monkeypatch, most_dense):
    monkeypatch.setattr(solve, "MOST_DENSE", most_dense)
    monkeypatch.setattr(solve, "RESIDUAL", 1e-11)
    values = _values(5) - 0.25
    seen = np.isfinite(values)
    targets = np.array(["2023-05-01", "2023-05-03", "2023-05-05"], "datetime64[D]")
    # all days within four of any target of a block have a say: not the last
    near = np.datetime64("2023-05-11") > DAYS
    factor = np.linalg.solve(_dense(SERIES, seen[near], DAYS[near]), values[near][seen[near]])
    day, row, column = np.nonzero(seen[near])
    for target, made in zip(targets, krige_series(CELLS, SERIES, values, DAYS, targets)):
        lag = np.abs((target - DAYS[near]).astype(int))
        expected = np.zeros(np.prod(CELLS.nodes))
        for part in SERIES.components:
            fading = (lag == 0) * 1.0 if part.memory == 0 else np.exp(-lag / part.memory)
            to_nodes = _node_covariance(CELLS, part.kernel)[:, row * 6 + column]
            expected += part.variance * to_nodes @ (fading[day] * factor)
        npt.assert_allclose(made.ravel(), expected, atol=1e-7)


@pytest.mark.parametrize("most_dense", [2000, 0])
def test_noise_that_neighbours_share_is_in_the_values_and_not_in_the_field(monkeypatch, most_dense):
    monkeypatch.setattr(solve, "MOST_DENSE", most_dense)
    monkeypatch.setattr(solve, "RESIDUAL", 1e-11)
    *field, brief = SERIES.components
    noisy = Covariance(tuple(field), SERIES.noise, (brief,))
    values = _values(4) - 0.25
    days = DAYS[:4]
    seen = np.isfinite(values)
    npt.assert_allclose(System(CELLS, noisy, seen, days).matrix(), _dense(SERIES, seen, days), rtol=1e-12)
    factor = np.linalg.solve(_dense(SERIES, seen, days), values[seen])
    day, row, column = np.nonzero(seen)
    (made,) = krige_series(CELLS, noisy, values, days, days[1:2])
    lag = np.abs((days[1] - days).astype(int))
    expected = np.zeros(np.prod(CELLS.nodes))
    for part in field:
        to_nodes = _node_covariance(CELLS, part.kernel)[:, row * 6 + column]
        expected += part.variance * to_nodes @ (np.exp(-lag / part.memory)[day] * factor)
    npt.assert_allclose(made.ravel(), expected, atol=1e-7)
    # with the true means of cells at hand these are the field's, of noise of both sorts freed
    coefficients = np.zeros(seen.shape)
    coefficients[seen] = factor
    of_noise = noisy.nugget * coefficients[1]
    cells = np.arange(CELLS.size)
    of_noise += brief.variance * (CELLS.matrix(brief.kernel, cells) @ coefficients[1].ravel()).reshape(CELLS.shape)
    averaging = _averaging()
    (exact,) = krige_series(CELLS, noisy, values, days, days[1:2], [averaging])
    npt.assert_allclose(averaging.means(exact)[seen[1]], (values[1] - of_noise)[seen[1]], atol=1.1e-5)


def _averaging():
    """Return the means over cells that hold all of their nodes alike."""
    number = np.arange(np.prod(CELLS.nodes)).reshape(CELLS.nodes)[NODES:-NODES, NODES:-NODES]
    of_cells = number.reshape(CELLS.shape[0], NODES, CELLS.shape[1], NODES).swapaxes(1, 2).reshape(CELLS.size, -1)
    rows = np.repeat(np.arange(CELLS.size), NODES**2)
    shape = CELLS.size, np.prod(CELLS.nodes)
    matrix = sparse.csr_matrix((np.full(rows.size, 1 / NODES**2), (rows, of_cells.ravel())), shape)
    return Averaging(CELLS, matrix, np.ones(CELLS.shape))


def test_targets_far_from_all_days_are_the_mean():
    made = list(krige_series(CELLS, SERIES, _values(5), DAYS, np.array(["2024-01-01"], "datetime64[D]")))
    npt.assert_array_equal(made[0], 0)
