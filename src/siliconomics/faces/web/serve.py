"""Starting the server: on this machine by default, elsewhere only with a token."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from typing import Any

from siliconomics.core import BadRequest, Problem


def serve(host: str, port: int, facts: Sequence[str], *, browser: bool) -> None:
    """Run the workbench until it is stopped."""
    import uvicorn

    from .app import create_app

    listening = _listening(host, port)
    token = None if is_local(host) else secrets.token_urlsafe(24)
    try:
        app = create_app(facts, token, host=host)
    except BaseException:
        listening.close()
        raise
    address = f"http://{_printed(host)}:{listening.getsockname()[1]}/"
    if token is not None:
        print(f"siliconomics: {host} is open to other machines; only who shows this token is let in.", file=sys.stderr)
        address += f"?token={token}"
    print(f"siliconomics: {address}", flush=True)
    print("siliconomics: Ctrl+C ends it", flush=True)
    if browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    config: Any = uvicorn.Config(
        app, log_level="warning", server_header=False, proxy_headers=False, limit_concurrency=200
    )
    uvicorn.Server(config).run([listening])


def is_local(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _printed(host: str) -> str:
    """The address to open: a number, which no resolver has to look up."""
    if host == "localhost":
        return "127.0.0.1"
    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _listening(host: str, port: int) -> socket.socket:
    """A bound socket; refuses a port that is taken and an address that this machine has not."""
    where = "127.0.0.1" if host == "localhost" else host
    try:
        family, kind, proto, _, address = socket.getaddrinfo(where, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, proto)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as failed:
        raise BadRequest(
            Problem(
                f"cannot listen on {host}, port {port}",
                why=failed.strerror or str(failed),
                remedy="choose another with --port (0 takes a free one) or --host",
            )
        ) from None
    return found


__all__ = ["is_local", "serve"]
