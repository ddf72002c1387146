"""Who makes the blocks of a piece of work: threads of this process, or the workers of a Dask cluster.

A block is the same whoever makes it, so a worker that is lost costs time and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from siliconomics.core import BadRequest, Problem

Made = tuple[tuple[int, int], Any]


class Work(Protocol):
    """What can be made in blocks, each on its own and the same whoever makes it."""

    def blocks(self) -> list[tuple[int, int]]:
        """Where each block begins and ends."""

    def block(self, start: int, stop: int) -> Any:
        """One of them."""


def in_process(job: Work, threads: int | None = None) -> Iterator[Made]:
    """Blocks made by threads, a few at a time, in any order."""
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    todo = iter(job.blocks())
    count = threads or min(os.cpu_count() or 1, 8)
    with ThreadPoolExecutor(count) as pool:
        under_way: dict[Any, tuple[int, int]] = {}
        try:
            while True:
                for block in todo:
                    under_way[pool.submit(job.block, *block)] = block
                    if len(under_way) > count:
                        break
                if not under_way:
                    return
                for made in wait(under_way, return_when=FIRST_COMPLETED).done:
                    yield under_way.pop(made), made.result()
        finally:
            pool.shutdown(cancel_futures=True)


AT_ONCE = 64
"""Blocks handed to a cluster and not yet back: results wait for nobody, so memory stays bounded."""


def on_cluster(job: Work, scheduler: str, timeout: float = 10.0) -> Iterator[Made]:
    """Blocks made by the workers of a Dask scheduler; one whose worker dies is made again elsewhere."""
    client = connect(scheduler, timeout)
    try:
        yield from with_client(job, client)
    finally:
        client.close()


def connect(scheduler: str, timeout: float = 10.0) -> Any:
    """A client of a scheduler that answers and has workers."""
    try:
        from distributed import Client
    except ImportError:
        raise BadRequest(
            Problem(
                "dask is not installed",
                why="many machines are an extra",
                remedy="pip install 'siliconomics[cluster]', here and on every worker",
            )
        ) from None
    try:
        client = Client(scheduler, timeout=timeout, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise BadRequest(
            Problem(
                f"no scheduler answers at {scheduler}",
                why=f"{type(error).__name__} after {timeout:.0f} s",
                remedy="start one with `dask scheduler` and give its address, for example tcp://127.0.0.1:8786",
            )
        ) from None
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise BadRequest(
            Problem(f"the scheduler at {scheduler} has no worker", remedy=f"start one with `dask worker {scheduler}`")
        )
    return client


def with_client(job: Work, client: Any) -> Iterator[Made]:
    """Blocks made through a client, a bounded number under way."""
    from distributed import as_completed

    shared = client.scatter(job, broadcast=True, hash=False)
    todo = iter(job.blocks())
    places: dict[str, tuple[int, int]] = {}

    def submit(block: tuple[int, int]) -> Any:
        future = client.submit(_block, shared, *block, pure=False, retries=10)
        places[future.key] = block
        return future

    first = [submit(block) for block, _ in zip(todo, range(AT_ONCE), strict=False)]
    waiting: Any = as_completed(first, loop=client.loop)
    for future in waiting:
        made = future.result()
        yield places.pop(future.key), made
        future.release()
        for block in todo:
            waiting.add(submit(block))
            break


def _block(job: Work, start: int, stop: int) -> Any:
    return job.block(start, stop)


def crew(scheduler: str = "") -> Crew:
    """Who makes the blocks: the workers of a scheduler, or without an address threads of this process."""
    return (lambda job: on_cluster(job, scheduler)) if scheduler else in_process


Crew = Callable[[Work], Iterator[Made]]

__all__ = ["Crew", "Made", "Work", "connect", "crew", "in_process", "on_cluster", "with_client"]
