"""The typed interface for programs: the same numbers and keys as the command line's JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from siliconomics.core import BadRequest, Problem

from .asked import Asked, Desk

Label = str | int
Word = Annotated[str, Path(max_length=200)]
Stack = Annotated[list[str], Query(max_length=6, description="A scenario; repeat to stack.")]
Sets = Annotated[list[str], Query(alias="set", max_length=200, description="NAME@LABEL=VALUE: a what-if; repeat.")]
Labels = Annotated[list[str], Query(max_length=20, description="DIM=LABEL: only this label; repeat.")]


class ProblemOut(BaseModel):
    """One thing that is wrong with a request."""

    what: str
    where: str
    why: str
    remedy: str


class Refused(BaseModel):
    """Why a request cannot be honoured."""

    problems: list[ProblemOut]


class RecordOut(BaseModel):
    """One figure of an answer, as `siliconomics show --json` prints it."""

    quantity: str
    unit: str
    labels: dict[str, Label]
    value: float | str | None
    known: str


class QuantityOut(BaseModel):
    """A quantity that can be asked."""

    name: str
    unit: str
    over: list[str] = Field(description="Its dimensions.")
    kind: str = Field(description="formula or input")
    meaning: str


class ScenarioOut(BaseModel):
    """A scenario that can be named."""

    name: str
    author: str | None
    date: str | None
    meaning: str
    why: str
    based_on: list[str]
    rules: int
    values: int
    own: bool
    problem: str


class ReasonOut(BaseModel):
    """Why a figure is what it is, down to the facts; as `siliconomics why --json` prints it."""

    model_config = ConfigDict(extra="allow")

    quantity: str
    labels: dict[str, Label]
    value: float | None
    unit: str
    known: str


class CompanyOut(BaseModel):
    """A company at a glance, as `siliconomics company show --json` prints it."""

    model_config = ConfigDict(extra="allow")

    company: str
    before: str
    after: str
    changed: bool
    headline: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


REFUSALS: dict[int | str, dict[str, Any]] = {
    422: {"model": Refused, "description": "The request cannot be honoured; says what, where, why and what to do."}
}


def router(desk: Desk) -> APIRouter:
    """The paths under /api."""
    found = APIRouter(prefix="/api", responses=REFUSALS)

    def ask(s: list[str], sets: list[str], build: Callable[[Asked], Any], usual: tuple[str, ...] = ()) -> Any:
        """An answer in a state; unlike a page, a program that asks something impossible is refused."""
        asked, answer = desk.answer([*(("s", one) for one in s), *(("set", one) for one in sets)], build, usual)
        if asked.refused or asked.notices:
            told = [Problem(reason, f"set={target}={text}") for target, (text, reason) in asked.refused.items()]
            raise BadRequest(*(told or [Problem(one) for one in asked.notices]))
        return answer

    @found.get("/answer/{quantity}", response_model=list[RecordOut])
    def answer(quantity: Word, where: Labels = [], s: Stack = [], sets: Sets = []) -> Any:
        """The answer to a quantity, for the labels given; all, where none is given."""
        return ask(s, sets, lambda asked: [one.as_dict() for one in asked.model.solve(quantity, **_labels(where))])

    @found.get("/why/{quantity}", response_model=ReasonOut)
    def why(quantity: Word, where: Labels = [], s: Stack = [], sets: Sets = []) -> Any:
        """The tree from one figure through formulas down to facts and their sources."""
        return ask(s, sets, lambda asked: asked.model.solve(quantity, **_labels(where)).why().as_dict())

    @found.get("/quantities", response_model=list[QuantityOut])
    def quantities(word: Annotated[str, Query(max_length=100, description="Only names with this word.")] = "") -> Any:
        """Every quantity with its unit, dimensions and meaning."""
        with desk.lock:
            graph = desk.base.graph
            return [_quantity(desk, name) for name in graph.quantities if word.casefold() in name]

    @found.get("/scenarios", response_model=list[ScenarioOut])
    def scenarios() -> Any:
        """Every scenario that can be named."""
        from siliconomics.studies.scenarios import listed

        with desk.lock:
            return [{key: value for key, value in one.as_dict().items() if key != "file"} for one in listed()]

    @found.get("/company/{name}", response_model=CompanyOut)
    def company(name: Word, s: Stack = [], sets: Sets = []) -> Any:
        """A company: target, forecast, gap to consensus and why; before and after the what-ifs. From drivers, if not said."""
        from siliconomics.studies import open_company

        def build(asked: Asked) -> Any:
            return open_company.open_company(asked.published, asked.model, name).as_dict()

        return ask(s, sets, build, (open_company.DRIVEN,))

    return found


def _labels(where: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in where:
        name, equals, value = one.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise BadRequest(
                Problem(f"where={one!r} is not of the form DIM=LABEL", remedy="write where=company=Cambricon")
            )
        if name.strip() in found:
            raise BadRequest(Problem(f"where names {name.strip()} twice", remedy="one label at a time"))
        found[name.strip()] = value.strip()
    return found


def _quantity(desk: Desk, name: str) -> dict[str, Any]:
    graph, facts = desk.base.graph, desk.base.facts
    players = graph.roles.get(name)
    meaning = next(iter(players.values())).meaning.split("\n")[0] if players else facts.declarations[name].meaning
    return {
        "name": name,
        "unit": graph.unit_of(name),
        "over": list(graph.dimensions_of(name)),
        "kind": "formula" if players else "input",
        "meaning": meaning,
    }


__all__ = ["ProblemOut", "Refused", "router"]
