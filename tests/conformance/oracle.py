"""The official artefacts themselves, under SaxonC: what they report about a document.

Both come from package registries into the cache of tests/services/fetch.py and are no part of the program.
"""
import contextlib
import importlib
import os
import pathlib
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "services"))
import fetch  # noqa: E402  the folder is no package

FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
SEVERITIES = {None: "fatal", "fatal": "fatal", "error": "fatal", "warning": "warning", "information": "info"}
# (rule book, syntax): jar, and the stylesheet in it.
STYLESHEETS = {
    ("en16931", "ubl"): ("en16931", "1.3.16/ubl/EN16931-UBL-validation.xslt"),
    ("en16931", "cii"): ("en16931", "1.3.16/cii/EN16931-CII-validation.xslt"),
    ("peppol", "ubl"): ("peppol", "openpeppol/2026.5/xslt/PEPPOL-EN16931-UBL.xslt"),
    ("xrechnung", "ubl"): ("xrechnung", "3.0.2/XRechnung-UBL-validation.xslt"),
    ("xrechnung", "cii"): ("xrechnung", "3.0.2/XRechnung-CII-validation.xslt"),
}


class Refused(Exception):
    """The artefact ended without a verdict, as on "1e1"."""


def stylesheet(book, syntax):
    """Path of an unpacked stylesheet."""
    jar, inside = STYLESHEETS[book, syntax]
    folder = fetch.artefacts()
    path = folder / f"{jar}-{pathlib.Path(inside).name}"
    if not path.exists():
        packed = next(folder.glob(f"phive-rules-{jar}-*.jar"))
        with zipfile.ZipFile(packed) as file:
            path.write_bytes(file.read("external/schematron/" + inside))
    return path


@contextlib.contextmanager
def silence():
    """The library tells every refusal on standard error as well."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class Oracle:
    def __init__(self):
        sys.path.insert(0, str(fetch.saxon()))
        self.processor = importlib.import_module("saxonche").PySaxonProcessor(license=False)
        self.compiled = {}

    def _transformer(self, book, syntax):
        if (book, syntax) not in self.compiled:
            maker = self.processor.new_xslt30_processor()
            self.compiled[book, syntax] = maker.compile_stylesheet(stylesheet_file=str(stylesheet(book, syntax)))
        return self.compiled[book, syntax]

    def fired(self, text, book, syntax):
        """{id: severity} of what fails in a document (str); some 5 ms. Raises Refused."""
        transformer = self._transformer(book, syntax)
        try:
            with silence():
                report = transformer.transform_to_string(xdm_node=self.processor.parse_xml(xml_text=text))
        except Exception as error:  # the library has one class for everything
            raise Refused(str(error)) from error
        found = {}
        for failed in ElementTree.fromstring(report).iter(FAILED):
            severity = SEVERITIES[failed.get("flag")]
            if found.get(failed.get("id")) != "fatal":
                found[failed.get("id")] = severity
        return found
