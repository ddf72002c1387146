"""Two spreadsheet engines that recalculate a workbook, after every cached value was replaced by a wrong one."""

import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

WRONG = 98765.4321
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
"""A profile in which LibreOffice recalculates whatever it loads."""


def have_libreoffice():
    return shutil.which("soffice") is not None


def parts_of(path):
    """The part of the file that holds each sheet."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target") for one in links}
    return {one.get("name"): f"xl/{targets[one.get(_LINK)]}" for one in book.iter(f"{_MAIN}sheet")}


def planted(path, out, inputs=()):
    """A copy in which every formula's cached value is wrong, and inputs {(sheet, cell): value} are others."""
    parts = parts_of(path)
    changed = {}
    for (sheet, cell), value in dict(inputs).items():
        changed.setdefault(parts[sheet], {})[cell] = value
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                text = data.decode()
                text = re.sub(r' t="str"(><f>)', r"\1", text)  # a cached text becomes a number too
                text = re.sub(r"(</f><v>)[^<]*(</v>)", rf"\g<1>{WRONG}\g<2>", text)
                for cell, value in changed.get(entry.filename, {}).items():
                    text, found = re.subn(rf'(<c r="{cell}"[^>]*><v>)[^<]*(</v>)', rf"\g<1>{value!r}\g<2>", text)
                    assert found == 1, (entry.filename, cell)
                data = text.encode()
            new.writestr(entry, data)
    return out


def libreoffice(paths, folder):
    """Each workbook as LibreOffice recalculates it: (sheet, cell) -> value."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    out = folder / "recalculated"
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), *map(str, paths)], check=True, capture_output=True, timeout=300)
    return [values(out / path.name) for path in paths]


def values(path):
    """Every value of a workbook: (sheet, cell) -> number or text."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        strings = []
        if "xl/sharedStrings.xml" in archive.namelist():
            root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            strings = ["".join(one.itertext()) for one in root.findall(f"{_MAIN}si")]
        for sheet, part in parts_of(path).items():
            with archive.open(part) as file:
                for _, cell in ElementTree.iterparse(file):
                    if cell.tag != f"{_MAIN}c":
                        continue
                    value = cell.find(f"{_MAIN}v")
                    if value is not None and value.text is not None:
                        kind = cell.get("t", "n")
                        text = strings[int(value.text)] if kind == "s" else value.text
                        found[sheet, cell.get("r")] = float(text) if kind in ("n", "b") else text
                    cell.clear()
    return found


def formulas(path):
    """Every formula of a workbook: (sheet, cell) -> text."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for sheet, part in parts_of(path).items():
            with archive.open(part) as file:
                for _, cell in ElementTree.iterparse(file):
                    if cell.tag == f"{_MAIN}c":
                        formula = cell.find(f"{_MAIN}f")
                        if formula is not None:
                            found[sheet, cell.get("r")] = formula.text
                        cell.clear()
    return found


def formualizer(path, wanted):
    """The values of cells as formualizer recalculates the workbook."""
    import formualizer as engine

    book = engine.load_workbook(str(path))
    book.evaluate_all()
    wanted = list(wanted)
    places = [(sheet, *position(cell)) for sheet, cell in wanted]
    return dict(zip(wanted, book.evaluate_cells(places), strict=True))


def position(cell):
    """Row and column of a cell's name, from 1."""
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column
