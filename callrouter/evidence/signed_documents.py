"""Signs documents, other than heads, with the key of the evidence log. *Pure.*

What is signed is a note (https://c2sp.org/signed-note) whose text is the document as canonical JSON, on one line. It
begins with a brace, and a head begins with the name of its log: neither can be taken for the other.
"""

from __future__ import annotations

from typing import Any

from callrouter.evidence.note import NoteSigner
from callrouter.evidence.offline_verifier import canonical
from callrouter.evidence.stored_tree import LogIdentity


def signer_of(identity: LogIdentity | None, seed: bytes | None) -> NoteSigner | None:
    """Who signs for this log. None without its key."""
    if identity is None or seed is None:
        return None
    signer = NoteSigner(identity.origin, seed)
    return signer if signer.log_key == identity.public_key else None


def signature_line(document: Any, signer: NoteSigner) -> str:
    """The signature of a document, as the last line of its note."""
    text = canonical(document).decode() + "\n"
    return signer.sign(text).removeprefix(f"{text}\n").removesuffix("\n")


def signed_note(document: Any, line: str) -> str:
    """The note that the document and its signature are, for a verifier."""
    return f"{canonical(document).decode()}\n\n{line}\n"
