"""The workbench without a network: requests go straight into the application."""

import asyncio

import httpx
import pytest

from siliconomics.faces.web import create_app
from siliconomics.faces.web.asked import Desk

HOME = "http://127.0.0.1:8765"


class Browser:
    """Asks one application; an exception inside fails the test as the traceback that it is."""

    def __init__(self, app, base=HOME):
        self.app, self.base = app, base

    def ask(self, method, path, **more):
        async def one():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, **more)

        return asyncio.run(one())

    def get(self, path, **more):
        return self.ask("GET", path, **more)


@pytest.fixture(scope="session")
def desk():
    return Desk()


@pytest.fixture(scope="session")
def web(desk):
    return Browser(create_app(desk=desk, burst=1e9))


@pytest.fixture
def open_web(desk):
    """An application of its own rules."""

    def made(base=HOME, **rules):
        return Browser(create_app(desk=desk, **rules), base)

    return made
