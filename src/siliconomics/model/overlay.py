"""A scenario is an overlay: a short file that names only what differs, and why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest

FOLDER = Path(__file__).parent / "scenarios"
KEYS = {"name", "meaning", "based_on", "players", "set", "horizon"}


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


def names() -> list[str]:
    """Scenarios that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find(name: str) -> Overlay:
    """A scenario by name, or by the path of the user's own file."""
    path = FOLDER / f"{name}.toml"
    if not path.exists():
        path = Path(name)
        if path.suffix != ".toml" or not path.exists():
            raise BadRequest(
                Problem(
                    f"there is no scenario {name!r}",
                    remedy=nearest(name, names()) + " A path to a .toml file works too",
                )
            )
    return read(path)


def read(path: Path) -> Overlay:
    """Read one overlay file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(Problem(f"the scenario cannot be read: {error}", str(path))) from None
    problems = [Problem(f"unknown key {key!r}", str(path), remedy=nearest(key, KEYS)) for key in data.keys() - KEYS]
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
            problems.append(Problem(f"set {position + 1}: {one['value']!r} is not a number", str(path)))
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
    )


def _list(value: Any, problems: list[Problem], path: Path) -> list[dict[str, Any]]:
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    problems.append(Problem("'set' is not a list of tables", str(path), remedy="write [[set]] above each change"))
    return []


def stack(names_: Iterable[str]) -> list[Overlay]:
    """The overlays that named scenarios rest on, each once, lowest first; refuses a circle."""
    found: dict[str, Overlay] = {}

    def visit(name: str, below: tuple[str, ...]) -> None:
        if name in below:
            circle = " -> ".join([*below[below.index(name) :], name])
            raise BadRequest(
                Problem(
                    f"scenario {name!r} rests on itself: {circle}",
                    find(name).file,
                    "an overlay needs a floor to lie on",
                    "remove one based_on",
                )
            )
        if name in found:
            return
        overlay = find(name)
        for lower in overlay.based_on:
            visit(lower, (*below, name))
        found[name] = overlay

    for name in names_:
        visit(name, ())
    return list(found.values())
