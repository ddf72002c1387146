"""Speed of sensitivity and simulation: slopes, draws by NumPy, JAX and two processes, the whole chain, Sobol beside SALib."""

from __future__ import annotations

import functools
import multiprocessing
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from importlib.util import find_spec
from time import process_time
from timeit import default_timer
from typing import Any

import numpy as np

from inference import Told, timed
from siliconomics.model import load
from siliconomics.studies import sensitivity
from siliconomics.studies import simulation as study

MILLION, WHOLE, POINTS = 1_000_000, 100_000, 1024
COVERED = ("Cambricon", "MetaX", "Iluvatar")


def once(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one call, and what it gives: for what takes long enough to be measured once."""
    begin = default_timer()
    found = call()
    return default_timer() - begin, found


def uncertainty_rows() -> Iterator[Told]:
    """All speeds of sensitivity and simulation, side by side."""
    yield from gradient_rows()
    yield from million_rows()
    yield from whole_rows()
    yield from sobol_rows()


def gradient_rows() -> Iterator[Told]:
    """All three targets to every fact of the whole chain, at one point again and at new ones (searches solved anew)."""
    model = load(checked=False, scenario="wired")
    graph = model.graph
    cells = [graph.cell("price_target", {"company": one}) for one in COVERED]
    facts = {id(one): one for cell in cells for one in graph.facts_under(cell) if one.node not in graph.tape.fixed}
    free = [one for one in facts.values() if one.given]
    x = [float(one.given.value) for one in free if one.given]
    program = model.program(cells, free)
    near = iter(np.random.default_rng(1).uniform(1, 1 + 1e-7, (4096, 1)))

    def elsewhere() -> list[float]:
        return (np.array(x) * next(near)).tolist()  # type: ignore[no-any-return]

    question = f"three targets to all {len(x)} facts of the whole chain"
    one, all_ = timed(lambda: program(x)), timed(lambda: program.gradients(x))
    yield question, "ours, one evaluation", one, None, "", "", "searches as found before"
    yield question, "ours, exact gradient", all_, all_ / one, "an evaluation", "< 5 x", "reverse sweeps"
    one, all_ = timed(lambda: program(elsewhere())), timed(lambda: program.gradients(elsewhere()))
    yield question, "evaluation elsewhere", one, None, "", "", "searches solved anew"
    yield question, "gradient elsewhere", all_, all_ / one, "that", "< 5 x", ""


def _blocks(cuts: list[tuple[int, int]]) -> int:
    job = _million()
    return sum(job.block(*cut).shape[1] for cut in cuts)


@functools.cache
def _million() -> Any:
    model = load(checked=False, scenario="margin-from-chip-costs")
    return study.job_of(model, [model.graph.cell("price_target", {"company": "Cambricon"})], MILLION)


def million_rows() -> Iterator[Told]:
    """A million draws of silicon, company and valuation."""
    job = _million()
    question = f"{MILLION:,} draws, silicon to valuation, {len(job.believed)} facts"
    job.block(0, 8)
    turns = _side_by_side(job)
    threads, plain = turns["two threads"], turns["two plain processes"]
    yield question, "ours, NumPy, two threads", threads[0], None, "", "< 10 s, aim 2 s", "points drawn included"
    for by, (took, busy) in turns.items():
        note = f"{busy:.1f} s of processor time, {busy / plain[1]:.2f} x; model built already, quickest of {TIMES} in turns"
        yield question, by, took, took / plain[0], "plain processes", "within 10 %", note
    if find_spec("jax") is None:
        yield question, "JAX", None, None, "", "< 3 s", "jax is not installed"
        return
    from siliconomics.studies.simulation.compiled import compiled

    blocks = compiled(job)
    first, _ = once(lambda: next(blocks))
    rest, made = once(lambda: sum(found.shape[1] for _, found in blocks))
    yield question, "JAX, compilation", first, None, "", "<= 30 s", "and the first block"
    yield question, "JAX, all draws", rest * MILLION / made, rest * MILLION / made / threads[0], "NumPy", "< 3 s", ""


TIMES = 4
KEPT = 2**24
"""Bytes that workers may keep for their next array: Dask's own setting makes them ask the system for each."""


def _side_by_side(job: Any) -> dict[str, tuple[float, float]]:
    """Seconds and processor time of threads, plain processes and Dask workers, two of each, taking turns."""
    cuts = job.blocks()
    clock: Callable[[], float] = process_time
    ways: dict[str, tuple[Callable[[], Any], Callable[[], float]]] = {
        "two threads": (lambda: list(study.in_process(job, 2)), clock)
    }
    with ExitStack() as stack:
        pools = [stack.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("fork"))) for _ in range(2)]

        def plain() -> list[Any]:
            asked = [pool.submit(_blocks, cuts[place::2]) for place, pool in enumerate(pools)]
            return [one.result() for one in asked]

        ways["two plain processes"] = (plain, lambda: sum(pool.submit(process_time).result() for pool in pools))
        plain()
        if find_spec("distributed") is not None:
            import dask
            from distributed import LocalCluster

            from siliconomics.studies.workers import connect, with_client

            dask.config.set({"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": KEPT})
            options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
            cluster = stack.enter_context(LocalCluster(processes=True, **options))
            client = stack.enter_context(closing(connect(cluster.scheduler_address)))
            list(with_client(job, client))
            ways["two Dask workers"] = (
                lambda: sum(1 for _ in with_client(job, client)),
                lambda: sum(client.run(process_time).values()),
            )
        took: dict[str, list[tuple[float, float]]] = {by: [] for by in ways}
        for by, (way, busy) in list(ways.items()) * TIMES:
            before = busy()
            seconds = once(way)[0]
            took[by].append((seconds, busy() - before))
    return {by: (min(one for one, _ in found), min(one for _, one in found)) for by, found in took.items()}


def _whole() -> tuple[float, float, float, int, Any]:
    model = load(checked=False, scenario="wired")
    cell = model.graph.cell("price_target", {"company": "Cambricon"})
    busy = process_time()
    took, found = once(lambda: study.simulate(model, [cell], WHOLE))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return took, process_time() - busy, used, len(found.believed), found.searched


def whole_rows() -> Iterator[Told]:
    """The whole chain with market and inference, every fact with a range free, in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        took, busy, used, facts, searched = pool.submit(_whole).result()
    question = f"{WHOLE:,} draws of the whole chain, {facts} facts"
    note = f"{busy:.1f} s of processor time in two threads; {used:.2f} GiB at most, of 1"
    yield question, "ours, NumPy", took, None, "", "< 10 s", note
    missed = f"{searched.differing} of {searched.checked} draws solved in full differ, at most {searched.furthest:.1g}"
    yield question, "what searches miss", None, None, "", "", missed


def sobol_rows() -> Iterator[Told]:
    """First and total indices; SALib's analysis of the same answers, and our answers at SALib's own points."""
    model = load(checked=False, scenario="margin-from-chip-costs")
    cell = model.graph.cell("price_target", {"company": "Cambricon"})
    job = study.job_of(model, [cell])
    size = len(job.believed)
    runs = POINTS * (size + 2)
    question = f"Sobol indices, {POINTS:,} base points x {size + 2}"
    ours = timed(lambda: sensitivity.indices(model, cell, POINTS))
    plain = timed(lambda: job.block(0, runs))
    yield question, "ours, points to margins", ours, ours / plain, "as many draws", "the rate of draws", "100 resamples"
    if find_spec("SALib") is None:
        yield question, "SALib", None, None, "", "", "SALib is not installed"
        return
    from SALib.analyze import sobol
    from SALib.sample import sobol as sampling

    problem = {
        "num_vars": size,
        "names": [one.name for one in job.believed],
        "bounds": [[0, 1]] * size,
        "dists": ["norm"] * size,
    }

    def theirs() -> Any:
        z = sampling.sample(problem, POINTS, calc_second_order=False, seed=1)
        answers = job.answers([one.at(z[:, place]) for place, one in enumerate(job.believed)])[0]
        return sobol.analyze(problem, answers, calc_second_order=False, seed=1)

    took = timed(theirs)
    yield question, "SALib around our answers", took, took / ours, "ours", "", "its points, its 100 resamples"
