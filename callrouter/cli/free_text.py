"""What a person writes on the command line to be kept, and read by others."""

from __future__ import annotations

from callrouter.cli.parameter_types import ParsedParameter
from config.free_text import evidence, reason, reference

REASON = ParsedParameter("reason", reason)
NOTE = ParsedParameter("note", reason)
EVIDENCE = ParsedParameter("evidence", evidence)
REFERENCE = ParsedParameter("reference", reference)
