"""Facts compiled once and kept until a file changes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .table import LIBRARY, Facts, ensure_folder, version_of

FORMAT = 2
"""Raised when the shape of compiled facts changes, so that an older cache is left alone."""


def load(folders: Sequence[Path] = (), library: Path = LIBRARY) -> Facts:
    """The library's facts and those of further folders, from the cache if no file has changed.

    ``library``: another one than ours, whole in itself, such as an older version of it.
    """
    every = [library, *(Path(folder) for folder in folders)]
    for folder in every[1:]:
        ensure_folder(folder)
    path = _path(every)
    cached = _read(path)
    if cached is not None:
        return cached
    from .reader import read

    facts = read(every)
    _write(path, facts)
    return facts


def _path(folders: Sequence[Path]) -> Path:
    digest = hashlib.blake2b(digest_size=8)
    for folder in [Path(__file__).parent, Path(__file__).parent.parent / "core"]:
        for code in sorted(folder.glob("*.py")):
            digest.update(code.read_bytes())
    version = version_of(folders)
    names = "|".join(str(folder) for folder in folders)
    digest.update(f"{FORMAT}{version}{names}".encode())
    return cache_folder() / f"facts-{digest.hexdigest()}.pickle"


def cache_folder() -> Path:
    """The user's cache folder (platformdirs' rule, without its import)."""
    chosen = os.environ.get("SILICONOMICS_CACHE")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("siliconomics", appauthor=False))


def _read(path: Path) -> Facts | None:
    try:
        with path.open("rb") as file:
            return pickle.load(file)  # type: ignore[no-any-return]
    except Exception:
        return None


def _write(path: Path, facts: Facts) -> None:
    """Write whole or not at all; a cache that cannot be written is done without."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("facts-*.pickle"):
            with contextlib.suppress(OSError):
                if len(list(path.parent.glob("facts-*.pickle"))) > 16:
                    old.unlink()
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            pickle.dump(facts, file, protocol=pickle.HIGHEST_PROTOCOL)
        Path(name).replace(path)
