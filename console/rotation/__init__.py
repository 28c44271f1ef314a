"""The pages of the rotation: shares, picks, pauses."""
