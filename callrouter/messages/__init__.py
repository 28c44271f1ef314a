"""Messages that callers left: fetched from the carrier, kept sealed, heard through our own door, and deleted."""
