"""The command line, run in this process: what it prints, what it says beside, and its exit code."""

import os
import sys
from dataclasses import dataclass

import pytest

from siliconomics.faces.cli import main


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def environment(cache, monkeypatch):
    """Compiled facts are kept for the whole session, apart from the user's own; lines are wide."""
    monkeypatch.setenv("SILICONOMICS_CACHE", str(cache))
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def cli(monkeypatch, capsys):
    """Runs a command line; an exception other than SystemExit fails the test as the traceback that it is."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["siliconomics", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        found = capsys.readouterr()
        return Result(code, found.out, found.err)

    return run


@pytest.fixture
def program(cache):
    """Environment for the command line as a program of its own."""
    return {**os.environ, "SILICONOMICS_CACHE": str(cache), "COLUMNS": "250"}
