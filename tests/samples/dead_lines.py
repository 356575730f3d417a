"""Lines that no role can judge: each must end in the dead letters, and never take another line with it."""


def wrap(kind, member, body, head='"company":"ACME-DE"'):
    return f'{{"kind":"{kind}",{head},"{member}":{body}}}'.encode()


def paid(body, **more):
    return wrap("payment", "payment", body, **more)


def event(attributes):
    data = paid(GOOD).decode()
    return f'{{{attributes},"data":{data}}}'.encode()


GOOD = '{"supplier":"X-1","amount":"10.00","currency":"EUR","date":"2025-03-01"}'

# (why, line)
DEAD = [
    ("cut off", b'{"kind":"payment","company":"ACME-DE","payment":{"supplier":"X-1","amount":"10'),
    ("comma at the end", paid('{"supplier":"X-1","amount":"10.00","currency":"EUR","date":"2025-03-01",}')),
    ("no JSON at all", b"supplier;amount;currency"),
    ("two values on a line", paid(GOOD) + b" " + paid(GOOD)),
    ("single quotes", b"{'kind':'payment'}"),
    ("NaN", paid('{"supplier":"X-1","amount":NaN,"currency":"EUR","date":"2025-03-01"}')),
    ("leading zero", paid('{"supplier":"X-1","amount":007,"currency":"EUR","date":"2025-03-01"}')),
    ("control character in a string", paid('{"supplier":"X\x01","amount":"10.00","currency":"EUR","date":"2025-03-01"}')),
    ("an array", b"[1,2,3]"),
    ("a bare number", b"42"),
    ("a bare word", b"null"),
    ("empty object", b"{}"),
    ("no kind", b'{"company":"ACME-DE","payment":' + GOOD.encode() + b"}"),
    ("unknown kind", wrap("refund", "refund", GOOD)),
    ("kind in capitals", wrap("PAYMENT", "payment", GOOD)),
    ("kind is a number", b'{"kind":7,"company":"ACME-DE","payment":' + GOOD.encode() + b"}"),
    ("no company", b'{"kind":"payment","payment":' + GOOD.encode() + b"}"),
    ("company is blank", wrap("payment", "payment", GOOD, head='"company":" "')),
    ("no body", b'{"kind":"payment","company":"ACME-DE"}'),
    ("body of another kind", wrap("invoice", "payment", GOOD)),
    ("body is a list", paid("[]")),
    ("amount is missing", paid('{"supplier":"X-1","currency":"EUR","date":"2025-03-01"}')),
    ("amount is a list", paid('{"supplier":"X-1","amount":[10],"currency":"EUR","date":"2025-03-01"}')),
    ("amount with a comma", paid('{"supplier":"X-1","amount":"10,00","currency":"EUR","date":"2025-03-01"}')),
    ("amount with an exponent in a string", paid('{"supplier":"X-1","amount":"1e3","currency":"EUR","date":"2025-03-01"}')),
    ("amount with 30 digits", paid('{"supplier":"X-1","amount":"123456789012345678901234567890","currency":"EUR","date":"2025-03-01"}')),
    ("amount with 21 decimals", paid('{"supplier":"X-1","amount":"0.123456789012345678901","currency":"EUR","date":"2025-03-01"}')),
    ("absurd exponent", paid('{"supplier":"X-1","amount":1e999,"currency":"EUR","date":"2025-03-01"}')),
    ("amount is empty", paid('{"supplier":"X-1","amount":"","currency":"EUR","date":"2025-03-01"}')),
    ("30 February", paid('{"supplier":"X-1","amount":"10.00","currency":"EUR","date":"2025-02-30"}')),
    ("date the other way round", paid('{"supplier":"X-1","amount":"10.00","currency":"EUR","date":"01.03.2025"}')),
    ("date is a number", paid('{"supplier":"X-1","amount":"10.00","currency":"EUR","date":20250301}')),
    ("approval at 25 o'clock", paid(GOOD, head='"company":"ACME-DE","approved_at":"2025-03-01T25:00:00Z"')),
    ("flag is a word", paid(GOOD, head='"company":"ACME-DE","manual":"yes"')),
    ("unknown direction", paid(GOOD, head='"company":"ACME-DE","direction":"sideways"')),
    ("revision below zero", paid(GOOD, head='"company":"ACME-DE","revision":-1')),
    ("revision zero", paid(GOOD, head='"company":"ACME-DE","revision":0')),
    ("duplicate key", paid('{"supplier":"X-1","amount":"10.00","amount":"99.00","currency":"EUR","date":"2025-03-01"}')),
    ("duplicate key by escape", paid('{"supplier":"X-1","amount":"10.00","\\u0061mount":"99.00","currency":"EUR","date":"2025-03-01"}')),
    ("invalid UTF-8", paid('{"supplier":"X-1","amount":"10.00","currency":"EUR","date":"2025-03-01","end_to_end_id":"?"}').replace(b'"?"', b'"\xc3\x28"')),
    ("overlong UTF-8", paid('{"supplier":"?","amount":"10.00","currency":"EUR","date":"2025-03-01"}').replace(b'"?"', b'"\xc0\xaf"')),
    ("lone surrogate", paid('{"supplier":"\\ud800","amount":"10.00","currency":"EUR","date":"2025-03-01"}')),
    ("NUL in a string", paid('{"supplier":"X\\u0000","amount":"10.00","currency":"EUR","date":"2025-03-01"}')),
    ("depth bomb", paid('{"supplier":"X-1","amount":"10.00","currency":"EUR","date":"2025-03-01","x":' + "[" * 60 + "]" * 60 + "}")),
    ("deep depth bomb", b'{"a":' * 20000 + b"1" + b"}" * 20000),
    ("journal without lines", wrap("journal", "journal", '{"id":"J-1","posting_date":"2025-03-01","lines":[]}')),
    ("return without period", wrap("return", "return", '{"code":"81","declared":"10.00"}')),
    ("lines are an object", wrap("invoice", "invoice", '{"number":"1","lines":{}}')),
    ("CloudEvents 0.3", event('"specversion":"0.3","id":"d-1","source":"urn:acme:erp","type":"taxflow.payment.v1"')),
    ("CloudEvent without id", event('"specversion":"1.0","source":"urn:acme:erp","type":"taxflow.payment.v1"')),
    ("CloudEvent of another type", event('"specversion":"1.0","id":"d-2","source":"urn:acme:erp","type":"taxflow.invoice.v1"')),
    ("CloudEvent without data", b'{"specversion":"1.0","id":"d-3","source":"urn:acme:erp","type":"taxflow.payment.v1"}'),
]
