"""The application: addresses to pages and their clothes."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import AsyncIterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from siliconomics import __version__
from siliconomics.core import BadRequest, Problem

from . import clothes
from .api import router
from .asked import Asked, Desk
from .guard import BURST, RATE, Guard
from .page import Page
from .pages import PAGES, Kind
from .state import FRESH, State, subject

SUFFIXES = ("json", "csv", "xlsx", "regions")
KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
SOON = "no-cache"


def create_app(
    facts: Sequence[str | Path] = (),
    token: str | None = None,
    *,
    host: str = "127.0.0.1",
    rate: float = RATE,
    burst: float = BURST,
    desk: Desk | None = None,
) -> Any:
    """The workbench as an ASGI application.

    ``facts``: folders of facts of the user's own. ``token``: what a visitor has to show; none on this machine only.
    ``desk``: models that are loaded already.
    """
    desk = Desk(facts) if desk is None else desk

    @contextlib.asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=_warm, daemon=True).start()
        yield

    app = FastAPI(
        title="siliconomics",
        version=__version__,
        summary="From a wafer to a price target: the model's answers, each with its reasons.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=living,
    )
    app.state.desk = desk
    files = _static()
    look = clothes.Look({name: f"/static/{name}?v={mark}" for name, (_, _, mark) in files.items()})
    app.include_router(router(desk))

    @app.get("/static/{name}", include_in_schema=False)
    def static(name: str) -> Response:
        """A file of the face; only those that were read at the start."""
        if name not in files:
            raise HTTPException(404)
        body, kind, _ = files[name]
        return Response(body, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})

    @app.get("/{path:path}", include_in_schema=False)
    def page(request: Request, path: str) -> Response:
        """A page, or the same in other clothes."""
        kind, name, suffix = _read_path(path, desk)
        pairs = request.query_params.multi_items()
        asked, built = desk.answer(pairs, lambda asked: kind.build(asked, name), kind.usual)
        here = _address(kind, name)
        if suffix == "" and any(key.startswith(FRESH) for key, _ in pairs) and not asked.refused:
            return RedirectResponse(asked.state.link(here), 303)
        return _dressed(look, desk, kind, here, asked, built, suffix)

    app.add_exception_handler(BadRequest, _refuse(look, desk))
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _lost(look, desk))
    return Guard(app, host, token, rate, burst)


def _warm() -> None:
    from . import charts

    with contextlib.suppress(Exception):  # a chart that cannot be drawn is told on its page
        charts.warm()


def _static() -> dict[str, tuple[bytes, str, str]]:
    """The face's own files, read once: an address picks from these names."""
    folder = resources.files(__package__).joinpath("static")
    found = {}
    for one in folder.iterdir():
        body = one.read_bytes()
        found[one.name] = body, KINDS[one.name.rpartition(".")[2]], hashlib.sha256(body).hexdigest()[:12]
    return found


def _read_path(path: str, desk: Desk) -> tuple[Kind, str, str]:
    """Which page, about what, in which clothes."""
    head, _, rest = path.strip("/").partition("/")
    stem, dot, suffix = (rest or head).rpartition(".")
    if dot and suffix in SUFFIXES:
        head, rest = (head, stem) if rest else (stem, "")
    else:
        suffix = ""
    kind = PAGES.get(head or "overview")
    if kind is None or bool(rest) != bool(kind.subject):
        raise HTTPException(404, f"there is no page /{path[:200]}")
    if kind.subject == "company":
        cards = desk.base.facts.cards["company"]
        names = {
            **{alias: one for one, card in cards.items() for alias in card["aliases"]},
            **{one: one for one in cards},
        }
        spelled = {each.casefold(): each for each in names}
        rest = names[subject(rest, spelled.values(), "company")]
    elif kind.subject == "quantity":
        rest = subject(rest, desk.base.graph.quantities, "quantity")
    return kind, rest, suffix


def _address(kind: Kind, name: str) -> str:
    return f"/{kind.name}/{name}" if name else kind.path


def _dressed(look: clothes.Look, desk: Desk, kind: Kind, here: str, asked: Asked, page: Page, suffix: str) -> Response:
    headers = {"cache-control": SOON}
    name = here.strip("/").replace("/", "-") or "overview"
    if suffix == "json":
        return Response(clothes.json_text(asked, page), media_type="application/json", headers=headers)
    if suffix == "csv":
        headers["content-disposition"] = f'attachment; filename="{clothes.plain_name(name)}.csv"'
        return Response(clothes.csv_text(asked, page), media_type="text/csv; charset=utf-8", headers=headers)
    if suffix == "xlsx":
        if not page.company:
            raise HTTPException(404, "this page has no workbook")
        with desk.lock:
            body = clothes.workbook(asked, page)
        headers["content-disposition"] = f'attachment; filename="{clothes.plain_name(name)}.xlsx"'
        return Response(
            body, media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", headers=headers
        )
    if suffix == "regions":
        return JSONResponse(look.regions(kind, here, asked, page), headers=headers)
    return HTMLResponse(look.html(kind, here, asked, page, desk.names()), headers=headers)


def _problems(refused: BadRequest) -> dict[str, Any]:
    return {
        "problems": [{"what": p.what, "where": p.where, "why": p.why, "remedy": p.remedy} for p in refused.problems]
    }


def _wants_data(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.url.path.rpartition(".")[2] in SUFFIXES


def _refuse(look: clothes.Look, desk: Desk) -> Any:
    def refuse(request: Request, refused: BadRequest) -> Response:
        """A request that cannot be honoured: what, where, why and what to do."""
        if _wants_data(request):
            return JSONResponse(_problems(refused), 422)
        return HTMLResponse(look.refusal([str(one) for one in refused.problems], State(), desk.names()), 422)

    return refuse


def _misread(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, RequestValidationError)
    told = [Problem(one["msg"], ".".join(map(str, one["loc"]))) for one in wrong.errors()]
    return JSONResponse(_problems(BadRequest(*told)), 422)


def _lost(look: clothes.Look, desk: Desk) -> Any:
    def lost(request: Request, missed: HTTPException) -> Response:
        what = missed.detail if missed.status_code == 404 and missed.detail != "Not Found" else f"{missed.detail}"
        told = Problem(what.lower() if what == "Not Found" else what, remedy="the pages are " + ", ".join(PAGES))
        if _wants_data(request):
            return JSONResponse(_problems(BadRequest(told)), missed.status_code, headers=missed.headers)
        body = look.refusal([str(told)], State(), desk.names())
        return HTMLResponse(body, missed.status_code, headers=missed.headers)

    return lost


__all__ = ["create_app"]
