"""Calibration: the library's figures are what the code fits, and on the unseen they are as good as they claim to be."""

import csv
import math
from collections import defaultdict

import numpy as np
import pytest

from siliconomics.facts import LIBRARY
from siliconomics.facts.reader import read
from siliconomics.studies.belief import EIGHTY
from siliconomics.studies.calibration import (
    PARAMETERS,
    calibrate,
    fit,
    held_out,
    parameters_csv,
    residuals_csv,
    score,
    without_offsets,
)
from siliconomics.studies.calibration.fit import NOISE, Laid, group_weights, middles, spread_of, spreads, values
from siliconomics.studies.calibration.run import one_utilisation, ready
from siliconomics.studies.prediction.cases import case
from siliconomics.studies.prediction.points import measured
from siliconomics.studies.prediction.software import FOLDER, calibration

FIGURES = ("fitted", "chip_left_out", "source_left_out", "one_utilisation")


def table(text):
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def facts():
    return read([LIBRARY])


@pytest.fixture(scope="module")
def rows():
    return table((FOLDER / "residuals.csv").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def parameters():
    return table((FOLDER / "parameters.csv").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def few(facts):
    """Ten points of each of four sources, on four chips."""
    cases, _ = ready(facts)
    taken = defaultdict(list)
    for one in cases:
        taken[one.point.source].append(one)
    return [one for source in ("IXR", "TRT11", "ANT", "GPS") for one in taken[source][:10]]


# -- the library against the code -----------------------------------------------------------------------
@pytest.fixture(scope="module")
def report(facts):
    return calibrate(facts)


def close(ours, theirs, share=1e-3):
    if not theirs or not ours:
        return ours == theirs
    return math.isclose(float(ours), float(theirs), rel_tol=share, abs_tol=share)


@pytest.mark.slow
def test_the_parameters_of_the_library_are_what_the_code_fits(report, parameters):
    found = table(parameters_csv(report))
    assert [row["parameter"] for row in found] == [row["parameter"] for row in parameters]
    for ours, theirs in zip(found, parameters, strict=True):
        for name in ("value", "low", "high"):
            if theirs[name]:
                assert float(ours[name]) == pytest.approx(float(theirs[name]), rel=1e-3), ours["parameter"]
        assert ours["meaning"] == theirs["meaning"]


@pytest.mark.slow
def test_the_residuals_of_the_library_are_what_the_code_finds(report, rows):
    found = table(residuals_csv(report))
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    wrong = [
        (ours["id"], name, ours[name], theirs[name])
        for ours, theirs in zip(found, rows, strict=True)
        for name in theirs
        if not (close(ours[name], theirs[name]) if name in (*FIGURES, "published_per_chip") else ours[name])
    ]
    assert wrong == []


@pytest.mark.slow
def test_ranges_were_set_to_cover_eighty_of_a_hundred(report):
    both = [report.covered(held) for held in (report.by_chip, report.by_source)]
    assert sum(both) / 2 == pytest.approx(0.80, abs=0.01)
    assert report.skipped == [] or all(": " in why for why in report.skipped)


def test_the_library_holds_every_parameter_with_a_covariance(parameters):
    names = [parameter.name for parameter in PARAMETERS]
    assert [row["parameter"] for row in parameters] == [*names, "unexplained"]
    learned = calibration()
    assert learned.covariance == pytest.approx(learned.covariance.T, rel=1e-6)
    assert (np.linalg.eigvalsh(learned.covariance) > 0).all()
    sd = np.sqrt(np.diag(learned.covariance))
    assert (sd <= spreads() * (1 + 1e-6)).all()  # points only ever narrow a prior
    for row, one in zip(parameters, sd, strict=False):
        assert float(row["low"]) == pytest.approx(float(row["value"]) * math.exp(-EIGHTY * one), rel=1e-4)
        assert float(row["high"]) == pytest.approx(float(row["value"]) * math.exp(EIGHTY * one), rel=1e-4)


def test_the_library_judges_every_scored_point_once(rows, facts):
    cases, _ = ready(facts)
    assert [row["id"] for row in rows] == [one.point.id for one in cases]
    assert {row["tier"] for row in rows} == {"A", "B"}
    for row, one in zip(rows, cases, strict=True):
        assert float(row["published_per_chip"]) == pytest.approx(one.point.value_per_chip, rel=1e-5)
        assert (row["source"], row["chip"], row["model"]) == (one.point.source, one.chip, one.model)
    blank = [row["id"] for row in rows if not all(row[name] for name in FIGURES)]
    assert len(blank) <= 10  # layouts that our memory does not hold
    left_out = {row["id"] for row in rows if not row["chip_left_out"]}
    assert left_out <= set(blank)


# -- scores ---------------------------------------------------------------------------------------------
def misses(rows, name, only=""):
    found = defaultdict(list)
    for row in rows:
        if row[name] and row["model"].startswith(only):
            found[row["source"]].append((float(row[name]), row["chip"]))
    return found


def scored(rows, name, only=""):
    """Median absolute miss of each source, the sources weighing the same."""
    return np.mean([np.median([abs(miss) for miss, _ in found]) for found in misses(rows, name, only).values()])


def shape_scored(rows, name):
    """The same after one offset for each source and chip."""
    medians = []
    for found in misses(rows, name).values():
        offsets = {chip: np.median([miss for miss, other in found if other == chip]) for _, chip in found}
        medians.append(np.median([abs(miss - offsets[chip]) for miss, chip in found]))
    return np.mean(medians)


def covered(rows, kind, unexplained):
    inside = [
        abs(float(row[f"{kind}_left_out"]))
        <= EIGHTY * math.hypot(float(row[f"{kind}_left_out_sd"]), float(unexplained))
        for row in rows
        if row[f"{kind}_left_out"]
    ]
    return np.mean(inside)


def test_each_chip_left_out_over_all_models(rows):
    """The issue asks for at most 0.30 (aim 0.25)."""
    assert scored(rows, "chip_left_out") <= 0.30


def test_each_source_left_out_over_all_models(rows):
    """The issue asks for at most 0.30 (aim 0.25); this holds what is reached, 0.31, and the next test what is asked."""
    assert scored(rows, "source_left_out") <= 0.32


def test_each_source_left_out_as_the_issue_asks(rows):
    assert scored(rows, "source_left_out") <= 0.30


@pytest.mark.parametrize("kind", ["chip_left_out", "source_left_out"])
def test_left_out_over_deepseek_as_the_issue_asks(rows, kind):
    assert scored(rows, kind, "DeepSeek") <= 0.35


@pytest.mark.parametrize("kind", ["chip_left_out", "source_left_out"])
def test_the_shape_is_right_once_offsets_are_out(rows, kind):
    """At most 0.15 once one offset for each source and chip is taken out."""
    assert shape_scored(rows, kind) <= 0.15


@pytest.mark.parametrize("kind", ["chip", "source"])
def test_ranges_cover_what_was_left_out(rows, parameters, kind):
    """80 % ranges cover 70 to 90 % of the points."""
    assert 0.70 <= covered(rows, kind, parameters[-1]["value"]) <= 0.90


@pytest.mark.parametrize("kind", ["chip_left_out", "source_left_out"])
def test_on_deepseek_one_utilisation_is_worse_by_a_tenth(rows, kind):
    assert scored(rows, "one_utilisation", "DeepSeek") - scored(rows, kind, "DeepSeek") >= 0.10


def test_what_was_fitted_is_closer_than_what_was_left_out(rows):
    assert scored(rows, "fitted") < scored(rows, "chip_left_out")
    assert scored(rows, "fitted") < scored(rows, "source_left_out")
    assert scored(rows, "fitted", "DeepSeek") < scored(rows, "one_utilisation", "DeepSeek")


def test_the_score_of_the_code_is_the_score_of_this_file(rows, facts):
    cases, _ = ready(facts)
    found = [float(row["chip_left_out"] or "nan") for row in rows]
    assert score(found, cases).mean == pytest.approx(scored(rows, "chip_left_out"), rel=1e-9)
    assert score(without_offsets(found, cases), cases).mean == pytest.approx(
        shape_scored(rows, "chip_left_out"), rel=1e-6
    )
    assert sum(count for count, _ in score(found, cases).by_source.values()) == sum(not math.isnan(x) for x in found)


def test_the_fitted_residuals_follow_from_the_fitted_parameters(rows, facts):
    cases, _ = ready(facts)
    laid = Laid(cases)
    learned = calibration()
    laid.choose(learned.values)
    found = laid.miss(learned.theta)
    gap = [
        abs(miss - float(row["fitted"]))
        for row, miss, fits in zip(rows, found, laid.fits, strict=True)
        if row["fitted"]
    ]
    assert np.quantile(gap, 0.95) < 2e-3


# -- fitting --------------------------------------------------------------------------------------------
def test_sources_weigh_the_same(few):
    weights = group_weights(few)
    total = defaultdict(float)
    for weight, one in zip(weights, few, strict=True):
        total[one.point.source] += weight
    assert total == pytest.approx(dict.fromkeys(total, 1.0))


def test_a_fit_narrows_its_priors_and_comes_closer(few):
    laid = Laid(few)
    laid.choose(values(middles()))
    before = laid.miss(middles())
    learned = fit(few, rounds=1)
    assert np.mean(np.abs(learned.misses)) < np.mean(np.abs(before))
    assert (np.sqrt(np.diag(learned.covariance)) <= spreads() * (1 + 1e-6)).all()
    assert set(learned.values) == {parameter.name for parameter in PARAMETERS}
    assert not any(one.chip.startswith("910") for one in few)
    assert learned.values["level_huawei"] == pytest.approx(
        0.75, rel=1e-6
    )  # no Huawei among the points: the prior stays
    spread = spread_of(learned.problem, learned)
    assert (spread > 0).all()
    assert (spread < 2).all()


def test_a_fit_is_the_same_every_time(few):
    once, again = (fit(few, rounds=1) for _ in range(2))
    assert (once.theta == again.theta).all()


def test_one_wrong_point_pulls_little(few):
    whole = fit(few, rounds=1)
    wrong = few[0].point
    spoiled = [
        case_with(few[0], wrong.value_per_chip * 50),
        *few[1:],
    ]
    moved = fit(spoiled, rounds=1).theta - whole.theta
    assert np.abs(moved).max() < 1.0
    assert np.median(np.abs(moved)) < NOISE


def case_with(one, rate):
    from dataclasses import replace

    return replace(one, point=replace(one.point, value_per_chip=rate))


def test_a_group_left_out_is_left_out(few, monkeypatch):
    """Each group is predicted by a fit that saw none of it, and by one that saw all others."""
    from importlib import import_module

    module = import_module("siliconomics.studies.calibration.fit")
    seen = []
    true = module.fit

    def watched(cases, *arguments, **options):
        seen.append([one.point.id for one in cases])
        return true(cases, *arguments, **options)

    monkeypatch.setattr(module, "fit", watched)
    held = held_out(few, lambda one: one.point.source, "source")
    everything = {one.point.id for one in few}
    groups = sorted({one.point.source for one in few})
    assert len(seen) == len(groups)
    for ids, group in zip(seen, groups, strict=True):
        assert everything - set(ids) == {one.point.id for one in few if one.point.source == group}
    assert np.isfinite(held.misses).all()
    assert (held.deviations > 0).all()
    assert held.by == "source"


def test_what_is_left_out_cannot_reach_its_own_prediction(few):
    """Ten times its figures move the misses of a group by exactly that, its predictions not at all."""
    group = few[0].point.source
    raised = [case_with(one, one.point.value_per_chip * 10) if one.point.source == group else one for one in few]
    plain, moved = (
        held_out(cases, lambda one: "in" if one.point.source == group else one.point.source, "source")
        for cases in (few, raised)
    )
    mine = np.array([one.point.source == group for one in few])
    assert plain.misses[mine] - moved.misses[mine] == pytest.approx(np.full(mine.sum(), math.log(10)), rel=1e-9)
    assert plain.deviations[mine] == pytest.approx(moved.deviations[mine], rel=1e-9)


def test_the_rival_has_one_utilisation(few):
    found, utilisation = one_utilisation(few)
    assert np.median(found) == pytest.approx(0, abs=1e-12)
    assert 0.05 < utilisation < 1


def test_the_points_that_are_scored_are_those_of_tiers_a_and_b(facts):
    cases, skipped = ready(facts)
    assert len(cases) + len(skipped) == sum(one.scored for one in measured())
    assert {one.point.tier for one in cases} <= {"A", "B"}
    assert all(one.point.value_per_chip > 0 for one in cases)
    assert case(facts, cases[0].point, 2025.5).columns == cases[0].columns
