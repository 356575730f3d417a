#!/usr/bin/env python3
"""Writes the rows of src/event/xml/check/schema_{ubl,cii}.def from the XML schemas of UBL 2.1 and of the Cross Industry Invoice.

Usage:
    schema_rows.py ubl UBL CCTS > src/event/xml/check/schema_ubl.def
    schema_rows.py cii D16B D22B > src/event/xml/check/schema_cii.def

UBL    the folder with maindoc/ and common/ of UBL 2.1: external/schemas/ubl21 inside com.helger.ubl:ph-ubl21
CCTS   CCTS_CCT_SchemaModule.xsd: inside com.helger.xsd:ph-xsds-ccts-cct-schemamodule
D16B   the folder of CrossIndustryInvoice_*_100pD16B.xsd, "uncoupled clm": cii/schema of ConnectingEurope/eInvoicing-EN16931
D22B   the folder with CrossIndustryInvoice_100pD22B*.xsd: external/schemas/d22b inside com.helger.cii:ph-cii-d22b

Nothing is downloaded; the packages are on Maven Central. Only facts are taken: names, order, how often, basic types and attributes.
For the Cross Industry Invoice the two versions become one set of rows that takes what either takes: D22B only adds (elements, higher
counts), nearly always. Its code lists are left out, as in the uncoupled schemas: codes are judged by the rules of code lists.
"""
import pathlib
import re
import sys
import textwrap
import xml.etree.ElementTree as ElementTree

XSD = "{http://www.w3.org/2001/XMLSchema}"
PREFIXES = {
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "ubl",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "cn",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2": "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100": "rsm",
    "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100": "ram",
    "urn:un:unece:uncefact:data:standard:QualifiedDataType:100": "qdt",
    "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100": "udt",
}
# Lexical kinds by built-in type: what any text fits is "string".
KINDS = {"string": "string", "normalizedString": "string", "token": "string", "language": "language", "anyURI": "uri",
         "decimal": "decimal", "boolean": "boolean", "date": "date", "time": "time", "dateTime": "date_time", "base64Binary": "base64"}
CARDS = {("1", "1"): "", ("0", "1"): "?", ("0", "unbounded"): "*", ("1", "unbounded"): "+"}
WIDTH = 140


class Schemas:
    """All types and global elements of some schema files, by "namespace}local"."""

    def __init__(self, files):
        self.types, self.elements = {}, {}
        for file in files:
            root = ElementTree.parse(file).getroot()
            target = root.get("targetNamespace")
            spaces = dict(pair for event, pair in ElementTree.iterparse(file, events=["start-ns"]))
            for node in root:
                if node.tag in (XSD + "complexType", XSD + "simpleType"):
                    self.types[f"{target}}}{node.get('name')}"] = (node, spaces, target)
                elif node.tag == XSD + "element":
                    self.elements[f"{target}}}{node.get('name')}"] = self.name(node.get("type"), spaces, target)

    @staticmethod
    def name(qname, spaces, target):
        """A prefixed name as "namespace}local"."""
        prefix, _, local = qname.rpartition(":")
        return f"{spaces.get(prefix, target)}}}{local}"

    def kind_of(self, name):
        """Lexical kind of a simple type."""
        space, _, local = name.rpartition("}")
        if space == XSD[1:-1]:
            return KINDS[local]
        if name not in self.types: # a code list of D22B, which no rows are made of
            return "string"
        node, spaces, target = self.types[name]
        restriction = node.find(XSD + "restriction")
        facets = {facet.tag.removeprefix(XSD): facet.get("value") for facet in restriction}
        if set(facets) == {"minLength", "maxLength"}:
            assert facets == {"minLength": "1", "maxLength": "3"}, facets
            return "token3"
        assert set(facets) <= {"enumeration"}, facets
        return self.kind_of(self.name(restriction.get("base"), spaces, target))

    def basic(self, name):
        """(lexical kind, {attribute: (required, kind, fixed)}) of a type with text, or None for one with children."""
        if name.startswith(XSD[1:]):
            return self.kind_of(name), {}
        node, spaces, target = self.types[name]
        return self.basic_node(node, spaces, target)

    def unqualified(self, name):
        """The unqualified data type that a type is made from; itself where it is made from none."""
        while name in self.types and "nqualifiedDataType" not in name:
            node, spaces, target = self.types[name]
            derived = node.find(f"{XSD}simpleContent/*")
            base = None if derived is None else self.name(derived.get("base"), spaces, target)
            if base not in self.types or "QualifiedDataType" in base:
                return name
            name = base
        return name

    def basic_node(self, node, spaces, target):
        content = node.find(XSD + "simpleContent")
        if content is None:
            return None
        derived = content[0]
        base = self.name(derived.get("base"), spaces, target)
        is_simple = base.startswith(XSD[1:]) or base not in self.types or self.types[base][0].tag == XSD + "simpleType"
        kind, attributes = (self.kind_of(base), {}) if is_simple else self.basic(base)
        attributes = dict(attributes)
        for row in derived.findall(XSD + "attribute"):
            attributes[row.get("name")] = (row.get("use") == "required", self.kind_of(self.name(row.get("type"), spaces, target)),
                                           row.get("fixed"))
        return kind, attributes

    def children(self, name):
        """("sequence" or "choice", [(prefix:name, type or anonymous node, card)])."""
        node, spaces, target = self.types[name]
        groups = [group for group in node if group.tag in (XSD + "sequence", XSD + "choice")]
        assert len(groups) == 1, name
        rows = []
        for element in groups[0]:
            card = CARDS[element.get("minOccurs", "1"), element.get("maxOccurs", "1")]
            if element.tag == XSD + "any":
                rows.append(("any", None, card))
            elif element.get("ref"):
                full = self.name(element.get("ref"), spaces, target)
                rows.append((self.prefixed(full), self.elements[full], card))
            else:
                full = f"{target}}}{element.get('name')}"
                of_type = element.get("type")
                of_type = self.name(of_type, spaces, target) if of_type else self.anonymous(element, spaces, target)
                rows.append((self.prefixed(full), of_type, card))
        return groups[0].tag.removeprefix(XSD), rows

    def anonymous(self, element, spaces, target):
        """A type without a name: they are all texts with a format."""
        node = element.find(XSD + "complexType")
        assert [row.get("name") for row in node.iter(XSD + "attribute")] == ["format"]
        name = f"{target}}}FormattedStringType"
        self.types[name] = (node, spaces, target)
        return name

    @staticmethod
    def prefixed(full):
        space, _, local = full.rpartition("}")
        return f"{PREFIXES[space]}:{local}"


def short(type_name):
    """A type's own name: local, without "Type"; built-in ones as they are."""
    return type_name.rpartition("}")[2].removesuffix("Type")


def attribute_text(name, row):
    required, kind, fixed = row
    return "@" + name + ("!" if required else "") + (f":{kind}" if kind != "string" else "") + (f"='{fixed}'" if fixed else "")


class Rows:
    """The rows of one syntax: groups of children, and basic types, equal basic types under one name."""

    def __init__(self):
        self.groups, self.basics, self.names = {}, {}, {}

    def basic_name(self, schemas, name, facts):
        key = facts[0], tuple(sorted((k, v) for k, v in facts[1].items()))
        if key not in self.names:
            wanted = short(schemas.unqualified(name))
            assert wanted not in self.basics, wanted
            self.names[key] = wanted
            self.basics[wanted] = facts
        return self.names[key]

    def walk(self, schemas, name):
        """Takes the type and all it leads to; returns the name its children's rows use for it."""
        facts = schemas.basic(name)
        if facts is not None:
            return self.basic_name(schemas, name, facts)
        if short(name) in self.groups:
            return short(name)
        form, children = schemas.children(name)
        self.groups[short(name)] = [form, []]
        for child, of_type, card in children:
            self.groups[short(name)][1].append((child, self.walk(schemas, of_type) if of_type else "any", card))
        return short(name)


def merged_card(a, b):
    low = a in ("?", "*") or b in ("?", "*")
    high = a in ("*", "+") or b in ("*", "+")
    return ("*" if high else "?") if low else ("+" if high else "")


def merged(old, new):
    """Children of both, the new ones' order kept: an old child stands where it stood."""
    result, taken = [], {child: (kind, card) for child, kind, card in new}
    rest = list(new)
    for child, kind, card in old:
        if child not in taken:
            result.append((child, kind, card if card in ("?", "*") else "?"))
            continue
        while rest[0][0] != child:
            name, of_type, count = rest.pop(0)
            assert name not in {row[0] for row in old}, name # the order is the same in both
            result.append((name, of_type, {"": "?", "+": "*"}.get(count, count)))
        rest.pop(0)
        result.append((child, kind, merged_card(card, taken[child][1])))
    return result + [(name, of_type, {"": "?", "+": "*"}.get(count, count)) for name, of_type, count in rest]


def write_basics(rows):
    for name, (kind, attributes) in sorted(rows.basics.items()):
        text = " ".join(attribute_text(key, row) for key, row in sorted(attributes.items()))
        print(f'BASIC({name}, {kind}, "{text}")')


def write_groups(rows, child_text):
    for name, (form, children) in sorted(rows.groups.items()):
        macro = {"sequence": "SEQUENCE", "choice": "CHOICE"}[form]
        words = [child_text(*child) for child in children]
        lines = textwrap.wrap(" ".join(words), WIDTH - 6, break_long_words=False, break_on_hyphens=False)
        body = "\n".join(f'    "{line}{" " if i < len(lines) - 1 else ""}"' for i, line in enumerate(lines))
        print(f"{macro}({name},\n{body})")


HEAD = """\
/*
 * Structure of {what}: facts of its schemas, made by tests/tables/schema_rows.py.
 *
 * BASIC(type, kind of its text, "attributes")   an attribute: @name, ! where required, :kind where not any text, ='fixed value'
 * SEQUENCE(type, "children in their order")     a child: prefix:name[:type], then ? for 0..1, * for 0..n, + for 1..n; any = of another namespace
 * CHOICE(type, "children, one of them")
{more} */"""


def ubl(folder, ccts):
    common = sorted((folder / "common").glob("UBL-Common[ABE]*.xsd")) + sorted((folder / "common").glob("UBL-*DataType*.xsd"))
    schemas = Schemas([folder / f"maindoc/UBL-{name}-2.1.xsd" for name in ("Invoice", "CreditNote")] + common + [ccts])
    rows, elements = Rows(), {}
    for root in ("Invoice", "CreditNote"):
        space = f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
        rows.walk(schemas, schemas.elements[f"{space}}}{root}"])
    for _, children in rows.groups.values():
        for child, of_type, _ in children:
            assert elements.setdefault(child, of_type) == of_type, child
    print(HEAD.format(what="UBL 2.1 Invoice and CreditNote", more=' * ELEMENTS(type, "names")                       the elements of a type, '
                      "which are the same wherever they stand; one that is named like its type is not listed\n"))
    write_basics(rows)
    for of_type in sorted(set(elements.values()) - {"any"}):
        names = sorted(name for name, kind in elements.items() if kind == of_type and name.partition(":")[2] != of_type)
        if names:
            lines = textwrap.wrap(" ".join(names), WIDTH - 6, break_long_words=False, break_on_hyphens=False)
            body = "\n".join(f'    "{line}{" " if i < len(lines) - 1 else ""}"' for i, line in enumerate(lines))
            print(f"ELEMENTS({of_type},\n{body})")
    write_groups(rows, lambda child, of_type, card: child + card)


def cii(old_folder, new_folder):
    root = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
    old, new = (Schemas([file for file in sorted(folder.glob("*.xsd")) if not re.search("codelist|identifierlist", file.name)])
                for folder in (old_folder, new_folder))
    new.types.update({name: row for name, row in old.types.items() # the attributes of D22B as in its uncoupled form
                      if name in new.types and re.search(r"(Qualified|Unqualified)DataType:100}", name) and row[0].find(XSD + "simpleContent") is not None})
    rows, added = Rows(), Rows()
    rows.walk(old, old.elements[root])
    added.names, added.basics = rows.names, rows.basics
    added.walk(new, new.elements[root])
    for name, (form, children) in added.groups.items():
        if name in rows.groups:
            assert rows.groups[name][0] == form
            rows.groups[name][1] = merged(rows.groups[name][1], children)
        else:
            rows.groups[name] = [form, children]
    print(HEAD.format(what="the Cross Industry Invoice, D16B (uncoupled) and D22B together", more=""))
    write_basics(rows)
    write_groups(rows, lambda child, of_type, card: f"{child}:{of_type}{card}")


def main(arguments):
    if len(arguments) != 3 or arguments[0] not in ("ubl", "cii"):
        sys.exit(__doc__)
    {"ubl": ubl, "cii": cii}[arguments[0]](*map(pathlib.Path, arguments[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
