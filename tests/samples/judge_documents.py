"""Rules about the documents themselves, by their definitions: series of numbers, orders, credit notes, words. Part of judge_fraud.py.

SEQ1 keeps its history in blocks; the samples only hold series whose open gaps lie near the documents that tell them, and here no
blocks are needed.
"""
import datetime
import re

DAY_MS = 86400000
KEYWORDS = ("AS PER", "AUF ANWEISUNG", "CORRECTION", "FEHLBUCHUNG", "KORREKTUR", "KORREKTURBUCHUNG", "PLUG")


def place(number, time):
    """(series, counter) of a number: the last digits, but for a year of the document behind them and a month before that."""
    runs = list(re.finditer("[0-9]+", number or ""))
    if not runs or time is None:
        return None
    date = datetime.datetime.fromtimestamp(time // 1000, datetime.timezone.utc)
    years = {str(year) for year in (date.year, date.year - 1)}
    last = runs[-1]
    if len(runs) > 1:
        short = number[last.start() - 1] == "/" or runs[-2].group().startswith("0")
        if last.group() in years or short and last.group() in {year[2:] for year in years}:
            runs.pop()
            if len(runs) > 1 and runs[-1].group() == f"{date.month:02d}":
                runs.pop()
    run = runs[-1]
    return (number[:run.start()], number[run.end():]), int(run.group())


class Documents:
    def issued(self, f, own, rule):
        """The series' other documents with their counters, and the document's own; None when it has none."""
        at = place(f.invoice.get("number", "").strip(), f.time)
        if at is None:
            return None
        key = (rule, f.company, at[0])
        self.added.append((key, at[1], f.kind))
        return self.window(key, f, 400, own), at[1]

    def seq1(self, f, own):
        if f.kind not in ("invoice", "credit_note") or f.direction != "sale":
            return "not applicable"
        found = self.issued(f, own, "SEQ1")
        if found is None:
            return None
        others, counter = found
        first = {}
        for time, number in [(e[0], e[1]) for e in others] + [(f.time, counter)]:
            if abs(number - counter) <= 32:
                first[number] = min(time, first.get(number, time))
        numbers = sorted(first)
        for low, high in zip(numbers, numbers[1:]):
            ripe = first[high] + 3 * DAY_MS
            if high - low > 1 and ripe <= f.time and not any(e[0] >= ripe for e in others if abs(e[1] - counter) <= 32):
                return True
        return False

    def seq2(self, f, own):
        if f.kind not in ("invoice", "credit_note") or f.direction != "sale":
            return "not applicable"
        found = self.issued(f, own, "SEQ2")
        if found is None:
            return None
        others, counter = found
        others = [e for e in others if abs(e[1] - counter) < 32]
        below = max((e for e in others if e[1] < counter), key=lambda e: e[1], default=None)
        above = min((e for e in others if e[1] > counter), key=lambda e: e[1], default=None)
        return (any(e[1] == counter and e[2] == f.kind for e in others) or bool(below) and below[0] > f.time + DAY_MS
                or bool(above) and above[0] < f.time - DAY_MS)

    def seq3(self, f, own):
        if f.kind != "invoice" or not f.spends:
            return "not applicable"
        at = place(f.invoice.get("number", "").strip(), f.time)
        if at is None or f.supplier is None:
            return None
        key = ("SEQ3", f.company, f.supplier, at[0])
        earlier = [e for e in self.window(key, f, 400, own) if e[0] <= f.time]
        assert len(earlier) <= 64
        self.added.append((key, at[1], None))
        counter, streak, first = at[1], 1, f.time
        for number in sorted({e[1] for e in earlier if e[1] < at[1]}, reverse=True):
            if counter - number > 2:
                break
            counter, streak = number, streak + 1
            first = min([first] + [e[0] for e in earlier if e[1] == number])
        return streak >= 3 and f.time - first >= 30 * DAY_MS

    def po1(self, f, own):
        if f.kind != "invoice" or not f.spends:
            return "not applicable"
        if f.supplier is None or f.time is None:
            return None
        ordered = bool(f.invoice.get("purchase_order_ref", "").strip()) or any(row.get("order_line_ref", "").strip() for row in f.invoice.get("lines", []))
        key = ("PO1", f.company, f.supplier)
        earlier = [e[1] for e in self.window(key, f, 365, own) if e[0] < f.time]
        self.added.append((key, ordered, None))
        return not ordered and len(earlier) >= 5 and sum(earlier) >= 0.8 * len(earlier)

    def crn1(self, f, own):
        if not f.spends:
            return "not applicable"
        if f.returned:
            return False
        if not f.whole():
            return None
        if f.amount == 0:
            return False
        key = ("CRN1", f.company, f.supplier, abs(f.amount), f.currency)
        times = {kind: [e[0] for e in self.window(key, f, 30, own) if e[2] == kind] for kind in ("payment", "credit_note", "invoice")}
        times[f.kind] = [f.time]
        self.added.append((key, 0, f.kind))
        return any(paid <= credited <= billed and paid < billed <= paid + 30 * DAY_MS for paid in times["payment"]
                   for credited in times["credit_note"] for billed in times["invoice"])

    def key1(self, f, _own):
        if f.kind == "journal":
            body = f.record["journal"]
            texts = [body.get("text", "")] + [row.get("text", "") for row in body["lines"]]
            if not any(text.strip() for text in texts):
                return None
        elif f.kind in ("invoice", "credit_note"):
            texts = [row.get("text", "") for row in f.invoice.get("notes", [])] + [row.get("note", "") for row in f.invoice.get("lines", [])]
        else:
            return "not applicable"
        pattern = "|".join(word.replace(" ", " +") for word in KEYWORDS)
        return any(re.search(rf"(?<![^\W_])({pattern})(?![^\W_])", text, re.IGNORECASE) for text in texts)
