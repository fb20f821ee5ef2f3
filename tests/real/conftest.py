# SPDX-License-Identifier: GPL-2.0-or-later
"""The cases on real data, each run once for all tests."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

# pytest imports test files by their path, so a neighbour cannot be imported by its name
_spec = spec_from_file_location("real_cases", Path(__file__).with_name("cases.py"))


@pytest.fixture(scope="session")
def cases(real_data):
    """Return the module of the cases."""
    module = sys.modules["real_cases"] = module_from_spec(_spec)
    _spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def norway(cases, real_data, tmp_path_factory):
    return cases.norway(real_data, tmp_path_factory.mktemp("norway"))


@pytest.fixture(scope="session")
def perfect_model(cases, real_data, tmp_path_factory):
    return cases.norway_perfect_model(real_data, tmp_path_factory.mktemp("perfect"), ("elevation",))


@pytest.fixture(scope="session")
def smap(cases, real_data, tmp_path_factory):
    return cases.smap(real_data, tmp_path_factory.mktemp("smap"))


@pytest.fixture(scope="session")
def fields(cases, real_data):
    return cases.fields(real_data).set_index(["learner", "folds"])
