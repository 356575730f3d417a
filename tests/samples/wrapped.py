"""Invoices as people send them: PDF/A-3 with the XML inside, archives of such, and what is wrong with either.

pdf() writes the parts of a PDF/A-3 that a reader of its attachments meets (ISO 19005-3, Factur-X 1.0 section 6): catalog, /AF, the names tree, file
specifications, XMP, an output intent, a font's bytes and a page. It is laid out by hand, so that every variant of the file format can be had; whether
it looks well on paper is nobody's concern here.
"""
import io
import random
import struct
import zipfile
import zlib

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" pdfaid:conformance="B"/>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" fx:DocumentType="INVOICE" fx:DocumentFileName="%s"
 fx:Version="1.0" fx:ConformanceLevel="EN 16931"/></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
PAGE = b"BT /F1 11 Tf 50 780 Td (Invoice) Tj ET\n"


class Writer:
    """Numbered objects, then a file of them with a table or a stream of references."""

    def __init__(self):
        self.objects = {}

    def add(self, body, number=None):
        number = number or len(self.objects) + 1
        self.objects[number] = body
        return number

    def stream(self, data, extra="", packed=True):
        filters = ""
        if packed:
            data, filters = zlib.compress(data), " /Filter /FlateDecode"
        return self.add(b"<< /Length %d%s %s>>\nstream\n%s\nendstream" % (len(data), filters.encode(), extra.encode(), data))

    def table_file(self, root, trailer=""):
        """Objects in the open and a table (ISO 32000-1, 7.5.4)."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        at = {}
        for number, body in sorted(self.objects.items()):
            at[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start, size = len(out), max(self.objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            out += b"%010d 00000 n \n" % at[number]
        out += b"trailer\n<< /Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer.encode(), start)
        return bytes(out)

    def stream_file(self, root, predictor=True):
        """What is no stream goes into an object stream, references into a cross-reference stream (7.5.7, 7.5.8)."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        at = {}
        inside = [n for n, body in sorted(self.objects.items()) if b"\nstream\n" not in body]
        for number, body in sorted(self.objects.items()):
            if number not in inside:
                at[number] = (1, len(out), 0)
                out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        holder = max(self.objects) + 1
        index, bodies = [], bytearray()
        for place, number in enumerate(inside):
            index.append(b"%d %d" % (number, len(bodies)))
            at[number] = (2, holder, place)
            bodies += self.objects[number] + b"\n"
        head = b" ".join(index) + b"\n"
        packed = zlib.compress(head + bytes(bodies))
        at[holder] = (1, len(out), 0)
        out += b"%d 0 obj\n<< /Type /ObjStm /N %d /First %d /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n" % (
            holder, len(inside), len(head), len(packed), packed)
        table, start = holder + 1, len(out)
        at[table] = (1, start, 0)
        rows = [(0, 0, 65535)] + [at[n] for n in range(1, table + 1)]
        data, before = bytearray(), bytes(7)
        for kind, a, b in rows:
            row = struct.pack(">BIH", kind, a, b)
            data += bytes([2]) + bytes((x - y) & 255 for x, y in zip(row, before)) if predictor else row
            before = row
        packed = zlib.compress(bytes(data))
        parms = b" /DecodeParms << /Predictor 12 /Columns 7 >>" if predictor else b""
        out += b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root %d 0 R /Length %d /Filter /FlateDecode%s >>\nstream\n%s\nendstream\nendobj\n" % (
            table, table + 1, root, len(packed), parms, packed)
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)


def text_of(name):
    return "(%s)" % name.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def file_spec(writer, name, xml, packed=True, keys=("F", "UF")):
    stream = writer.stream(xml, "/Type /EmbeddedFile /Subtype /text#2Fxml /Params << /Size %d >> " % len(xml), packed)
    names = " ".join("/%s %s" % (key, text_of(name)) for key in keys)
    files = " ".join("/%s %d 0 R" % (key, stream) for key in keys)
    return writer.add(("<< /Type /Filespec %s /AFRelationship /Alternative /EF << %s >> >>" % (names, files)).encode())


def names_tree(writer, specs, deep):
    """One leaf, or a root over a leaf for each name."""
    if not deep:
        return "<< /Names [%s] >>" % " ".join("%s %d 0 R" % (text_of(name), spec) for name, spec in specs)
    kids = [writer.add(("<< /Limits [%s %s] /Names [%s %d 0 R] >>" % (text_of(n), text_of(n), text_of(n), spec)).encode()) for n, spec in specs]
    return "<< /Kids [%s] >>" % " ".join("%d 0 R" % kid for kid in kids)


def pdf(xml, name="factur-x.xml", *, others=(), tree=True, af=True, deep=False, streams=False, packed=True, keys=("F", "UF"), ballast_bytes=0, seed=1,
        trailer=""):
    """A PDF/A-3. xml: bytes, or None for none inside; others: (name, bytes) of further parts; ballast_bytes: of a font that does not pack."""
    writer = Writer()
    specs = [(name, file_spec(writer, name, xml, packed, keys))] if xml is not None else []
    specs += [(n, file_spec(writer, n, data, packed, keys)) for n, data in others]
    font = writer.stream(random.Random(seed).randbytes(ballast_bytes)) if ballast_bytes else 0
    content = writer.stream(PAGE * 40)
    metadata = writer.stream((XMP % name).encode(), "/Type /Metadata /Subtype /XML ", packed=False)
    pages = len(writer.objects) + 1
    descriptor = " /FontDescriptor << /Type /FontDescriptor /FontName /F /FontFile2 %d 0 R >>" % font if font else ""
    writer.add(b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (pages + 1))
    writer.add(b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /TrueType"
               b" /BaseFont /F%s >> >> >> >>" % (pages, content, descriptor.encode()))
    catalog = "/Type /Catalog /Pages %d 0 R /Metadata %d 0 R" % (pages, metadata)
    if specs and tree:
        catalog += " /Names << /EmbeddedFiles %s >>" % names_tree(writer, specs, deep)
    if specs and af:
        catalog += " /AF [%s]" % " ".join("%d 0 R" % spec for _, spec in specs)
    root = writer.add(("<< %s >>" % catalog).encode())
    return writer.stream_file(root) if streams else writer.table_file(root, trailer)


def updated(first, root_body, number):
    """An incremental update (7.5.6) that replaces one object."""
    at = len(first)
    body = b"%d 0 obj\n%s\nendobj\n" % (number, root_body)
    before = int(first.rsplit(b"startxref", 1)[1].split()[0])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    return first + body + table + b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (number + 1, number, before, at + len(body))


def encrypted(xml):
    """Marked as locked (7.6.3): which key would open it does not matter to one who has none."""
    lock = "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <%s> /U <%s> >> /ID [<00> <00>] " % ("11" * 32, "22" * 32)
    return pdf(xml, trailer=lock)


def archive(members, packed=True):
    """A ZIP archive of (name, bytes), in their order and always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as target:
        for name, data in members:
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return out.getvalue()


CORPUS_XML = b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><ID>1</ID></Invoice>"


def corpus():
    """One small file of each variant: (name, bytes). Where fuzzing begins."""
    x, other = CORPUS_XML, CORPUS_XML.replace(b">1<", b">2<")
    empty = pdf(None)
    root = int(empty.split(b"/Root ")[1].split()[0])
    yield "pdf_table", pdf(x)
    yield "pdf_streams", pdf(x, streams=True)
    yield "pdf_tree", pdf(x, name="ZUGFeRD-invoice.xml", others=[("a.txt", b"a")], deep=True, af=False)
    yield "pdf_af", pdf(x, name="xrechnung.xml", tree=False, packed=False, keys=("UF",))
    yield "pdf_two", pdf(x, others=[("xrechnung.xml", other)])
    yield "pdf_none", empty
    yield "pdf_updated", updated(empty, b"<< /Type /Catalog >>", root)
    yield "pdf_encrypted", encrypted(x)
    yield "zip_packed", archive([("in/a.pdf", pdf(x)), ("b.xml", x), ("c.csv", b"supplier,amount,currency,date\nS1,10.00,EUR,2026-01-31\n"), ("d/", b"")])
    yield "zip_stored", archive([("b.ndjson", b'{"kind":"account","company":"A","account":{"number":"1"}}\n'), ("..\\c.zip", archive([("a", x)]))], packed=False)
    yield "zip_xlsx", archive([("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")])


if __name__ == "__main__":
    import pathlib
    import sys

    for file_name, data in corpus():
        (pathlib.Path(sys.argv[1]) / file_name).write_bytes(data)
