"""Distributions of answers from ranges of facts."""

from siliconomics.studies.workers import connect, in_process, on_cluster, with_client

from .belief import Belief, beliefs
from .job import Job
from .keep import write_draws
from .narrow import Searched, narrowed
from .run import DRAWS, LEVELS, MOST_DRAWS, Distribution, Simulation, job_of, simulate
from .together import Matrix, read_matrix

__all__ = [
    "DRAWS",
    "LEVELS",
    "MOST_DRAWS",
    "Belief",
    "Distribution",
    "Job",
    "Matrix",
    "Searched",
    "Simulation",
    "beliefs",
    "connect",
    "in_process",
    "job_of",
    "narrowed",
    "on_cluster",
    "read_matrix",
    "simulate",
    "with_client",
    "write_draws",
]
