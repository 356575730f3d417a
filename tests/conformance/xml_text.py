"""A document as bytes, and where its elements stand in them: edits touch what they name and leave every other byte alone.

Document(bytes) indexes with expat. Paths are the plain steps that the cases use: /*/cac:Party/cbc:Name[2]/@schemeID.
"""
import re
import xml.parsers.expat
from xml.sax.saxutils import escape, quoteattr

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PREFIXES = {"cac": UBL + "CommonAggregateComponents-2", "cbc": UBL + "CommonBasicComponents-2"}
ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
STEP = re.compile(r"(?:([^:\[\]/]+):)?([^:\[\]/]+)(?:\[(\d+)\])?")
SEPARATOR = "\x1f"


class Element:
    """Offsets: [start, inner) is the start tag, [inner, close) the content, [close, end) the end tag; of <a/> the last two are empty."""

    __slots__ = ("uri", "name", "qname", "parent", "children", "start", "inner", "close", "end")

    def __init__(self, uri, name, parent, start):
        self.uri, self.name, self.parent, self.start = uri, name, parent, start
        self.children, self.inner, self.close, self.end, self.qname = [], 0, 0, 0, b""

    @property
    def is_empty_tag(self):
        return self.inner == self.end

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


def tag_end(text, start):
    """Just behind the > of the tag that begins at start."""
    quote, place = 0, start
    while True:
        byte = text[place]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return place + 1
        place += 1


class Document:
    def __init__(self, text):
        self.text = text if isinstance(text, bytes) else text.encode("utf-8")
        self.root, self.prefixes, self._open = None, dict(PREFIXES), None
        parser = xml.parsers.expat.ParserCreate(namespace_separator=SEPARATOR)
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._finish
        parser.StartNamespaceDeclHandler = self._declare
        self._parser = parser
        parser.Parse(self.text, True)
        del self._parser

    def _declare(self, prefix, uri):
        if prefix:
            self.prefixes[prefix] = uri

    def _begin(self, name, _attributes):
        uri, _, local = name.rpartition(SEPARATOR)
        element = Element(uri, local, self._open, self._parser.CurrentByteIndex)
        element.inner = tag_end(self.text, element.start)
        element.qname = re.match(rb"<([^\s/>]+)", self.text[element.start:element.inner]).group(1)
        if self._open is None:
            self.root = element
        else:
            self._open.children.append(element)
        self._open = element

    def _finish(self, _name):
        element, self._open = self._open, self._open.parent
        element.close = element.end = element.inner
        if self.text[element.inner - 2:element.inner] != b"/>":
            element.close = self._parser.CurrentByteIndex
            element.end = tag_end(self.text, element.close)

    def find(self, path):
        """Every element at a path, in the document's order; a trailing /@name is not for here."""
        steps = path.strip("/").split("/")
        found = [self.root] if self._fits(self.root, steps[0]) else []
        for step in steps[1:]:
            position = int(STEP.fullmatch(step).group(3) or 0)
            below = [[child for child in parent.children if self._fits(child, step)] for parent in found]
            found = [child for same in below for child in (same[position - 1:position] if position else same)]
        return found

    def _fits(self, element, step):
        prefix, name, _ = STEP.fullmatch(step).groups()
        return name == "*" or (name == element.name and self.prefixes[prefix] == element.uri if prefix else name == element.name)

    def attributes(self, element):
        """[(name, start, end)] of the attributes of a start tag: what a removal cuts, white space before it included."""
        begin = element.start + 1 + len(element.qname)
        return [(found.group(1).decode(), begin + found.start(), begin + found.end())
                for found in ATTRIBUTE.finditer(self.text[begin:element.inner])]

    def source(self, element):
        return self.text[element.start:element.end]

    def value(self, element):
        """The raw text between the tags; only of an element without children."""
        return self.text[element.inner:element.close]

    def splice(self, start, end, new):
        return self.text[:start] + new + self.text[end:]

    # ---- Edits: each returns the bytes of another document ----

    def without(self, element):
        return self.splice(element.start, element.end, b"")

    def doubled(self, element):
        return self.splice(element.end, element.end, self.source(element))

    def inserted(self, element, new, first=False):
        """With new as the last, or first, child of element."""
        if element.is_empty_tag:
            return self.splice(element.inner - 2, element.end, b">" + new + b"</" + element.qname + b">")
        place = element.inner if first else element.close
        return self.splice(place, place, new)

    def with_text(self, element, value):
        """The text before the first child replaced."""
        new = escape(value).encode("utf-8")
        if element.is_empty_tag:
            return self.inserted(element, new)
        return self.splice(element.inner, element.children[0].start if element.children else element.close, new)

    def emptied(self, element):
        return self.splice(element.inner, element.close, b"")

    def with_attribute(self, element, name, value):
        new = f" {name}={quoteattr(value)}".encode("utf-8")
        for known, start, end in self.attributes(element):
            if known == name:
                return self.splice(start, end, new)
        place = element.start + 1 + len(element.qname)
        return self.splice(place, place, new)

    def without_attribute(self, element, name):
        for known, start, end in self.attributes(element):
            if known == name:
                return self.splice(start, end, b"")
        return self.text


def edited(document, change):
    """The bytes after one edit {"op", "xpath", "value"} of a row of cases; where the path leads nowhere, the same bytes."""
    op, value = change.get("op", "text"), change["value"]
    path, _, attribute = change["xpath"].partition("/@")
    found = document.find(path) if op is not None else []
    if not found:
        return document.text
    element = found[0]
    if op == "attr":
        return document.with_attribute(element, attribute, value)
    if op == "rmattr":
        return document.without_attribute(element, attribute)
    if op in ("rm", "rmpct"):
        return document.without(element)
    if op == "dup":
        return document.doubled(element)
    if op == "empty":
        return document.emptied(element)
    return document.with_text(element, value)
