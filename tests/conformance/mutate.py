"""Other documents from one: what a careless or hostile sender could do to it, an edit at a time.

A Mutator draws by a seeded generator, so that a run can be had again. Where the official stylesheet is given, it also puts elements and
attributes where that looks for them: most of its rules forbid something that no real document has.
"""
import collections
import re
import xml.etree.ElementTree as ElementTree
from xml.parsers.expat import ExpatError

from xml_text import Document

XSL = "{http://www.w3.org/1999/XSL/Transform}"
PATH = re.compile(r"(?<![\w:/@$'\]])((?:[a-z]+:[A-Z]\w*/)*(?:[a-z]+:[A-Z]\w*|@[a-zA-Z]+))(?![\w(:])")
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*\Z")
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)\Z")
NUMBERS = ("0", "0.00", "-1", "1.005", "0.004", "-0.5", "100", "1000000", "10.100", "+5.00", "05.00", "5.", ".5", "99999999999.99", "0.1", "20", "-0")
DATES = ("2020-02-30", "2016-01-01", "1999-12-31", "2030-06-15", "20200229", "2020-01-01Z", "2020-13-01", "01.02.2020")
CODES = ("S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X", "VAT", "vat", " VAT ", "GST", "EUR", "eur", "SEK", "DE", "de", "IT", "XI", "EL", "1A", "380", "381", "389",
         "30", "58", "59", "97", "ZZZ", "C62", "XPP", "0088", "9930", "SEPA", "EM", "35", "432", "VATEX-EU-O", "vatex-eu-ae", "true", "false", "application/pdf", "#AAI#text", "ABC")
WORDS = ("", " ", "\n\t", "x", "A B", "DE123456789", "123", "A" * 300, "é", "<&>", "\u00a0")
ATTRIBUTES = ("currencyID", "schemeID", "unitCode", "listID", "listVersionID", "mimeCode", "filename", "languageID", "schemeAgencyID", "format", "name", "schemeVersionID",
              "unitCodeListID", "listAgencyID", "schemeName", "listName", "characterSetCode", "languageLocaleID")


def targets_of(stylesheet):
    """[(name of a context element, path below it)] of what the tests of a stylesheet look at."""
    found = set()
    for template in ElementTree.parse(stylesheet).getroot().iter(XSL + "template"):
        names = {context.strip().rstrip("]").split("/")[-1].split("[")[0].split(":")[-1] for context in template.get("match", "").split("|")}
        for when in template.iter(XSL + "when"):
            for path in PATH.findall(when.get("test")):
                found.update((name, path) for name in names)
    return sorted(found)


class Mutator:
    def __init__(self, generator, documents, targets=None, only=None):
        """documents: [(name, Document)] of one syntax; targets: as targets_of(); only: names of the edits to make, all of them for None."""
        self.random, self.documents, self.targets = generator, documents, targets or []
        self.values, self.sources = collections.defaultdict(set), collections.defaultdict(list)
        for _, document in documents:
            self._collect(document)
        self.values = {name: sorted(values) for name, values in sorted(self.values.items())}
        self.edits = (self.remove, self.double, self.move, self.swap, self.set_text, self.set_text, self.set_text, self.borrow_text, self.set_attribute,
                      self.remove_attribute, self.rename, self.insert_source, self.wrap_text, self.empty) + ((self.insert_target,) * 6 if self.targets else ())
        self.edits = [edit for edit in self.edits if only is None or edit.__name__ in only]

    def _collect(self, document):
        for element in document.root.walk():
            if not element.children:
                self.values[element.name].add(document.value(element).decode("utf-8", "replace"))
            if element.parent and len(self.sources[element.name]) < 20 and element.end - element.start < 4000:
                self.sources[element.name].append(document.source(element))

    def draw(self, edits=1):
        """(name of the base, what was done, bytes); an edit that leaves no XML is the last."""
        name, document = self.random.choice(self.documents)
        done, text = [], document.text
        for number in range(edits):
            try:
                document = Document(text) if number else document
            except ExpatError:
                break
            edit, element = self.random.choice(self.edits), self.random.choice(list(document.root.walk()))
            told, text = edit(document, element)
            done.append(f"{edit.__name__}{told}" if edit == self.insert_target else f"{edit.__name__} {self._path(element)}{told}")
        return name, "; ".join(done), text

    @staticmethod
    def _path(element):
        steps = []
        while element:
            same = [other for other in element.parent.children if other.qname == element.qname] if element.parent else [element]
            steps.append(element.qname.decode() + (f"[{same.index(element) + 1}]" if len(same) > 1 else ""))
            element = element.parent
        return "/" + "/".join(reversed(steps))

    # ---- Edits: (what else to tell, bytes) ----

    def remove(self, document, element):
        return "", document.without(element) if element.parent else document.text

    def double(self, document, element):
        return "", document.doubled(element) if element.parent else document.text

    def move(self, document, element):
        """To the end of its parent: order."""
        if not element.parent:
            return "", document.text
        source, end = document.source(element), element.parent.close
        return "", document.text[:element.start] + document.text[element.end:end] + source + document.text[end:]

    def swap(self, document, element):
        """With the element behind it."""
        siblings = element.parent.children if element.parent else []
        after = [other for other in siblings if other.start >= element.end]
        if not after:
            return "", document.text
        first, second, text = element, after[0], document.text
        return "", text[:first.start] + document.source(second) + text[first.end:second.start] + document.source(first) + text[second.end:]

    def set_text(self, document, element):
        if element.children:
            return "", document.text
        old = document.value(element).decode("utf-8", "replace")
        if DATE.match(old):
            pool = DATES
        elif NUMBER.match(old):
            pool = NUMBERS + ("near",) * 8
        else:
            pool = CODES + WORDS
        new = self.random.choice(pool)
        if new == "near":
            whole, _, fraction = old.strip().partition(".")
            new = self.random.choice((f"{whole}.{fraction}5", f"{whole}.{fraction or '0'}1", f"{whole}1.{fraction}", f"-{whole}.{fraction or '00'}", f" {old} "))
        return f" = {new[:40]!r}", document.with_text(element, new)

    def borrow_text(self, document, element):
        if element.children or not self.values.get(element.name):
            return "", document.text
        new = self.random.choice(self.values[element.name])
        return f" = raw {new[:40]!r}", document.splice(element.inner, element.close, new.encode("utf-8")) if not element.is_empty_tag else document.text

    def empty(self, document, element):
        return "", document.emptied(element) if element.parent else document.text

    def set_attribute(self, document, element):
        known = [name for name, _, _ in document.attributes(element) if not name.startswith("xmlns")]
        name = self.random.choice(known if known and self.random.random() < 0.7 else ATTRIBUTES)
        value = self.random.choice(CODES + WORDS)
        return f"/@{name} = {value[:40]!r}", document.with_attribute(element, name, value)

    def remove_attribute(self, document, element):
        known = [name for name, _, _ in document.attributes(element) if not name.startswith("xmlns")]
        if not known:
            return "", document.text
        name = self.random.choice(known)
        return f"/@{name}", document.without_attribute(element, name)

    def rename(self, document, element):
        """To the name of another element, its content kept."""
        if not element.parent or element.is_empty_tag:
            return "", document.text
        other = self.random.choice(list(document.root.walk())[1:])
        text, begin = document.text, element.start + 1
        return f" as {other.qname.decode()}", (text[:begin] + other.qname + text[begin + len(element.qname):element.close] + b"</" + other.qname + b">" +
                                               text[element.end:])

    def insert_source(self, document, element):
        """An element of some document where it may not belong; the prefixes must be known here."""
        name = self.random.choice(sorted(self.sources))
        source = self.random.choice(self.sources[name])
        prefixes = {found.decode() for found in re.findall(rb"[<\s]([\w.-]+):[\w.-]+[\s>/=]", source)} - {"xmlns"}
        if not prefixes <= set(document.prefixes):
            return "", document.text
        return f" + {name}", document.inserted(element, source, self.random.random() < 0.3)

    def wrap_text(self, document, element):
        """The same text in other bytes, or a comment or instruction inside."""
        if element.children or element.is_empty_tag:
            return "", document.text
        old, how = document.value(element), self.random.choice(("cdata", "comment", "instruction", "entity", "space"))
        if b"&" in old or b"<" in old:
            return "", document.text
        middle = len(old.decode("utf-8", "replace")) // 2
        first, last = (half.encode("utf-8") for half in (old.decode("utf-8", "replace")[:middle], old.decode("utf-8", "replace")[middle:]))
        new = {"cdata": first + b"<![CDATA[" + last + b"]]>", "comment": first + b"<!-- a comment -->" + last, "instruction": first + b"<?a b?>" + last,
               "entity": b"".join(b"&#%d;" % ord(letter) for letter in old.decode("utf-8", "replace")), "space": b"\r\n  " + old + b"\t "}[how]
        return f" as {how}", document.splice(element.inner, element.close, new)

    def insert_target(self, document, _element):
        """What some rule looks for, made where it looks."""
        below = collections.defaultdict(list)
        for element in document.root.walk():
            below[element.name].append(element)
        name, path = self.random.choice([pair for pair in self.targets if pair[0] in below])
        element = self.random.choice(below[name])
        *steps, last = path.split("/")
        if any(step.split(":")[0] not in document.prefixes for step in path.split("/") if not step.startswith("@")):
            return "", document.text
        told = f" {self._path(element)} + {path}"
        if last.startswith("@") and not steps:
            return told, document.with_attribute(element, last[1:], self.random.choice(CODES))
        value = self.random.choice(("1", "x", "", "2020-01-01", "VAT"))
        content = f'<{steps.pop()} {last[1:]}="{value}">1</' if last.startswith("@") else f"<{last}>{value}</"
        content += (path.split("/")[-2] if last.startswith("@") else last) + ">"
        for step in reversed(steps):
            content = f"<{step}>{content}</{step}>"
        return told, document.inserted(element, content.encode("utf-8"), self.random.random() < 0.3)
