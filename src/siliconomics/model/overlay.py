"""A scenario is an overlay: a short file that names only what differs, and why."""

from __future__ import annotations

import datetime as dt
import math
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest

FOLDER = Path(__file__).parent / "scenarios"
AS_PRINTED = "as_printed"
"""The player of a driven quantity that is no formula: the figure as a source states it."""
KEYS = {"name", "meaning", "author", "date", "why", "based_on", "players", "set", "horizon"}
OWN = "scenarios"
"""The folder of the user's own scenarios, in the present one; those in it are named without path and suffix."""


@dataclass(frozen=True)
class Change:
    """One input (or result) held at a value, for the labels that match."""

    quantity: str
    value: float
    where: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Overlay:
    """What a scenario changes: who plays a role, and which values are held."""

    name: str
    meaning: str = ""
    based_on: tuple[str, ...] = ()
    players: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    horizon: tuple[int, int] | None = None
    file: str = ""
    author: str = ""
    date: str = ""
    why: str = ""

    def __str__(self) -> str:
        return self.name


def names() -> list[str]:
    """Scenarios that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def own_folder() -> Path:
    """Where the user's own scenarios lie: ``scenarios/`` in the present folder, or where SILICONOMICS_SCENARIOS says."""
    return Path(os.environ.get("SILICONOMICS_SCENARIOS") or OWN)


def own_names() -> list[str]:
    """The user's own scenarios."""
    folder = own_folder()
    return sorted(path.stem for path in folder.glob("*.toml")) if _is_there(folder) else []


def find(name: str | Overlay, beside: Path | None = None) -> Overlay:
    """A scenario by name (ours, or one in the user's folder), or by the path of a file.

    ``beside``: the folder of the file that names it, in which it is looked for last.
    """
    if isinstance(name, Overlay):
        return name
    path = FOLDER / f"{name}.toml"
    if name in names():
        return read(path)
    given = Path(name)
    places = [own_folder() / f"{name}.toml", *([given] if given.suffix == ".toml" else [])]
    if beside is not None:
        places += [beside / f"{name}.toml", *([beside / given] if given.suffix == ".toml" else [])]
    for place in places:
        if _is_there(place):
            return read(place)
    raise BadRequest(
        Problem(
            f"there is no scenario {name!r}",
            remedy=nearest(name, [*names(), *own_names()]) + " A path to a .toml file works too",
        )
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def read(path: Path) -> Overlay:
    """Read one overlay file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRequest(
            Problem(
                f"the scenario cannot be read: {error}",
                str(path),
                remedy="a scenario is a TOML file in UTF-8; correct it",
            )
        ) from None
    problems = [Problem(f"unknown key {key!r}", str(path), remedy=nearest(key, KEYS)) for key in data.keys() - KEYS]
    problems += _misshapen(data, path)
    changes = []
    for position, one in enumerate(_list(data.get("set"), problems, path)):
        missing = {"quantity", "value", "why"} - one.keys()
        if missing:
            problems.append(
                Problem(
                    f"set {position + 1} has no {', '.join(sorted(missing))}",
                    str(path),
                    "a change without a reason cannot be judged",
                    "add it",
                )
            )
        elif isinstance(one["value"], bool) or not isinstance(one["value"], (int, float)):
            problems.append(
                Problem(
                    f"set {position + 1}: {one['value']!r} is not a number", str(path), remedy="write a plain number"
                )
            )
        elif not math.isfinite(one["value"]):
            problems.append(
                Problem(f"set {position + 1}: {one['value']!r} is not finite", str(path), remedy="write a plain number")
            )
        elif not isinstance(one["quantity"], str) or not isinstance(one["why"], str):
            problems.append(
                Problem(f"set {position + 1}: quantity and why are words", str(path), remedy="put them in quotes")
            )
        elif not isinstance(one.get("where", {}), dict):
            problems.append(
                Problem(
                    f"set {position + 1}: where = {one['where']!r} is not a table",
                    str(path),
                    remedy='write where = { company = "Cambricon" }',
                )
            )
        elif one.keys() - {"quantity", "value", "why", "where"}:
            unknown = sorted(one.keys() - {"quantity", "value", "why", "where"})
            problems.append(
                Problem(
                    f"set {position + 1}: unknown key {unknown[0]!r}",
                    str(path),
                    remedy=nearest(unknown[0], ["quantity", "value", "why", "where"]),
                )
            )
        else:
            changes.append(Change(one["quantity"], float(one["value"]), one.get("where", {}), one["why"]))
    if problems:
        raise BadRequest(*problems)
    horizon = data.get("horizon")
    return Overlay(
        data.get("name", path.stem),
        data.get("meaning", ""),
        tuple(data.get("based_on", ())),
        data.get("players", {}),
        tuple(changes),
        tuple(horizon) if horizon else None,
        str(path),
        data.get("author", ""),
        str(data.get("date", "")),
        data.get("why", ""),
    )


LONGEST = 1000
"""Years that a horizon may span."""


def _misshapen(data: dict[str, Any], path: Path) -> Iterable[Problem]:
    """Keys of an overlay whose value has the wrong shape."""
    for key in ("name", "meaning", "author", "why"):
        if not isinstance(data.get(key, ""), str):
            yield Problem(f"{key} = {data[key]!r} is not a text", str(path), remedy="put it in quotes")
    date = data.get("date", dt.date.min)
    if not _is_day(date):
        yield Problem(f"date = {str(date)!r} is not a day", str(path), remedy="write for example date = 2026-11-25")
    based_on = data.get("based_on", [])
    if not isinstance(based_on, list) or not all(isinstance(one, str) for one in based_on):
        yield Problem(
            f"based_on = {based_on!r} is not a list of names", str(path), remedy='write based_on = ["textbook"]'
        )
    players = data.get("players", {})
    if not isinstance(players, dict) or not all(isinstance(one, str) for one in players.values()):
        yield Problem(
            f"players = {players!r} is not a table of names",
            str(path),
            remedy='under [players] write for example residual_income = "textbook"',
        )
    horizon = data.get("horizon", [0, 0])
    whole = isinstance(horizon, list) and len(horizon) == 2 and all(type(year) is int for year in horizon)
    if not whole or not 0 <= horizon[1] - horizon[0] <= LONGEST or not 0 <= horizon[0] <= 9999:
        yield Problem(
            f"horizon = {horizon!r} is not a first and a last year",
            str(path),
            remedy=f"write for example horizon = [2022, 2038]; at most {LONGEST} years",
        )


def _is_day(date: Any) -> bool:
    if isinstance(date, str):
        try:
            date = dt.date.fromisoformat(date)
        except ValueError:
            return False
    return type(date) is dt.date


def _list(value: Any, problems: list[Problem], path: Path) -> list[dict[str, Any]]:
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    problems.append(Problem("'set' is not a list of tables", str(path), remedy="write [[set]] above each change"))
    return []


def stack(names_: Iterable[str | Overlay]) -> list[Overlay]:
    """The overlays that named scenarios rest on, each once, lowest first; refuses a circle."""
    found: dict[str, Overlay] = {}

    def visit(name: str | Overlay, below: dict[str, str], beside: Path | None) -> None:
        overlay = find(name, beside)
        key = overlay.file or overlay.name
        if key in below:
            circle = " -> ".join([*list(below.values())[list(below).index(key) :], str(name)])
            raise BadRequest(
                Problem(
                    f"scenario {overlay.name!r} rests on itself: {circle}",
                    overlay.file,
                    "an overlay needs a floor to lie on",
                    "remove one based_on",
                )
            )
        if key in found:
            return
        for lower in overlay.based_on:
            visit(lower, {**below, key: str(name)}, Path(overlay.file).parent if overlay.file else None)
        found[key] = overlay

    for name in names_:
        visit(name, {}, None)
    return list(found.values())
