"""Holds the picture of the house: a room imports only what stands below it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGE = HOUSE / "src" / "siliconomics"

# What each room may import of ours, besides itself. "siliconomics" is the public face
# (__init__.py: `load` and what it returns); "__main__" is `python -m siliconomics`.
MAY_IMPORT = {
    "core": set(),
    "facts": {"core"},
    "formulas": {"core"},
    "model": {"core", "facts", "formulas"},
    "siliconomics": {"core", "facts", "formulas", "model"},
    "studies": {"core", "facts", "formulas", "model", "siliconomics"},
    "faces": {"core", "facts", "formulas", "model", "siliconomics", "studies"},
    "__main__": {"faces"},
}


@dataclass(frozen=True)
class Import:
    """One import: where it stands, what it names, and whether importing the file runs it."""

    importer: str
    path: Path
    line: int
    imported: str
    at_start: bool

    @property
    def place(self) -> str:
        return f"{self.path.as_posix()}:{self.line}"


def module_name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str, package: Path) -> bool:
    path = package.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def named_modules(node: ast.AST, importer: str, path: Path, package: Path) -> list[str]:
    """The modules that one statement or call imports, by their full names."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            source = node.module or ""
            if node.level:
                steps_up = node.level - (path.name == "__init__.py")
                parts = importer.split(".")
                base = ".".join(parts[: len(parts) - steps_up])
                source = f"{base}.{source}" if source else base
            inside = [f"{source}.{alias.name}" for alias in node.names]
            return [name if is_module(name, package) else source for name in inside]
        case ast.Call(args=[ast.Constant(value=str(name)), *_]):
            called = ast.unparse(node.func)
            return [name] if called.endswith(("import_module", "__import__")) else []
    return []


def walk(node: ast.AST, at_start: bool = True):
    """Every node below, with whether importing the module runs it."""
    for child in ast.iter_child_nodes(node):
        yield child, at_start
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or (
            isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        )
        yield from walk(child, at_start and not later)


def imports_of(package: Path) -> list[Import]:
    found = []
    for path in sorted(package.rglob("*.py")):
        importer = module_name(path, package)
        shown = path.relative_to(package.parent)
        for node, at_start in walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            for name in named_modules(node, importer, path, package):
                found.append(Import(importer, shown, node.lineno, name, at_start))
    return found


def is_ours(name: str) -> bool:
    return name.split(".")[0] == PACKAGE.name


def room_of(module: str) -> str:
    """The part after the package's name; the package itself is the room of its own name."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def chapter_of(module: str) -> str | None:
    """The chapter of formulas a module stands in; None outside, and for formulas/__init__.py."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[1] == "formulas" else None


def upward_imports(package: Path) -> list[str]:
    wrong = []
    for each in imports_of(package):
        importer, imported = room_of(each.importer), room_of(each.imported)
        if not is_ours(each.imported) or imported == importer:
            continue
        allowed = MAY_IMPORT.get(importer, set())
        if imported not in allowed:
            below = ", ".join(sorted(allowed)) or "nothing of ours"
            wrong.append(f"{each.place}: {importer} imports {each.imported}; it may import {below}")
    return wrong


def sideways_imports(package: Path) -> list[str]:
    """Chapters of formulas that import another chapter, or formulas as a whole."""
    return [
        f"{each.place}: chapter {chapter_of(each.importer)} imports {each.imported}; "
        "name the quantity as an argument instead"
        for each in imports_of(package)
        if is_ours(each.imported)
        and chapter_of(each.importer)
        and room_of(each.imported) == "formulas"
        and chapter_of(each.imported) != chapter_of(each.importer)
    ]


IMPORTED_AS = {"vl_convert_python": "vl_convert"}
"""Packages that are imported by another name than they are installed by."""
WHOLLY_EXTRA = {"faces/web": "web"}
"""Faces that are an extra as a whole: their modules may begin with what it brings, for nobody imports them early."""


def required_names(requirements: list[str]) -> set[str]:
    """The names that pip requirements install, as they are imported."""
    names = (re.match(r"[A-Za-z0-9._-]+", text) for text in requirements)
    found = {name.group().lower().replace("-", "_") for name in names if name}
    return {IMPORTED_AS.get(name, name) for name in found}


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def show(lines: list[str]) -> str:
    return "\n".join(["", *lines])


def test_every_room_is_known():
    rooms = {room_of(module_name(path, PACKAGE)) for path in PACKAGE.rglob("*.py")}
    assert rooms <= set(MAY_IMPORT), "a new room needs a place in the picture (MAY_IMPORT)"


def test_rooms_import_only_what_stands_below():
    wrong = upward_imports(PACKAGE)
    assert not wrong, show(wrong)


def test_chapters_of_formulas_do_not_import_each_other():
    wrong = sideways_imports(PACKAGE)
    assert not wrong, show(wrong)


def test_imported_packages_are_declared(project):
    """At the top of a module only what everybody has; inside a function also the extras."""
    always = required_names(project["dependencies"])
    extras = project["optional-dependencies"]
    sometimes = always.union(*(required_names(extras[name]) for name in extras if name != "dev"))
    brought = {folder: required_names(extras[name]) for folder, name in WHOLLY_EXTRA.items()}

    def at_start(each):
        return always.union(*(names for folder, names in brought.items() if folder in each.path.as_posix()))

    wrong = [
        f"{each.place}: {each.imported} is not among "
        + ("the dependencies" if each.at_start else "the dependencies and extras")
        for each in imports_of(PACKAGE)
        if not is_ours(each.imported)
        and each.imported.split(".")[0] not in sys.stdlib_module_names
        and each.imported.split(".")[0] not in (at_start(each) if each.at_start else sometimes)
    ]
    assert not wrong, show(wrong)


def bound_names(tree: ast.Module) -> set[str]:
    """Names that a module's own statements bind, those under `if TYPE_CHECKING` included."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                names |= {(a.asname or a.name).split(".")[0] for a in node.names}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return names


def public_face(tree: ast.Module) -> list[str] | None:
    """The names in `__all__`, written as one list or tuple of words; None where there is none."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
            return list(ast.literal_eval(node.value))
    return None


def in_order(names: list[str]) -> list[str]:
    """Constants, classes, the rest, each by name (ruff's order, so `ruff check --fix` mends it)."""
    return sorted(set(names), key=lambda name: (not name.isupper(), not name[:1].isupper(), name))


def faults_of_face(init: Path) -> list[str]:
    tree = ast.parse(init.read_text(encoding="utf-8"), str(init))
    face = public_face(tree)
    name = init.relative_to(PACKAGE.parent).as_posix()
    if face is None:
        return [f"{name}: imports names but has no __all__"] if bound_names(tree) else []
    modules = {path.stem for path in init.parent.iterdir() if path.suffix == ".py" or path.is_dir()}
    unbound = set(face) - bound_names(tree) - modules
    hidden = [word for word in face if word.startswith("_") and not word.startswith("__")]
    faults = []
    if face != in_order(face):
        faults.append(f"{name}: __all__ in order, once each, is {in_order(face)}")
    if hidden:
        faults.append(f"{name}: __all__ shows private names: {hidden}")
    if unbound:
        faults.append(f"{name}: __all__ names what is not there: {sorted(unbound)}")
    return faults


def test_every_package_has_one_sorted_public_face():
    wrong = [fault for init in sorted(PACKAGE.rglob("__init__.py")) for fault in faults_of_face(init)]
    assert not wrong, show(wrong)


@pytest.fixture
def crooked_house(tmp_path):
    """A small package whose imports go wrong in every way the rules above know."""
    package = tmp_path / "siliconomics"
    files = {
        "__init__.py": "",
        "core/__init__.py": "from .. import faces",
        "core/record.py": "def late():\n    from siliconomics.facts import cards",
        "facts/__init__.py": "",
        "facts/cards.py": "import siliconomics.formulas.silicon",
        "formulas/__init__.py": "from siliconomics.formulas import package, silicon",
        "formulas/silicon/__init__.py": "from ..package import price",
        "formulas/silicon/wafer.py": "from . import die\nfrom siliconomics.core import formula",
        "formulas/silicon/die.py": "",
        "formulas/package.py": "from siliconomics import formulas",
        "model.py": "import importlib\nimportlib.import_module('siliconomics.studies.audit')",
        "studies/__init__.py": "from siliconomics import load\nfrom siliconomics.model import load",
        "faces/__init__.py": "from siliconomics.studies import audit",
    }
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return package


def places(lines: list[str]) -> set[str]:
    return {line.split(": ")[0].removeprefix("siliconomics/") for line in lines}


def test_an_upward_import_is_found_however_it_is_written(crooked_house):
    assert places(upward_imports(crooked_house)) == {
        "core/__init__.py:1",
        "core/record.py:2",
        "facts/cards.py:1",
        "model.py:2",
    }


def test_a_sideways_import_is_found_however_it_is_written(crooked_house):
    assert places(sideways_imports(crooked_house)) == {
        "formulas/package.py:1",
        "formulas/silicon/__init__.py:1",
    }


def test_a_face_that_is_an_extra_is_imported_late_by_all_others():
    folders = tuple(f"siliconomics.{folder.replace('/', '.')}" for folder in WHOLLY_EXTRA)
    early = [
        f"{each.place}: {each.imported}"
        for each in imports_of(PACKAGE)
        if each.at_start and each.imported.startswith(folders) and not each.importer.startswith(folders)
    ]
    assert not early, show(early)
