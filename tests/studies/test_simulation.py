"""Distributions of answers: what is drawn, what comes out, and that it is the same whoever draws it."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core import BadRequest, Interval
from siliconomics.model import Model, load
from siliconomics.model.guarded import guarded
from siliconomics.studies import simulation as study
from siliconomics.studies.simulation import belief as believing
from siliconomics.studies.simulation import together as tying
from siliconomics.studies.simulation.job import BLOCK
from siliconomics.studies.simulation.points import Points


@pytest.fixture(scope="module")
def model() -> Model:
    return load(scenario="margin-from-chip-costs", checked=False)


@pytest.fixture(scope="module")
def target(model):
    return model.graph.cell("price_target", {"company": "Cambricon"})


def belief(low, value, high, possible="(-inf, inf)"):
    interval = Interval.parse(possible)
    scale = believing._scale(low, value, high, interval)
    least, most = believing._bounds(interval)
    return study.Belief("fact", (), "assumed", value, low, high, scale, least, most)


# -- beliefs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one",
    [
        belief(0.3, 0.7, 0.75, "(0, 1]"),
        belief(100, 200, 900, "(0, inf)"),
        belief(-0.1, 0.02, 0.05),
    ],
)
def test_the_value_is_the_median_and_the_range_holds_four_fifths(one):
    drawn = one.at(Points(1, 3).normal(0, 4096)[:, 0])
    assert np.median(drawn) == pytest.approx(one.value, rel=2e-3)
    assert np.mean((drawn >= one.low) & (drawn <= one.high)) == pytest.approx(0.8, abs=2e-3)


def test_what_would_fall_below_the_possible_lies_at_its_edge():
    one = belief(0, 0.04, 0.12, "[0, 1)")
    drawn = one.at(Points(1, 3).normal(0, 4096)[:, 0])
    assert drawn.min() == 0
    assert np.mean(drawn <= one.high) == pytest.approx(0.9, abs=2e-3)


@given(
    st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(-8, 8), st.sampled_from(["[0, 1]", "(0, 1]", "[0, 1)"])
)
def test_nothing_impossible_is_drawn(a, b, c, z, possible):
    low, value, high = sorted((a, b, c))
    interval = Interval.parse(possible)
    if low < high and all(one in interval for one in (low, value, high)):
        assert interval.about(float(belief(low, value, high, possible).at(np.array(z))))


def test_a_fact_without_a_range_stays_and_one_that_is_held_does_too(model, target):
    names = {one.name for one, _ in study.beliefs(model, [target])}
    assert "beta@Cambricon" not in names
    held = model.with_changes(model.change("channel_margin", 0.05, company="Cambricon"))
    left = {one.name for one, _ in study.beliefs(held, [held.graph.cell("price_target", target.labels)])}
    assert names - left == {"channel_margin@Cambricon"}


# -- draws ------------------------------------------------------------------------------------


def test_the_seed_repeats_and_another_differs(model, target):
    one, again, other = (study.simulate(model, [target], 512, seed).answers[0].values for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_every_draw_is_the_model_with_those_facts(model, target):
    job = study.job_of(model, [target], 64)
    columns = job.columns(0, 64)
    values = study.simulate(model, [target], 64).answers[0].values
    for draw in (0, 17, 63):
        changes = [
            model.change(one.quantity, float(column[draw]), **dict(one.labels))
            for one, column in zip(job.believed, columns, strict=True)
        ]
        assert model.solve("price_target", changes=changes, **target.labels).value == pytest.approx(
            values[draw], rel=1e-9
        )


def test_the_same_draws_come_in_any_blocks_and_from_any_number_of_threads(model, target):
    job = study.job_of(model, [target], 2 * BLOCK + 5)
    pieces = np.concatenate([job.block(*cut) for cut in ((0, 7), (7, BLOCK + 11), (BLOCK + 11, 2 * BLOCK + 5))], axis=1)
    for threads in (1, 3):
        found = study.simulate(
            model, [target], 2 * BLOCK + 5, crew=lambda job, count=threads: study.in_process(job, count)
        )
        assert np.array_equal(found.answers[0].values, pieces[0])


def test_a_draw_in_which_a_figure_is_impossible_has_no_meaning(model):
    wild = model.with_changes(model.change("terminal_growth", 0.08))
    cell = wild.graph.cell("price_target", {"company": "Cambricon"})
    job = study.job_of(wild, [cell], 8)
    program = guarded(wild, [cell], [one for _, one in study.beliefs(wild, [cell])]).program  # of inputs without bound
    assert program.guards
    columns = job.columns(0, 8)
    assert np.array_equal(program.draws(columns), job.guarded.program.draws(columns))
    assert not np.isnan(program.draws(columns)).any()
    named = [one.quantity for one in job.believed]
    columns[named.index("channel_margin")] = np.where(np.arange(8) == 3, 1e9, columns[named.index("channel_margin")])
    meant = program.draws(columns)
    assert np.isnan(meant[0, 3])
    assert np.isnan(meant).sum() == 1


def test_the_middle_settles_with_more_draws(model, target):
    few, many = (study.simulate(model, [target], draws).answers[0].quantile(0.5) for draws in (4096, 16384))
    assert few == pytest.approx(many, rel=0.01)


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (-3, 1), (10**12, 1), (10, -1)])
def test_impossible_numbers_of_draws_are_refused(model, target, draws, seed):
    with pytest.raises(BadRequest):
        study.simulate(model, [target], draws, seed)


# -- together ---------------------------------------------------------------------------------


def test_facts_of_one_quantity_move_together_as_closely_as_declared():
    from scipy.stats import spearmanr

    facts = [study.Belief("yield", (("chip", name),), "assumed", 0.5, 0.4, 0.6, "logit") for name in "abc"]
    moving, told = tying.together(facts, [tying.Shared("yield", 0.6, "", "assumed")])
    assert [(one.facts, one.groups) for one in told] == [(3, 1)]
    z = moving.mix(Points(moving.dimensions, 1).normal(0, 8192))
    assert spearmanr(z[:, 0], z[:, 2]).statistic == pytest.approx(0.6, abs=0.01)
    assert z.std(axis=0) == pytest.approx(1, abs=0.01)


def test_within_a_label_facts_move_together_and_across_labels_they_do_not():
    from scipy.stats import spearmanr

    facts = [
        study.Belief("offer", (("chip", chip), ("quarter", quarter)), "assumed", 0.5, 0.4, 0.6, "logit")
        for chip in "ab"
        for quarter in (1, 2)
    ]
    moving, told = tying.together(facts, [tying.Shared("offer", 0.9, "chip", "assumed")])
    assert (told[0].facts, told[0].groups) == (4, 2)
    z = moving.mix(Points(moving.dimensions, 1).normal(0, 8192))
    assert spearmanr(z[:, 0], z[:, 1]).statistic == pytest.approx(0.9, abs=0.01)
    assert spearmanr(z[:, 0], z[:, 2]).statistic == pytest.approx(0, abs=0.02)


def test_a_matrix_of_the_user_is_met_and_takes_the_place_of_the_group():
    from scipy.stats import spearmanr

    facts = [study.Belief("yield", (("chip", name),), "assumed", 0.5, 0.4, 0.6, "logit") for name in "abc"]
    matrix = study.Matrix(("yield@a", "yield@c"), np.array([[1, -0.5], [-0.5, 1]]))
    moving, _ = tying.together(facts, [tying.Shared("yield", 0.6, "", "assumed")], matrix)
    z = moving.mix(Points(moving.dimensions, 1).normal(0, 8192))
    assert spearmanr(z[:, 0], z[:, 2]).statistic == pytest.approx(-0.5, abs=0.01)
    assert spearmanr(z[:, 0], z[:, 1]).statistic == pytest.approx(0, abs=0.02)


def test_a_matrix_that_contradicts_itself_is_refused_and_the_nearest_offered():
    ranks = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    matrix = study.Matrix(("a", "b", "c"), ranks)
    with pytest.raises(BadRequest, match=r"not positive definite.*--nearest"):
        matrix.factor()
    mended = matrix.mended()
    mended.factor()
    assert np.allclose(np.diag(mended.ranks), 1, atol=1e-6)
    assert np.abs(mended.ranks - ranks).max() < 0.6
    fine = study.Matrix(("a", "b"), np.array([[1, 0.3], [0.3, 1]]))
    assert fine.mended() is fine


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (",a,b\na,1,0.2\n", "same order"),
        (",a,x\na,1,0\nx,0,1\n", "'x' is not an uncertain fact"),
        (",a,b\na,1,0.2\nb,0.3,1\n", "not symmetric"),
        (",a,b\na,1,2\nb,2,1\n", "outside -1 to 1"),
        (",a,b\na,1,high\nb,0,1\n", "not a number"),
        ("", "same order"),
    ],
)
def test_a_file_of_correlations_is_read_or_refused(tmp_path, text, said):
    file = tmp_path / "c.csv"
    file.write_text(text)
    with pytest.raises(BadRequest, match=said):
        study.read_matrix(file, ["a", "b"])


# -- files, other engines ---------------------------------------------------------------------


def test_draws_are_kept_whole_with_what_made_them(model, target, tmp_path):
    from pyarrow import parquet

    found = study.simulate(model, [target], 32)
    study.write_draws(found, tmp_path / "draws.parquet")
    table = parquet.read_table(tmp_path / "draws.parquet")
    assert np.array_equal(table.column(0).to_numpy(), found.answers[0].values)
    assert table.schema.metadata[b"facts_version"].decode() == model.facts.version
    assert table.schema.metadata[b"seed"] == b"1"
    study.write_draws(found, tmp_path / "draws.csv")
    with (tmp_path / "draws.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["price_target[company=Cambricon]"]
    assert [float(row[0]) for row in rows[1:]] == found.answers[0].values.tolist()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["draws.csv", "draws.parquet"]


def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(model, target, tmp_path):
    found = study.simulate(model, [target], 8)
    with pytest.raises(BadRequest, match="cannot be written"):
        study.write_draws(found, tmp_path / "missing" / "draws.csv")
    assert not list(tmp_path.iterdir())


def test_an_unreachable_scheduler_is_refused(model, target):
    job = study.job_of(model, [target], 8)
    with pytest.raises(BadRequest, match="No scheduler answers"):
        next(study.on_cluster(job, "tcp://127.0.0.1:9", timeout=0.5))


@pytest.mark.slow
def test_a_cluster_gives_the_same_bits_and_survives_a_lost_worker(model, target):
    distributed = pytest.importorskip("distributed")
    draws = 12 * BLOCK
    alone = study.simulate(model, [target], draws).answers[0].values
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        lost = []

        def crew(job):
            client = study.connect(cluster.scheduler_address)
            for place, made in enumerate(study.with_client(job, client)):
                if place == 1:
                    worker = next(iter(cluster.workers.values()))
                    lost.append(worker.pid)
                    worker.process.process.kill()
                yield made
            client.close()

        found = study.simulate(model, [target], draws, crew=crew)
    assert lost
    assert np.array_equal(found.answers[0].values, alone)


def test_jax_agrees_with_numpy(model, target):
    pytest.importorskip("jax")
    from siliconomics.studies.simulation.compiled import compiled

    one = study.simulate(model, [target], 256).answers[0].values
    other = study.simulate(model, [target], 256, crew=compiled).answers[0].values
    assert np.allclose(one, other, rtol=1e-11, atol=1e-11 * np.abs(one).max())
