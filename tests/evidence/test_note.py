"""Signed notes and cosignatures are those of C2SP and of Go's checksum database."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.offline_verifier import Refused, open_checkpoint, signed_text

# https://c2sp.org/signed-note
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# Published with Go's golang.org/x/mod/sumdb/note.
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = (
    f"{GO_TEXT}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = NoteSigner("calls.example/evidence", bytes(range(32)))
HEAD = checkpoint_text("calls.example/evidence", 7, bytes(32))
NOTE = SIGNER.sign(HEAD)


def test_a_published_note_is_opened() -> None:
    assert signed_text(C2SP_NOTE, C2SP_KEY) == "This is an example message.\n"
    assert signed_text(GO_NOTE, GO_KEY) == GO_TEXT


def test_a_published_key_signs_the_published_note() -> None:
    signer = NoteSigner("PeterNeumann", GO_SEED)
    assert (signer.log_key, signer.sign(GO_TEXT)) == (GO_KEY, GO_NOTE)


def test_a_note_with_several_signatures_is_opened_by_each_key() -> None:
    both = NOTE + NoteSigner("other.example", bytes(32)).sign(HEAD).rpartition("\n\n")[2]
    assert open_checkpoint(both, SIGNER.log_key).size == 7
    assert signed_text(both, NoteSigner("other.example", bytes(32)).log_key) == HEAD


def test_a_head_is_read_as_it_was_signed() -> None:
    assert open_checkpoint(NOTE, SIGNER.log_key) == ("calls.example/evidence", 7, bytes(32))


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("\n7\n", "\n8\n"),
        NOTE.replace("AAAA", "AAAB", 1),
        NOTE.replace("— calls", "- calls"),
        NOTE.replace("— calls.example", "— other.example"),
        NOTE.rpartition("\n\n")[0],
        NOTE + "\n",
        "",
        "\n\n",
    ],
)
def test_a_note_that_was_changed_is_refused(note: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        open_checkpoint(note, SIGNER.log_key)


@pytest.mark.parametrize(
    "text",
    [
        "other.example/evidence\n7\n" + HEAD.split("\n")[2] + "\n",
        "calls.example/evidence\n07\n" + HEAD.split("\n")[2] + "\n",
        "calls.example/evidence\n-7\n" + HEAD.split("\n")[2] + "\n",
        "calls.example/evidence\n٧\n" + HEAD.split("\n")[2] + "\n",
        "calls.example/evidence\n7\nAAAA\n",
        "calls.example/evidence\n7\n",
        "calls.example/evidence\n",
    ],
)
def test_what_is_signed_and_is_no_head_of_this_log_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        open_checkpoint(SIGNER.sign(text), SIGNER.log_key)


@pytest.mark.parametrize(
    "key",
    [
        NoteSigner("other.example", bytes(range(32))).log_key,
        NoteSigner("calls.example/evidence", bytes(32)).log_key,
        SIGNER.witness_key,
        SIGNER.log_key.replace("calls", "calle"),
        SIGNER.log_key[:-4],
        "calls.example/evidence",
        "",
    ],
)
def test_another_key_or_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        open_checkpoint(NOTE, key)


def test_a_cosignature_is_one_of_the_specification() -> None:
    """https://c2sp.org/tlog-cosignature: a time, and a signature of `cosignature/v1`, the time and the head."""
    at = datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC)
    witness = NoteSigner("witness.example/w1", bytes(32))
    dash, name, encoded = witness.cosign(NOTE, at).split()
    signature = base64.b64decode(encoded)
    key_name, key_id, encoded_key = witness.witness_key.split("+", 2)
    assert (dash, name, signature[:4].hex()) == ("—", key_name, key_id)
    assert int.from_bytes(signature[4:12]) == 1679315147
    key = base64.b64decode(encoded_key)
    assert key[:1] == b"\x04"
    signed = f"cosignature/v1\ntime 1679315147\n{HEAD}"
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[12:], signed.encode())
    assert open_checkpoint(NOTE + witness.cosign(NOTE, at), SIGNER.log_key).size == 7
