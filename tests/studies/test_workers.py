"""Work in blocks: ranking and search give the same bits in this process, cut anyhow, and on workers that die."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import Model, load
from siliconomics.studies.prediction.point import Point
from siliconomics.studies.prediction.points import measured
from siliconomics.studies.prediction.predict import predict
from siliconomics.studies.prediction.search import search
from siliconomics.studies.prediction.software import calibration
from siliconomics.studies.ranking import rank
from siliconomics.studies.ranking.draws import STRETCH
from siliconomics.studies.workers import connect, crew, in_process, with_client

DATE = 2026.0


@pytest.fixture(scope="module")
def model() -> Model:
    return load(checked=False)


@pytest.fixture(scope="module")
def point(model) -> Point:
    """The Ascend 910C with DeepSeek-R1 on 64 chips, within 50 ms a token."""
    row = next(one for one in measured() if one.model == "DeepSeek-R1")
    return replace(row, chip="910C", chips=64, layout=None, tpot_limit_ms=50.0, concurrency=None, batch_per_chip=None)


def cut(size, threads=2):
    return lambda work: in_process(replace(work, size=size), threads)


def test_a_search_has_the_same_bits_however_its_configurations_are_cut(model, point):
    learned = calibration()
    found = search(model.facts, point, learned, DATE)
    assert len(found.good) > 2
    for size, threads in ((1, 3), (7, 2), (1000, 1)):
        again = search(model.facts, point, learned, DATE, crew=cut(size, threads))
        assert (again.good, again.late, again.unfit) == (found.good, found.late, found.unfit)


def test_predictions_made_at_once_are_those_made_in_blocks(model, point):
    points = [replace(point, chips=chips) for chips in (8, 16, 32, 48, 64)]
    at_once = predict(model.facts, points, calibration(), DATE)
    assert predict(model.facts, points, calibration(), DATE, cut(2)) == at_once


@pytest.mark.slow
def test_an_unreachable_scheduler_is_refused_by_ranking_and_search(model, point):
    for asked in (
        lambda: rank(model, draws=8, crew=crew("tcp://127.0.0.1:9")),
        lambda: search(model.facts, point, calibration(), DATE, crew=crew("tcp://127.0.0.1:9")),
    ):
        with pytest.raises(BadRequest, match="No scheduler answers"):
            asked()


@contextmanager
def losing_a_worker() -> Iterator[tuple]:
    """Two workers, one of which is killed when the first block is there; who makes the blocks, and who was lost."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        lost: list[int] = []

        def made(work):
            client = connect(cluster.scheduler_address)
            for block in with_client(work, client):
                if not lost:
                    worker = next(iter(cluster.workers.values()))
                    lost.append(worker.pid)
                    worker.process.process.kill()
                yield block
            client.close()

        yield made, lost


@pytest.mark.slow
def test_a_cluster_ranks_to_the_same_bits_and_survives_a_lost_worker(model):
    alone = rank(model, "cloud", draws=24 * STRETCH)
    with losing_a_worker() as (made, lost):
        found = rank(model, "cloud", draws=24 * STRETCH, crew=lambda work: made(replace(work, size=STRETCH)))
    assert lost
    assert found == alone


@pytest.mark.slow
def test_a_cluster_searches_to_the_same_bits_and_survives_a_lost_worker(model, point):
    alone = search(model.facts, point, calibration(), DATE)
    with losing_a_worker() as (made, lost):
        found = search(model.facts, point, calibration(), DATE, crew=lambda work: made(replace(work, size=2)))
    assert lost
    assert (found.good, found.late, found.unfit) == (alone.good, alone.late, alone.unfit)
