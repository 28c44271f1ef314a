"""The summaries of all commands for `callrouter --help`, which need not import them (a test compares)."""

from __future__ import annotations

from typing import NamedTuple


class Summary(NamedTuple):
    """The command in one line, and its usage."""

    help: str
    example: str


SUMMARIES: dict[str, Summary] = {
    "alerts deliveries": Summary(
        "List to whom alerts went, when, and why one did not arrive.",
        "callrouter alerts deliveries --format json",
    ),
    "alerts list": Summary(
        "List recent alerts, and older ones that are still on their way, the newest first.",
        "callrouter alerts list --since 2026-11-01",
    ),
    "alerts retry": Summary(
        "Have a delivery tried again at once, by the ID that `callrouter alerts deliveries` shows.",
        "callrouter alerts retry 12",
    ),
    "audit blindness": Summary(
        "Recompute every past pick and charge from the evidence log alone, or from an export of it.",
        "callrouter audit blindness",
    ),
    "audit export": Summary(
        "Write the evidence log for an auditor: all records, with the directories and who called again.",
        "callrouter audit export --to audit.jsonl",
    ),
    "billing adjust": Summary(
        "Add an amount to what a partner owes, or take it off with --off.",
        'callrouter billing adjust sunrise 12.50 --reason "a second copy of the contract"',
    ),
    "billing balance": Summary(
        "What each partner owes: its charges, credits, adjustments, fees and payments, and what they come to.",
        "callrouter billing balance",
    ),
    "billing close": Summary(
        "Close a month: issue each partner's invoice, with numbers without gaps.",
        "callrouter billing close 2026-10",
    ),
    "billing credit": Summary(
        "Credit a charge, or a part of it.", 'callrouter billing credit CA0123 --reason "the line was bad"'
    ),
    "billing deliveries": Summary(
        "List to whom invoices were sent, who asked for it, and what each delivery waits for.",
        "callrouter billing deliveries",
    ),
    "billing invoices": Summary("List the invoices that were issued.", "callrouter billing invoices"),
    "billing print": Summary(
        "Print an invoice as PDF, CSV or XLSX, or several in all of these forms as one archive (zip).",
        "callrouter billing print INV-000017 --to invoice.pdf",
    ),
    "billing rates": Summary(
        "What each verified partner pays, what in it is not usual, and since when.",
        "callrouter billing rates",
    ),
    "billing record-payment": Summary(
        "Record a payment that came in from a partner.",
        'callrouter billing record-payment sunrise 350.00 --reference "wire 2026-11-24 0017"',
    ),
    "billing report": Summary(
        "Calls, what was charged and credited, and what the carrier took, of a month or of several.",
        "callrouter billing report",
    ),
    "billing send": Summary(
        "Have an invoice e-mailed once more, with its PDF and CSV, or to somebody else.",
        "callrouter billing send INV-000017",
    ),
    "billing statement": Summary(
        "A partner's account entry by entry, with the balance before, after each, and at the end.",
        "callrouter billing statement sunrise",
    ),
    "call": Summary(
        "Place a simulated call against the running server, and print what the caller hears.",
        "callrouter call +18445610606",
    ),
    "callers do-not-call": Summary(
        "Never call this number again.", "callrouter callers do-not-call +13105550188"
    ),
    "calls list": Summary(
        "List calls by their arrival, the newest first, those in progress included.",
        "callrouter calls list --since 2026-11-24 --outcome unserved",
    ),
    "center resume": Summary(
        "Take back a center's pause after missed calls; they count anew.",
        "callrouter center resume sunrise-la",
    ),
    "db accept-vault-key": Summary(
        "Have the database take the vault key that is set, where the one it was filled with is lost for good.",
        'callrouter db accept-vault-key --reason "the old server burned down"',
    ),
    "db upgrade": Summary(
        "Bring the schema up to date, and load a first directory where there is none.",
        "callrouter db upgrade",
    ),
    "differences explain": Summary(
        "Explain all that differs about a call.",
        'callrouter differences explain CA0123 --reason "a test call of the carrier\'s support"',
    ),
    "differences list": Summary(
        "List what staff have to explain: calls that one side does not have, or that ended otherwise there.",
        "callrouter differences list",
    ),
    "directory approve": Summary(
        "Put a proposal in force, as another person than the one who loaded it.",
        "callrouter directory approve 3",
    ),
    "directory check": Summary(
        "Check a directory file: every fault with its line, or how many attempts fit.",
        "callrouter directory check directory.yaml",
    ),
    "directory diff": Summary(
        "Show what a file would change, value by value, old and new.",
        "callrouter directory diff directory.yaml",
    ),
    "directory dump": Summary(
        "Print the directory in force as a file; loading it again changes nothing.",
        "callrouter directory dump > directory.yaml",
    ),
    "directory load": Summary(
        "Put a directory file in force, and tell what it changes, value by value.",
        "callrouter directory load directory.yaml",
    ),
    "directory proposals": Summary(
        "List the files that wait for a second person, and what in them takes two.",
        "callrouter directory proposals",
    ),
    "directory versions": Summary(
        "List the directory's versions, the newest first: since when, by whom, and what each changed.",
        "callrouter directory versions",
    ),
    "directory withdraw": Summary(
        "Take a proposal back, whoever made it; nothing of it comes into force.",
        "callrouter directory withdraw 3",
    ),
    "disclosure export": Summary(
        "Write all records of the log in order, with their salts and the signed head.",
        "callrouter disclosure export --to evidence.jsonl",
    ),
    "disclosure head": Summary(
        "Print the latest signed head, to be kept elsewhere.", "callrouter disclosure head > head-of-november"
    ),
    "disclosure prove": Summary(
        "Write a file with all records of a CALL, their proofs and the signed head, for whoever doubts them.",
        "callrouter disclosure prove CA0123 --to proof.jsonl",
    ),
    "disclosure verify": Summary(
        "Verify every record against the log, and the log against its signed heads.",
        "callrouter disclosure verify",
    ),
    "disclosure watch": Summary(
        "Follow another installation's evidence log as a witness, until you stop it.",
        "callrouter disclosure watch https://calls.example.org/evidence",
    ),
    "disputes decide": Summary(
        "Decide the open objection to a call's charge, once.",
        'callrouter disputes decide CA0123 accept --note "the carrier confirms the noise"',
    ),
    "disputes figures": Summary(
        "What was objected to by partner and reason, how it was decided, and what it comes to.",
        "callrouter disputes figures --month 2026-11",
    ),
    "disputes list": Summary(
        "List the objections, and how they were decided.", "callrouter disputes list --open"
    ),
    "disputes raise": Summary(
        "Enter a partner's objection to the charge of a call.",
        'callrouter disputes raise CA0123 --reason bad-line --evidence "the center heard nothing but noise"',
    ),
    "doctor": Summary(
        "Examine whether everything works, and tell how to mend what does not.", "callrouter doctor"
    ),
    "drain": Summary(
        "Wait until everything that has been accepted is worked off, and is in the evidence log.",
        "callrouter drain --timeout 30",
    ),
    "explain": Summary(
        "Tell who would be rung now, who not and why; change nothing.",
        "callrouter explain +18445610606 --from +13105550188",
    ),
    "export": Summary(
        "Stream calls, legs, charges, disclosures or promises.",
        "callrouter export charges --since 2026-11-01 --format csv",
    ),
    "figures recount": Summary(
        "Compare the totals of days and hours with a recount of all calls and ledger entries.",
        "callrouter figures recount",
    ),
    "messages delete": Summary(
        "Delete a message before its days are over.",
        'callrouter messages delete CA0123456789abcdef --reason "the caller asked"',
    ),
    "messages list": Summary("List the messages that callers left.", "callrouter messages list --state kept"),
    "messages play": Summary(
        "Write a message into a file, to be played.",
        'callrouter messages play CA0123456789abcdef --reason "sunrise asked" --to message.wav',
    ),
    "messages retry": Summary(
        "Have the messages that the carrier refused tried again.", "callrouter messages retry"
    ),
    "numbers sync": Summary(
        "Point the carrier's numbers at this server.", "callrouter numbers sync --dry-run"
    ),
    "outbox list": Summary(
        "List the facts that kept failing and were set aside.", "callrouter outbox list --format json"
    ),
    "outbox retry": Summary(
        "Have the facts that were set aside tried again.", "callrouter outbox retry && callrouter drain"
    ),
    "privacy erase": Summary(
        "Destroy all that leads to a caller: sealed numbers, messages, match values.",
        "callrouter privacy erase +13105550188",
    ),
    "privacy purge": Summary(
        "Destroy now what is older than its retention.", "callrouter privacy purge --dry-run"
    ),
    "privacy rotate": Summary(
        "Wrap all data keys with a new vault key, while calls run.", "callrouter privacy rotate"
    ),
    "privacy status": Summary(
        "Show which keys there are, what is kept, what the next purge takes, and what is held back and why.",
        "callrouter privacy status",
    ),
    "promises assign": Summary(
        "Let another center owe a helpline's promise; it is rung at once.",
        "callrouter promises assign CA0123 sunrise-la",
    ),
    "promises close": Summary(
        "Close a promise by hand.",
        'callrouter promises close CA0123 --as kept --reason "called back by our staff"',
    ),
    "promises list": Summary(
        "List the promises that are open, the one that is due first at the top.", "callrouter promises list"
    ),
    "promises show": Summary("Show one promise, with every return call.", "callrouter promises show CA0123"),
    "reconcile": Summary(
        "Compare a day with the carrier's own list of calls.", "callrouter reconcile --day 2026-11-24"
    ),
    "rotation verify": Summary(
        "Recompute every past pick of a HELPLINE, or of all, and how far a seat ever was from its fair share.",
        "callrouter rotation verify",
    ),
    "settings": Summary("Print every setting with its source, secrets masked.", "callrouter settings"),
    "show": Summary("Tell one call whole.", "callrouter show CA0123456789abcdef0123456789abcdef"),
    "staff add": Summary(
        "Add a person, and print the link by which they choose a password.",
        "callrouter staff add ada@example.org --role operations",
    ),
    "staff list": Summary("List who may use the console.", "callrouter staff list"),
    "staff remove": Summary("Remove a person.", "callrouter staff remove ada@example.org"),
    "staff reset": Summary(
        "Print a new link for a person who forgot the password or lost the telephone.",
        "callrouter staff reset ada@example.org",
    ),
    "wordings approve": Summary(
        "Approve a proposal, as another person than the one who made it.",
        "callrouter wordings approve 3",
    ),
    "wordings check": Summary(
        "Check new texts: every fault, or what they would do to the wait of callers.",
        'callrouter wordings check --text goodbye en "Thank you for calling. Goodbye."',
    ),
    "wordings diff": Summary(
        "Show what a proposal changes, text by text, and what it does to the wait of callers.",
        "callrouter wordings diff 3",
    ),
    "wordings list": Summary(
        "List the texts in force, in the order in which a call goes on, with where each is heard.",
        "callrouter wordings list --language es --route helpline",
    ),
    "wordings proposals": Summary(
        "List the changes that wait for a second person, and those that were approved for a later time.",
        "callrouter wordings proposals --all --format json",
    ),
    "wordings propose": Summary(
        "Propose new texts.",
        'callrouter wordings propose --text goodbye en "Thank you for calling. Goodbye." --reason "thanks everybody"',
    ),
    "wordings show": Summary(
        "Show one wording: where it is heard, what it must say, its texts of before, and how it sounds, as TwiML.",
        "callrouter wordings show connecting --language es",
    ),
    "wordings versions": Summary(
        "List the versions of the wordings, the newest first: since when, by whom, why, and which texts.",
        "callrouter wordings versions",
    ),
    "wordings withdraw": Summary(
        "Take back a proposal that waits or comes, whoever made it; nothing of it comes into force.",
        "callrouter wordings withdraw 3",
    ),
}
