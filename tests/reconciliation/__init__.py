"""The carrier's signatures, and the carrier that is only played, against a small server of the tests' own."""
