"""An invoice as PDF. *Pure*: the same invoice always gives the same bytes.

`fpdf` takes a second to import, so this module is imported only to print.
"""

from __future__ import annotations

from callrouter.invoices.invoice import (
    FREE,
    AppliedRate,
    Invoice,
    Line,
    SignedHead,
    Subtotal,
    subtotal,
    subtotals,
)
from callrouter.invoices.printing.paper import GREY, LEFT, RIGHT, RULE, Look, Notices, Paper
from callrouter.invoices.printing.table import BODY, PrintedColumn, Table, side_by_side
from callrouter.invoices.printing.words import (
    FIXED_IN_ADVANCE,
    NO_CHOICE,
    OBJECTIONS,
    SIMULATED,
    figure,
    how_the_head_is_checked,
    kind_in_words,
    money,
    month_in_words,
    price,
    remark,
    talked,
    what_the_head_proves,
    when,
)

WITHOUT_ISSUER = "callrouter\nhelpline call routing"

_WIDE = RIGHT - LEFT
_LABEL, _STRONG = Look(7, bold=True, color=GREY), Look(9.5, bold=True)
_SECTION = Look(11, bold=True)
_NOTE = Look(6.5, color=GREY)
_HEIGHT_OF_THE_HEAD = 210
_CALLSID = Look(6.2, color=GREY)
_MOST_LINES_OF_AN_ADDRESS = 6

SUMMARY = side_by_side(
    10,
    ("", 114, "L"),
    ("Calls answered", 56, "R"),
    ("Calls charged", 56, "R"),
    ("Calls free", 56, "R"),
    ("Charged", 62, "R"),
    ("Credited", 62, "R"),
    ("Amount", 74, "R"),
)
RATES = side_by_side(
    10,
    ("Rate", 92, "L"),
    ("Price", 108, "R"),
    ("In force from", 62, "R"),
    ("Free below, seconds of talk", 66, "R"),
    ("Free as a repeat, days", 54, "R"),
    ("Free calls a month", 48, "R"),
    ("Directory version", 50, "R"),
)
LINES = side_by_side(
    6,
    ("", 23, "R"),
    ("Call arrived at", 92, "L"),
    ("Kind", 40, "L"),
    ("Center", 78, "L"),
    ("Talk", 28, "R"),
    ("Caller", 53, "L"),
    ("CallSid", 130, "L"),
    ("Amount", 54, "R"),
)


def as_pdf(invoice: Invoice) -> bytes:
    """A letter-size PDF."""
    about = f"{invoice.number} · {invoice.name}"
    notices = Notices(
        head=f"Invoice {about} · {month_in_words(invoice.period)}",
        number=invoice.number,
        whose=invoice.name,
        banner=SIMULATED if invoice.simulated else "",
    )
    issuer = invoice.issuer.strip() or WITHOUT_ISSUER
    paper = Paper(f"Invoice {about}", issuer.splitlines()[0], notices, invoice.issued_at)
    _print_title(paper, invoice)
    _print_parties(paper, invoice, issuer)
    _print_summary(paper, invoice)
    _print_rates(paper, invoice)
    _print_lines(paper, invoice)
    if invoice.head:
        _print_head(paper, invoice, invoice.head)
    return bytes(paper.output())


def _print_title(paper: Paper, invoice: Invoice) -> None:
    title = "Invoice" if invoice.total >= 0 else "Credit note"
    paper.put(title, LEFT, _WIDE / 2, Look(24, bold=True))
    paper.put(_what_the_total_is(invoice), LEFT, _WIDE, _LABEL, align="R")
    amount = money(invoice.total if invoice.simulated else abs(invoice.total), invoice.currency)
    paper.y += 10
    paper.put(amount, LEFT + _WIDE / 3, _WIDE * 2 / 3, Look(18, bold=True), align="R")
    paper.y += 30
    paper.rule(RULE, 0.9)
    paper.y += 12


def _what_the_total_is(invoice: Invoice) -> str:
    if invoice.simulated:
        return "Simulated amount, not due"
    return "Amount due" if invoice.total >= 0 else "In your favor"


def _print_parties(paper: Paper, invoice: Invoice, issuer: str) -> None:
    """Print the issuer, the partner and the month side by side."""
    top = paper.y
    name, *address = issuer.splitlines()
    ends = (
        _print_party(paper, LEFT, "From", name, address),
        _print_party(paper, LEFT + 176, "Billed to", invoice.name, [f"partner {invoice.partner}"]),
        _print_facts(paper, LEFT + 352, invoice),
    )
    paper.y = top + max(ends) + 16


def _print_party(paper: Paper, x: float, label: str, name: str, below: list[str]) -> float:
    top = paper.y
    paper.y += paper.put(label, x, 160, _LABEL) + 3
    paper.y += paper.put(name, x, 160, _STRONG, most=3) + 1
    for line in below[:_MOST_LINES_OF_AN_ADDRESS]:
        paper.y += paper.put(line, x, 160, Look(), most=2)
    return _back_to(paper, top)


def _print_facts(paper: Paper, x: float, invoice: Invoice) -> float:
    top = paper.y
    for label, fact in (
        ("Number", invoice.number),
        ("Month", month_in_words(invoice.period)),
        ("Time zone", invoice.timezone),
        ("Issued", when(invoice, invoice.issued_at)),
        ("Currency", invoice.currency),
    ):
        paper.put(label, x, 48, _LABEL)
        look = paper.small_enough(fact, RIGHT - x - 52, Look())
        paper.put(fact, x + 52, RIGHT - x - 52, look)
        paper.y += Look().leading + 1.5
    return _back_to(paper, top)


def _back_to(paper: Paper, top: float) -> float:
    """Go back to the top, and return the height printed since."""
    height = paper.y - top
    paper.y = top
    return height


def _print_summary(paper: Paper, invoice: Invoice) -> None:
    _print_section(paper, "Summary")
    table = Table(paper, SUMMARY)
    for each in subtotals(invoice):
        table.row(_summed(each, invoice.currency))
    whole = subtotal("Total", invoice.lines)
    table.total([*_summed(whole, invoice.currency)[:-1], money(whole.amount, invoice.currency)])
    paper.y += 10


def _summed(of: Subtotal, currency: str) -> list[str]:
    counts = [of.answered, of.charged, of.free]
    return [
        kind_in_words(of.kind),
        *(f"{count:,}" if of.answered else "" for count in counts),
        figure(of.owed, currency),
        figure(of.taken_off, currency),
        money(of.amount, currency),
    ]


def _print_rates(paper: Paper, invoice: Invoice) -> None:
    if invoice.rates:
        _print_section(paper, "Rates")
        table = Table(paper, RATES)
        for rate in invoice.rates:
            table.row(_rate(rate))
        paper.y += 8
    _print_sentences(paper)


def _print_sentences(paper: Paper) -> None:
    small = Look(8.5)
    for sentence, look in ((NO_CHOICE, Look(9, bold=True)), (FIXED_IN_ADVANCE, small), (OBJECTIONS, small)):
        paper.room_for(paper.height_of(sentence, _WIDE, look, 3))
        paper.y += paper.put(sentence, LEFT, _WIDE, look, most=3) + 2
    paper.y += 12


def _rate(rate: AppliedRate) -> list[str]:
    """A monthly fee has no terms about calls."""
    conditions = (rate.minimum_seconds, rate.repeat_days, rate.free_calls)
    of_calls = ["", "", ""] if rate.kind == "monthly" else [f"{number:,}" for number in conditions]
    version = str(rate.directory_version)
    return [kind_in_words(rate.kind), price(rate), rate.begins.isoformat(), *of_calls, version]


def _print_lines(paper: Paper, invoice: Invoice) -> None:
    _print_section(paper, f"Every call and every entry ({len(invoice.lines):,})")
    table = Table(paper, [_faint(column) for column in LINES])
    for line in invoice.lines:
        table.row(_line(invoice, line), remark(line))
    total = money(invoice.total, invoice.currency)
    _print_total(paper, total)


def _print_head(paper: Paper, invoice: Invoice, head: SignedHead) -> None:
    paper.room_for(_HEIGHT_OF_THE_HEAD)
    paper.y += 16
    paper.y += paper.put("Evidence", LEFT, _WIDE, _SECTION) + 4
    paper.y += paper.put(what_the_head_proves(head), LEFT, _WIDE, Look(), most=3) + 5
    facts = (
        ("Log", head.origin),
        ("Entries", f"{head.size:,}"),
        ("Root", f"{head.short_root} … (128 of 256 bits)"),
        ("Signed", when(invoice, head.signed_at)),
    )
    for label, fact in facts:
        paper.put(label, LEFT, 48, _LABEL)
        paper.y += paper.put(fact, LEFT + 52, _WIDE - 52, paper.small_enough(fact, _WIDE - 52, Look())) + 1.5
    paper.y += 4
    for line in head.note.splitlines():
        paper.put(line, LEFT, _WIDE, paper.small_enough(line, _WIDE, _NOTE))
        paper.y += _NOTE.leading
    paper.y += 5
    paper.put(how_the_head_is_checked(head), LEFT, _WIDE, Look(8), most=4)


def _faint(column: PrintedColumn) -> PrintedColumn:
    """Print the CallSid faintly: it is for lookup, not for reading."""
    return column._replace(look=_CALLSID if column.head == "CallSid" else BODY)


def _line(invoice: Invoice, line: Line) -> list[str]:
    return [
        str(line.position),
        when(invoice, line.arrived_at) if line.arrived_at else "",
        line.kind,
        line.center or "",
        talked(line.talk_seconds),
        line.caller or "",
        line.call or "",
        "free" if line.what == FREE else money(line.amount, invoice.currency),
    ]


def _print_total(paper: Paper, total: str) -> None:
    paper.room_for(24)
    paper.rule(RULE, 0.9)
    paper.y += 5
    paper.put("Total", LEFT, _WIDE / 2, Look(10, bold=True))
    paper.y += paper.put(total, LEFT, _WIDE, Look(10, bold=True), align="R")


def _print_section(paper: Paper, title: str) -> None:
    """Print a heading, never alone at the end of a page."""
    paper.room_for(80)
    paper.y += paper.put(title, LEFT, _WIDE, _SECTION) + 4
