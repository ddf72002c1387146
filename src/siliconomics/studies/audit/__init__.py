"""What a source printed, recomputed: reproduced, contradicted with the reason, or not computable."""

from .bridge import Bridge, Step, bridge
from .report import Finding, Report, Verdict, audit

__all__ = ["Bridge", "Finding", "Report", "Step", "Verdict", "audit", "bridge"]
