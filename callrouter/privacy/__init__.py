"""Privacy: the vault, which alone can read a caller's number; erasure; and the audit log."""
