"""Public data as dated snapshots: statements, closes and share counts as a provider gives them on one day.

Asked by `siliconomics company fetch` alone; a model reads the files it leaves. The packages are an extra (``data``).
"""

from .ask import PROVIDERS, closes, snapshot
from .snapshot import Closes, Snapshot

__all__ = ["PROVIDERS", "Closes", "Snapshot", "closes", "snapshot"]
