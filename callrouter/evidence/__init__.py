"""The evidence log: what we did, in a Merkle tree that others can hold us to (docs/evidence.md)."""
