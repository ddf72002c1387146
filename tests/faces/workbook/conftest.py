"""One workbook of everything and one of a company, written once for all tests, and where their cells stand."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import siliconomics
from siliconomics.faces.workbook import contents, write
from siliconomics.faces.workbook.places import Places

sys.path.insert(0, str(Path(__file__).parent))


@dataclass
class Example:
    path: Path
    model: object
    cells: list
    places: Places
    written: object


def example(path, scenario, **asked):
    model = siliconomics.load(scenario=[scenario])
    written = write(path, model, **asked)
    wanted = contents.Wanted.of(model, **asked)
    cells = contents.cells(model, wanted)
    return Example(path, model, cells, written.places, written)


@pytest.fixture(scope="session")
def company(tmp_path_factory):
    return example(
        tmp_path_factory.mktemp("company") / "cambricon.xlsx", "margin-from-chip-costs", companies=["Cambricon"]
    )


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    return example(tmp_path_factory.mktemp("whole") / "all.xlsx", "wired")
