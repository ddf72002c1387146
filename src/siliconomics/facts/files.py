"""Files of facts opened: TOML and CSV, held against the shape of a card, with every problem kept."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from siliconomics.core import Problem, nearest

from .table import Facts, unreadable

M = TypeVar("M", bound=BaseModel)


class Files:
    """Opens files; what cannot be read is one more problem."""

    def __init__(self, version: str) -> None:
        self.facts = Facts(version)
        self.problems: list[Problem] = []

    def toml(self, path: Path) -> dict[str, Any]:
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            self.problems.append(unreadable(path, error))
            return {}
        if not found:
            self.problems.append(Problem("the file holds nothing", str(path), remedy="fill it in, or remove it"))
        return found

    def rows(self, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(unreadable(path, error))
            return
        reader = csv.DictReader(text.splitlines(), strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    self.problems.append(
                        Problem(
                            "a row has a different number of cells than the heading",
                            f"{path}, row {reader.line_num}",
                            remedy="quote cells that hold a comma",
                        )
                    )
                    continue
                yield reader.line_num, row
        except csv.Error as error:
            self.problems.append(Problem(f"not valid CSV: {error}", f"{path}, row {reader.line_num}"))

    def fit(self, model: type[M], data: Any, path: Path, at: str = "") -> M | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for one in error.errors():
                key = ".".join(str(part) for part in (*([at] if at else []), *one["loc"]))
                reason = one["msg"].removeprefix("Value error, ")
                if one["type"] == "extra_forbidden":
                    what = f"unknown key {key!r}"
                    remedy = nearest(one["loc"][-1], list(model.model_fields))
                elif one["type"] == "missing":
                    what, remedy = f"key {key!r} is missing", "add it; `siliconomics facts new chip` shows a whole card"
                elif isinstance(one["input"], dict):
                    about = one["input"].get("quantity")
                    what, remedy = f"{key}{f' ({about})' if about else ''}: {reason}", "correct it"
                else:
                    what, remedy = f"{key} = {one['input']!r}: {reason}", "correct it"
                self.problems.append(Problem(what, str(path), remedy=remedy))
            return None


__all__ = ["Files"]
