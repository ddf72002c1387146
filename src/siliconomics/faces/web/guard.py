"""What stands before every request: host, origin, token, size, rate; and the headers of every answer."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import socket
import time
from collections import OrderedDict
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

LONGEST_QUERY, LARGEST_BODY = 16_384, 1_048_576
RATE, BURST = 60.0, 400.0
"""Requests a second that one address may go on asking, and how many at once."""
CLIENTS = 1024
COOKIE = "siliconomics_token"
LOCAL = ("127.0.0.1", "localhost", "::1")
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


class Guard:
    """An ASGI layer that refuses what no page of ours asks."""

    def __init__(
        self, app: Any, host: str = "127.0.0.1", token: str | None = None, rate: float = RATE, burst: float = BURST
    ) -> None:
        self.app, self.host, self.token, self.rate, self.burst = app, host, token, rate, burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            await _answer(send, *refused)
            return
        if self.token is not None and not await self._let_in(scope, headers, send):
            return
        taken = 0

        async def measured() -> Any:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                return {"type": "http.disconnect"}
            return message

        async def dressed(message: Any) -> None:
            if message["type"] == "http.response.start":
                present = {key.lower() for key, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in present),
                ]
            await send(message)

        await self.app(scope, measured, dressed)

    def _refused(self, scope: Any, headers: dict[str, str]) -> tuple[int, str, str] | None:
        if not self._is_ours(headers.get("host", "")):
            return 421, "this server does not answer for that host", "open the address that `siliconomics serve` prints"
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
            if (origin is not None and origin.partition("://")[2] != headers["host"]) or site not in (
                "same-origin",
                "none",
            ):
                return 403, "a page of another site asks to write", "use the workbench's own pages"
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            return 414, "the address is too long", "save the edits as a scenario"
        size = headers.get("content-length", "0")
        if not size.isdecimal() or int(size) > LARGEST_BODY:
            return 413, "the request is too large", f"send {LARGEST_BODY} bytes at most"
        if not self._in_rate((scope.get("client") or ("",))[0]):
            return 429, "too many requests at once", "wait a second"
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        name = name.lower()
        if name in LOCAL or name == self.host.lower():
            return bool(name)
        if self.token is None:
            return False
        try:  # any address of this machine: a name could be pointed here by a stranger, a number cannot
            ipaddress.ip_address(name)
            return True
        except ValueError:
            return name == socket.gethostname().lower()

    def _in_rate(self, client: str) -> bool:
        now = time.monotonic()
        left, then = self._left.pop(client, (self.burst, now))
        left = min(self.burst, left + (now - then) * self.rate)
        self._left[client] = (left - 1 if left >= 1 else left, now)
        while len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        return left >= 1

    async def _let_in(self, scope: Any, headers: dict[str, str], send: Any) -> bool:
        """Whether the token was shown, in a header, a cookie, or once in the address (which then becomes a cookie)."""
        assert self.token is not None
        kept = _sealed(self.token)
        cookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except Exception:
            cookie = SimpleCookie()
        shown = cookie[COOKIE].value if COOKIE in cookie else ""
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if _same(shown, kept) | _same(bearer, self.token):
            return True
        pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        asked = next((value for key, value in pairs if key == "token"), "")
        if _same(asked, self.token):
            rest = urlencode([pair for pair in pairs if pair[0] != "token"])
            place = "/" + scope["path"].lstrip("/\\").encode("ascii", "ignore").decode() + (f"?{rest}" if rest else "")
            start = {
                "type": "http.response.start",
                "status": 303,
                "headers": [
                    (b"location", place.replace("\r", "").replace("\n", "").encode("latin-1")),
                    (b"set-cookie", f"{COOKIE}={kept}; HttpOnly; SameSite=Strict; Path=/".encode()),
                    (b"content-length", b"0"),
                ],
            }
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return False
        await _answer(send, 401, "this server asks for a token", "open the address that `siliconomics serve` printed")
        return False


def _sealed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


async def _answer(send: Any, status: int, what: str, remedy: str) -> None:
    body = json.dumps({"problems": [{"what": what, "where": "", "why": "", "remedy": remedy}]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(key.encode(), value.encode()) for key, value in HEADERS.items()]
    headers += [(b"retry-after", b"1")] if status == 429 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


__all__ = ["COOKIE", "HEADERS", "LARGEST_BODY", "LONGEST_QUERY", "Guard"]
