"""What we ask of a carrier: its signatures, and a carrier that is only simulated."""
