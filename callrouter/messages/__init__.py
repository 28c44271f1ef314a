"""Messages that callers left: fetched from the carrier, sealed, played to staff, and deleted."""
