"""What the one file for others accepts, and the forgeries that it refuses."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callrouter.evidence import offline_verifier
from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.offline_verifier import (
    FORMAT,
    canonical,
    commitment,
    leaf_hash,
    node_hash,
    verify_lines,
)
from callrouter.evidence.tree import inclusion_proof
from tests.evidence.logs import KEY, LOG_KEY, ORIGIN, OTHER_KEY, signed_head
from tests.evidence.trees import root_of, tiles_of

FILE = Path(offline_verifier.__file__)
SIZE = 300
RECORDS: list[dict[str, Any]] = [
    {"source": "disclosure", "sequence": n, "words": f"ñ {n}"} for n in range(SIZE)
]
SALTS = [bytes([n % 256]) * 32 for n in range(SIZE)]
ENTRIES = [commitment(salt, record) for salt, record in zip(SALTS, RECORDS, strict=True)]
ROOT = root_of(ENTRIES)
HEAD = signed_head(SIZE, ROOT)


def line(document: Any) -> str:
    return canonical(document).decode() + "\n"


def proof(place: int = 77, head: str = HEAD, **changes: Any) -> list[str]:
    """A proof of one record, with these changes."""
    found = {
        "index": place,
        "record": RECORDS[place],
        "salt": SALTS[place].hex(),
        "proof": [each.hex() for each in inclusion_proof(tiles_of(ENTRIES), place, SIZE)],
    }
    return [line({"format": FORMAT, "contents": "proof", "checkpoint": head}), line({**found, **changes})]


def export(size: int = SIZE, head: str = HEAD) -> list[str]:
    pairs = zip(SALTS[:size], RECORDS[:size], strict=True)
    return [
        line({"format": FORMAT, "contents": "export", "checkpoint": head}),
        *(line({"salt": salt.hex(), "record": record}) for salt, record in pairs),
    ]


def refused(lines: list[str], key: str = LOG_KEY, head: str | None = None) -> str:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)) as caught:
        verify_lines(lines, key, head)
    return str(caught.value)


def test_it_is_one_short_file_that_needs_nothing_of_ours() -> None:
    text = FILE.read_text()
    assert len(text.splitlines()) < 200
    assert "import callrouter" not in text
    assert "from callrouter" not in text


@pytest.mark.parametrize("index", [0, 1, 77, 255, 256, 299])
def test_a_proof_is_accepted(index: int) -> None:
    assert verify_lines(proof(index), LOG_KEY) == (1, (ORIGIN, SIZE, ROOT))


def test_an_export_is_accepted_and_holds_an_older_head() -> None:
    older = signed_head(200, root_of(ENTRIES[:200]))
    assert verify_lines(export(), LOG_KEY)[0] == SIZE
    assert verify_lines(export(), LOG_KEY, older)[0] == SIZE


@pytest.mark.parametrize("index", [0, 1, 77, 256, 299])
def test_no_hash_of_a_proof_may_be_changed_left_out_or_moved(index: int) -> None:
    path = json.loads(proof(index)[1])["proof"]
    for place in range(len(path)):
        flipped = path[place].translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
        for changed in (
            [*path[:place], flipped, *path[place + 1 :]],
            [*path[:place], *path[place + 1 :]],
            [*path[:place], path[place], *path[place:]],
            [*path[:place], *path[place:][::-1]] if place < len(path) - 1 else [],
        ):
            assert "not entry" in (found := refused(proof(index, proof=changed))) or "too" in found


def test_a_proof_of_another_place_is_refused() -> None:
    """The wrong side: which hash is left and which right follows from the index and the size alone."""
    for index in (76, 78, 77 ^ 128, 0, 299):
        assert "is not entry" in (found := refused(proof(index=index))) or "too" in found
    for index in (SIZE, SIZE + 77, -1):
        assert f"has an entry {index}" in refused(proof(index=index))
    for no_index in (77.0, "77", None):
        refused(proof(index=no_index))


def test_a_proof_against_another_size_is_refused() -> None:
    for size in (SIZE - 1, SIZE + 1, SIZE * 2, 512, 77, 1, 0):
        refused(proof(299, head=signed_head(size, ROOT)))


def test_a_linear_proof_is_refused() -> None:
    """A chain from the leaf to the root would prove whatever its maker wants at a place of the maker's choice."""
    chain = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")]
    root = leaf_hash(ENTRIES[77])
    for other in chain:
        root = node_hash(root, other)
    linear = [each.hex() for each in chain]
    assert verify_lines(proof(index=0, proof=linear, head=signed_head(8, root)), LOG_KEY)[0] == 1
    for index, size in ((7, 8), (1, 8), (3, 5), (0, 4), (0, SIZE), (77, SIZE)):
        refused(proof(index=index, proof=linear, head=signed_head(size, root)))
    refused(proof(proof=[], head=signed_head(SIZE, leaf_hash(ENTRIES[77]))))


def test_an_inner_node_is_no_record() -> None:
    """A leaf and a node are hashed with prefixes of their own (RFC 6962, 2.1)."""
    inner = leaf_hash(ENTRIES[0]) + leaf_hash(ENTRIES[1])
    assert leaf_hash(inner) != node_hash(inner[:32], inner[32:])


@pytest.mark.parametrize(
    "changes",
    [
        {"record": {**RECORDS[77], "words": "other"}},
        {"record": {**RECORDS[77], "more": 1}},
        {"record": {}},
        {"record": "text"},
        {"salt": SALTS[78].hex()},
        {"salt": SALTS[77].hex()[:-2]},
        {"salt": ""},
        {"proof": None},
    ],
)
def test_another_record_or_salt_is_refused(changes: dict[str, Any]) -> None:
    refused(proof(**changes))


def test_a_shorter_salt_cannot_move_into_the_record() -> None:
    assert "salt is missing" in refused(proof(salt=SALTS[77].hex() + "7b"))


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (signed_head(SIZE, ROOT, OTHER_KEY), "is not signed by the key"),
        (NoteSigner("other.example", KEY.seed).sign(checkpoint_text(ORIGIN, SIZE, ROOT)), "is not signed by"),
        (NoteSigner(*KEY).sign(checkpoint_text("other.example/evidence", SIZE, ROOT)), "is of another log"),
        (HEAD.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n"), "signature of calls.example/evidence is wrong"),
        (signed_head(SIZE, bytes(32)), "the record is not entry 77"),
    ],
)
def test_a_head_of_another_log_is_refused(head: str, reason: str) -> None:
    assert reason in refused(proof(head=head))


@pytest.mark.parametrize("change", [lambda lines: lines[:-1], lambda lines: [*lines, lines[-1]]])
def test_an_export_that_is_too_short_or_too_long_is_refused(change: Callable[[list[str]], list[str]]) -> None:
    assert "and the head says 300" in refused(change(export()))


def test_an_export_in_another_order_or_with_another_record_is_refused() -> None:
    lines = export()
    assert "not those of the head" in refused([*lines[:9], lines[10], lines[9], *lines[11:]])
    assert "not those of the head" in refused([*lines[:9], lines[9].replace("ñ 8", "ñ 9"), *lines[10:]])


def test_an_export_of_a_log_that_was_rewritten_since_a_head_is_refused() -> None:
    other = signed_head(200, root_of([b"other", *ENTRIES[1:200]]))
    assert "does not hold what the older head signed" in refused(export(), head=other)
    assert "does not hold" in refused(export(), head=signed_head(SIZE + 1, ROOT))
    assert "is not signed by" in refused(export(), head=signed_head(200, ROOT, OTHER_KEY))
    assert "with an export only" in refused(proof(), head=HEAD)


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace('"sequence":77', '"sequence":76,"sequence":77'),
        lambda text: text.replace('"sequence":77', '"sequence": 77'),
        lambda text: text.replace("ñ", "\\u00f1"),
        lambda text: text.replace('"sequence":77', '"sequence":NaN'),
        lambda text: text[:-3],
        lambda text: "",
        lambda text: "[]\n",
    ],
)
def test_a_line_that_is_not_canonical_is_refused(changed: Callable[[str], str]) -> None:
    first, second = proof()
    refused([first, changed(second)])


@pytest.mark.parametrize("lines", [[], ["{}\n"], ["[]\n"], ["null\n"], export()[1:], proof()[:1]])
def test_what_is_no_proof_is_refused(lines: list[str]) -> None:
    refused(lines)


def run(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """As whoever gets a proof runs it: the file alone, in another directory, without our modules."""
    given = tmp_path / "verifier.py"
    given.write_text(FILE.read_text())
    return subprocess.run(
        [sys.executable, "-I", given, *words], capture_output=True, text=True, cwd=tmp_path, check=False
    )


def test_it_runs_alone(tmp_path: Path) -> None:
    (tmp_path / "proof.jsonl").write_text("".join(proof()))
    (tmp_path / "head").write_text(HEAD)
    (tmp_path / "export.jsonl").write_text("".join(export()))
    done = run(tmp_path, "proof.jsonl", LOG_KEY)
    assert (done.returncode, done.stdout) == (
        0,
        "Verified: 1 records against the head of calls.example/evidence with 300 entries.\n",
    )
    assert run(tmp_path, "export.jsonl", LOG_KEY, "head").returncode == 0
    for words in (("proof.jsonl", OTHER_KEY.origin), ("head", LOG_KEY), ("missing", LOG_KEY)):
        failed = run(tmp_path, *words)
        assert (failed.returncode, failed.stdout, failed.stderr[:13]) == (1, "", "NOT VERIFIED:")
        assert "Traceback" not in failed.stderr
