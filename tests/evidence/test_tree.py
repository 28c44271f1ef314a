"""The tree is that of RFC 6962: by its published vectors, word for word, and by an independent implementation."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.evidence.offline_verifier import Refused, leaf_hash, root_by_inclusion
from callrouter.evidence.tree import (
    TreeEdge,
    consistency_proof,
    inclusion_proof,
    partial_widths,
    roots_by_consistency,
)
from tests.evidence.trees import (
    audit_path,
    hashes_of,
    merkle_tree_hash,
    root_of,
    subproof,
    tiles_of,
)

# The vectors of Certificate Transparency's reference implementation (google/certificate-transparency).
CT_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
# Computed by pymerkle 7.0.0 from the entries `entry 0`, `entry 1` …
PYMERKLE = json.loads(Path(__file__).with_name("pymerkle.json").read_text())
ENTRIES = [f"entry {number}".encode() for number in range(70_000)]
SIZES = (1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 700)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root_of(CT_ENTRIES[:size]).hex() == CT_ROOTS[size]


@pytest.mark.parametrize(("index", "size"), CT_INCLUSION)
def test_proofs_are_those_of_certificate_transparency(index: int, size: int) -> None:
    proof = inclusion_proof(tiles_of(CT_ENTRIES[:size]), index, size)
    assert [each.hex() for each in proof] == CT_INCLUSION[index, size]


@pytest.mark.parametrize("size", PYMERKLE["roots"])
def test_another_implementation_agrees_on_roots(size: str) -> None:
    assert root_of(ENTRIES[: int(size)]).hex() == PYMERKLE["roots"][size]


@pytest.mark.parametrize(("index", "size", "proof"), PYMERKLE["inclusion"])
def test_another_implementation_agrees_on_proofs(index: int, size: int, proof: list[str]) -> None:
    assert [each.hex() for each in inclusion_proof(tiles_of(ENTRIES[:size]), index, size)] == proof


@given(st.sampled_from(SIZES), st.lists(st.integers(1, 300), min_size=1))
def test_a_tree_that_grows_in_any_steps_is_the_same(size: int, steps: list[int]) -> None:
    edge, full = TreeEdge(), 0
    while edge.size < size:
        after = min(edge.size + steps[edge.size % len(steps)], size)
        full += len(edge.append(ENTRIES[edge.size : after]))
        # As a process that was started anew reads it.
        edge = TreeEdge(edge.size, edge.rows)
    assert (edge.root(), full) == (merkle_tree_hash(ENTRIES[:size]), size // 256)


@given(st.data(), st.sampled_from(SIZES))
def test_inclusion_proofs_are_word_for_word_those_of_the_rfc(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(tiles_of(ENTRIES[:size]), index, size)
    assert proof == audit_path(index, ENTRIES[:size])
    assert root_by_inclusion(leaf_hash(ENTRIES[index]), index, size, proof) == root_of(ENTRIES[:size])


@given(st.data(), st.sampled_from(SIZES[1:]))
def test_consistency_proofs_are_word_for_word_those_of_the_rfc(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(tiles_of(ENTRIES[:size]), old, size)
    assert proof == subproof(old, ENTRIES[:size])
    roots = root_of(ENTRIES[:old]), root_of(ENTRIES[:size])
    assert roots_by_consistency(old, size, roots[0], proof) == roots


def test_a_tree_of_70_000_entries_has_the_tiles_that_the_specification_counts() -> None:
    edge = TreeEdge()
    full = edge.append(ENTRIES)
    assert [sum(tile.level == level for tile in full) for level in (0, 1, 2)] == [273, 1, 0]
    assert partial_widths(70_000) == [112, 17, 1] == [len(row) for row in edge.rows]
    assert (hashes_of(full[0].hashes)[3], full[0].root) == (
        leaf_hash(ENTRIES[3]),
        merkle_tree_hash(ENTRIES[:256]),
    )


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5), (6, 5)])
def test_there_is_no_consistency_proof_of_a_tree_that_is_not_older(old: int, new: int) -> None:
    with pytest.raises(Refused, match="are not fewer than"):
        consistency_proof(tiles_of(ENTRIES[:new]), old, new)
    with pytest.raises(Refused, match="are not fewer than"):
        roots_by_consistency(old, new, b"", [])


def test_a_consistency_proof_that_is_too_short_or_too_long_is_refused() -> None:
    proof = consistency_proof(tiles_of(ENTRIES[:300]), 77, 300)
    for changed in (proof[:-1], [*proof, proof[0]], []):
        with pytest.raises(Refused, match=r"too short|too long"):
            roots_by_consistency(77, 300, root_of(ENTRIES[:77]), changed)
