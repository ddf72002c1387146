"""Scenarios as files: listed, shown, written whole, and held against each other."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts.writing import whole
from siliconomics.model import Model, Overlay
from siliconomics.model import overlay as overlays
from siliconomics.model.overlay import AS_PRINTED, Change


@dataclass(frozen=True)
class Listed:
    """One scenario of a list."""

    overlay: Overlay
    own: bool
    """Whether it is the user's."""
    problem: str = ""
    """Why its file cannot be read."""

    def as_dict(self) -> dict[str, Any]:
        """The scenario as other programs read it."""
        one = self.overlay
        return {
            "name": one.name,
            "author": one.author or None,
            "date": one.date or None,
            "meaning": one.meaning,
            "why": one.why,
            "based_on": list(one.based_on),
            "rules": len(one.players),
            "values": len(one.changes),
            "file": one.file,
            "own": self.own,
            "problem": self.problem,
        }


def listed() -> list[Listed]:
    """Every scenario that can be named: ours, then the user's; one that cannot be read is told as such."""
    found = [Listed(overlays.find(name), False) for name in overlays.names()]
    for name in overlays.own_names():
        path = overlays.own_folder() / f"{name}.toml"
        try:
            found.append(Listed(overlays.read(path), True))
        except BadRequest as refused:
            found.append(Listed(Overlay(name, file=str(path)), True, str(refused.problems[0])))
    return found


def checked_rule(model: Model, role: str, player: str) -> None:
    """Refuse a role or a player that the model has not."""
    players = dict(model.graph.roles.get(role, {}))
    if not players:
        roles = [name for name, rivals in model.graph.roles.items() if "" not in rivals]
        raise BadRequest(Problem(f"there is no role {role!r}", remedy=nearest(role, roles)))
    names = [*(name for name in players if name), *([AS_PRINTED] if role in model.facts.declarations else [])]
    if not names:
        raise BadRequest(Problem(f"{role} has one formula only", remedy="hold it at a value with --set"))
    if player not in names:
        raise BadRequest(Problem(f"{player!r} does not play {role}", remedy=nearest(player, names)))


def new(
    model: Model,
    name: str,
    changes: Sequence[Change],
    *,
    on: Sequence[str] = (),
    rules: dict[str, str] | None = None,
    why: str,
    meaning: str = "",
    author: str = "",
    date: str = "",
    folder: Path | None = None,
    instead: bool = False,
) -> Path:
    """Write a scenario of one's own, whole or not at all, once the model has accepted every change in it.

    ``model``: of the scenarios that it lies on. ``instead``: an older one of the same name gives way.
    """
    folder = overlays.own_folder() if folder is None else folder
    plain = name.isprintable() and name == Path(name).name and "+" not in name
    if not name or not plain or name.startswith((".", "-")) or name.endswith(".toml"):
        raise BadRequest(
            Problem(f"{name!r} is no name of a scenario", remedy="write a plain word; it becomes NAME.toml")
        )
    if name in overlays.names():
        raise BadRequest(Problem(f"{name} is a scenario that comes with the product", remedy="choose another name"))
    if not why.strip():
        raise BadRequest(Problem("the scenario has no reason", why="a change without a reason cannot be judged",
                                 remedy="say it with --why"))  # fmt: skip
    if not changes and not rules:
        raise BadRequest(
            Problem("the scenario changes nothing", remedy="name a value with --set or a rule with --rule")
        )
    path = folder / f"{name}.toml"
    if path.exists() and not instead:
        raise BadRequest(
            Problem("there is a scenario of this name", str(path), remedy="add --replace to write it anew")
        )
    for role, player in (rules or {}).items():
        checked_rule(model, role, player)
    checked = tuple(
        model.change(one.quantity, one.value, why, **one.where) for one in {_key(c): c for c in changes}.values()
    )
    wanted = Overlay(
        name, meaning or why, tuple(on), rules or {}, checked, None, str(path), author, date or dt.date.today().isoformat(), why
    )  # fmt: skip
    Model(model.facts, model.formulas, [*model.scenarios, wanted]).graph  # noqa: B018  refuses what does not fit together
    with whole(path, "choose another folder, or set SILICONOMICS_SCENARIOS", make_folder=True) as part:
        part.write_text(text_of(wanted), encoding="utf-8")
        overlays.read(part)  # what was written can be read
    return path


def _key(change: Change) -> Any:
    return change.quantity, tuple(sorted((axis, str(label)) for axis, label in change.where.items()))


def text_of(one: Overlay) -> str:
    """A scenario as its file says it."""
    lines = [f"name = {_word(one.name)}", f"meaning = {_word(one.meaning)}"]
    if one.author:
        lines.append(f"author = {_word(one.author)}")
    if one.date:
        lines.append(f"date = {dt.date.fromisoformat(one.date).isoformat()}")
    if one.why:
        lines.append(f"why = {_word(one.why)}")
    if one.based_on:
        lines.append(f"based_on = [{', '.join(map(_word, one.based_on))}]")
    if one.horizon:
        lines.append(f"horizon = [{one.horizon[0]}, {one.horizon[1]}]")
    if one.players:
        lines += ["", "[players]", *(f"{_bare(role)} = {_word(player)}" for role, player in one.players.items())]
    for change in one.changes:
        lines += ["", "[[set]]", f"quantity = {_word(change.quantity)}"]
        if change.where:
            where = ", ".join(f"{_bare(axis)} = {_label(label)}" for axis, label in change.where.items())
            lines.append(f"where = {{ {where} }}")
        lines += [f"value = {change.value!r}", f"why = {_word(change.why)}"]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _word(text: str) -> str:
    """A text as TOML writes it; JSON's form, with the one sign that TOML escapes and JSON does not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _bare(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _word(key)


def _label(label: Any) -> str:
    return str(label) if isinstance(label, int) else _word(str(label))


__all__ = ["Listed", "checked_rule", "listed", "new", "text_of"]
