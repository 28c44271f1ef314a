"""Our calls against the carrier's own records (CDRs): what differs, what is corrected, and what staff must explain."""
