"""The audit of blindness: every past pick and charge recomputed from an export of the evidence log alone."""
