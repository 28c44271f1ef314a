"""The wordings that callers hear: texts as versioned data, the rules that each keeps, and how they are changed."""
