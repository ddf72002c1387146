"""Two versions of facts, or two scenarios: what differs, which answers moved, and why."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import siliconomics
from siliconomics import facts as known
from siliconomics.core import BadRequest, Problem
from siliconomics.facts.cache import cache_folder
from siliconomics.facts.cache import load as load_facts
from siliconomics.facts.table import LIBRARY, Facts, files_of, version_of
from siliconomics.facts.writing import whole
from siliconomics.model import Model

from .bridge import Bridge, Difference, bridge, differences

HEADLINES = ("price_target", "manufacturing_cost_usd")
"""Answers that are held against each other where none is named."""
SAME = 1e-9
"""Share of itself by which an answer must move to count as moved."""
MANIFEST = "manifest.json"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a saved version, so that the same facts make the same file."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison."""

    name: str
    model: Model
    code_version: str
    saved: Mapping[str, float]
    """Answers as they stood when the version was saved; none for what was not saved."""


@dataclass(frozen=True)
class Shift:
    """One answer on both sides."""

    quantity: str
    labels: dict[str, Any]
    unit: str
    before: float | None
    after: float | None
    by_code: float | None
    """What newer formulas moved on the older facts; none where the version holds no answer."""

    def as_dict(self) -> dict[str, Any]:
        """The answer as other programs read it."""
        return {
            "quantity": self.quantity,
            "labels": self.labels,
            "unit": self.unit,
            "before": self.before,
            "after": self.after,
            "by_code": self.by_code,
        }


@dataclass(frozen=True)
class Versions:
    """What differs between two sides, and what that moved."""

    before: Side
    after: Side
    differences: tuple[Difference, ...]
    restated: int
    """Facts whose value stayed, with another source, date or range."""
    moved: tuple[Shift, ...]
    still: int
    """Answers that did not move."""
    bridges: tuple[Bridge, ...]
    """Of the answers that moved most and are known on both sides."""

    def as_dict(self) -> dict[str, Any]:
        """The comparison as other programs read it."""
        return {
            "before": _side(self.before),
            "after": _side(self.after),
            "differences": [one.as_dict() for one in self.differences],
            "restated": self.restated,
            "moved": [one.as_dict() for one in self.moved],
            "still": self.still,
            "bridges": [one.as_dict() for one in self.bridges],
        }


def _side(one: Side) -> dict[str, Any]:
    return {
        "name": one.name,
        "facts_version": one.model.facts.version,
        "code_version": one.code_version,
        "scenario": one.model.scenario,
    }


# -- saved versions -------------------------------------------------------------------------------
def save(model: Model, folders: Sequence[Path], path: Path) -> str:
    """Keep every fact file in use, with the headline answers as they stand, in one file; tells the version."""
    every = [LIBRARY, *folders]
    manifest = {
        "facts_version": version_of(every),
        "code_version": siliconomics.__version__,
        "folders": len(every),
        "answers": {_key(shift): shift.after for shift in _answers(model, model, []) if shift.after is not None},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _pack(archive, MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False).encode())
        for place, folder in enumerate(every):
            for file in files_of(folder):
                _pack(archive, f"{place}/{file.relative_to(folder).as_posix()}", file.read_bytes())
    with whole(path, make_folder=True) as part:
        part.write_bytes(packed.getvalue())
    return str(manifest["facts_version"])


def _pack(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)


def _unpacked(path: Path) -> tuple[Facts, dict[str, Any]]:
    """The facts of a saved version, and what its file says of them."""
    remedy = "save a version with `siliconomics facts save FILE.zip`"
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            names = [name for name in archive.namelist() if name != MANIFEST]
            folder = cache_folder() / "versions" / str(manifest["facts_version"]).replace("/", "")
            for name in names:
                target = (folder / name).resolve()
                if not target.is_relative_to(folder.resolve()) or target.suffix not in (".toml", ".csv"):
                    raise BadRequest(Problem(f"{name!r} has no place in a saved version", str(path), remedy=remedy))
                if not target.exists():
                    with whole(target, make_folder=True) as part:
                        part.write_bytes(archive.read(name))
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BadRequest(Problem(f"it is no saved version of facts: {error}", str(path), remedy=remedy)) from None
    layers = [folder / str(place) for place in range(int(manifest["folders"]))]
    if version_of(layers) != manifest["facts_version"]:
        raise BadRequest(Problem("the saved version is not what it was when it was saved", str(path), remedy=remedy))
    return load_facts(layers[1:], library=layers[0]), manifest


def side(text: str, ours: Model) -> Side:
    """What a word of the command line stands for: a saved version, a folder of facts, or scenarios.

    A folder with a folder ``quantities`` in it is a library of its own; any other lies on ours.
    """
    code = siliconomics.__version__
    path = Path(text)
    if text.endswith(".zip"):
        facts, manifest = _unpacked(path)
        facts = ours.facts if facts.version == ours.facts.version else facts
        model = Model(facts, ours.formulas, ours.scenarios, ours.changes)
        return Side(text, model, str(manifest["code_version"]), dict(manifest["answers"]) if _plain(model) else {})
    if path.suffix != ".toml" and _is_folder(path):
        facts = load_facts([], library=path) if (path / "quantities").is_dir() else known.load([path])
        return Side(text, Model(facts, ours.formulas, ours.scenarios, ours.changes), code, {})
    names = [part.strip() for part in text.split("+") if part.strip() and part.strip() != "base"]
    model = Model(ours.facts, ours.formulas, [*ours.scenarios, *names], ours.changes)
    return Side(text, model, code, {})


def _plain(model: Model) -> bool:
    return not model.overlays and not model.changes


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


# -- comparing ------------------------------------------------------------------------------------
def compare(
    before: Side,
    after: Side,
    questions: Sequence[tuple[str, Mapping[str, Any]]] = (),
    *,
    top: int = 5,
    by: str = "",
    orders: int | None = None,
    seed: int = 1,
) -> Versions:
    """What differs between two sides, which answers moved, and the bridge of those that moved most."""
    found = differences(before.model, after.model)
    answers = _answers(before.model, after.model, questions, before.saved)
    moved = [one for one in answers if not _same(one.before, one.after)]
    moved.sort(key=lambda one: -_share(one))
    both = [one for one in moved if one.before is not None and one.after is not None]
    bridges = []
    for one in both[:top]:
        made = bridge(
            before.model, after.model, one.quantity, one.labels, by=by, orders=orders, seed=seed, found=found
        )  # fmt: skip
        bridges.append(replace(made, before=before.name, after=after.name))
    restated = _restated(before.model.facts, after.model.facts)
    return Versions(
        before, after, tuple(found), restated, tuple(moved), len(answers) - len(moved), tuple(bridges)
    )  # fmt: skip


def _answers(
    before: Model,
    after: Model,
    questions: Sequence[tuple[str, Mapping[str, Any]]],
    saved: Mapping[str, float] | None = None,
) -> list[Shift]:
    asked = questions or [(name, {}) for name in HEADLINES if before.graph.exists(name) and after.graph.exists(name)]
    found = []
    for quantity, where in asked:
        old = {_at(one.labels): one for one in before.solve(quantity, **where)}
        new = old if before is after else {_at(one.labels): one for one in after.solve(quantity, **where)}
        for key in dict.fromkeys((*new, *old)):
            values = [side[key].value if key in side else None for side in (old, new)]
            one, other = (float(value) if isinstance(value, (int, float)) else None for value in values)
            if one is None and other is None:
                continue
            record = new.get(key) or old[key]
            shift = Shift(quantity, dict(record.labels), record.unit, one, other, None)
            then = (saved or {}).get(_key(shift))
            if then is not None and one is not None:
                shift = Shift(quantity, dict(record.labels), record.unit, one, other, one - then)
            found.append(shift)
    return found


def _at(labels: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(labels.values())


def _key(shift: Shift) -> str:
    return "|".join(map(str, (shift.quantity, *shift.labels.values())))


def _same(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else math.isclose(one, other, rel_tol=SAME, abs_tol=1e-300)


def _share(one: Shift) -> float:
    if one.before is None or one.after is None:
        return math.inf
    return abs(one.after - one.before) / max(abs(one.before), abs(one.after))


def _restated(one: Facts, other: Facts) -> int:
    """Facts whose value stayed and of which something else is said."""
    if one is other:
        return 0
    count = 0
    for key, found in other.facts.items():
        old, new = one.facts.get(key), found[0]
        if old and old[0].value == new.value:
            was = old[0]
            count += (was.source, was.as_of, was.low, was.high, was.known) != (
                new.source, new.as_of, new.low, new.high, new.known,
            )  # fmt: skip
    return count


__all__ = ["HEADLINES", "Shift", "Side", "Versions", "compare", "save", "side"]
