"""Sizing: how large a cluster a service needs on each of several chips, and what a power or a cheque serves."""

from .job import Job, Length, read_lengths
from .rate import predicted, rate_range
from .service import ORDERS, Sized, size

__all__ = ["ORDERS", "Job", "Length", "Sized", "predicted", "rate_range", "read_lengths", "size"]
