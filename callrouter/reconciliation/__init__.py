"""Reconciliation: our calls against the carrier's CDRs. Differences are corrected, or staff explain them."""
