"""Version 1 of the wordings: the texts that come with the software."""
