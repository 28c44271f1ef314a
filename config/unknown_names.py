"""Names in the environment and in `.env` that are no setting of ours, and the setting that was meant (pure).

`.env` is ours alone, so whatever is unknown there is a fault. The environment belongs to everybody (`DATABASE_USER`,
`TWILIO_API_KEY`, what Kubernetes sets for a service named callrouter), so a name there is a fault only where it is
nearly one of ours and that one is set nowhere: then we would start with a simulated carrier or an embedded database.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from config.faults import SettingFault

ALIKE = 0.6
"""enough for a suggestion, by difflib's ratio"""
NEARLY_THE_SAME = 0.885
"""DATABASE_URI is DATABASE_URL by this; DATABASE_USER, TWILIO_API_KEY and CALLROUTER_HOST are themselves"""
GUARDED = ("CALLROUTER_", "DATABASE_", "PUBLIC_", "REDIS_", "TWILIO_")
"""Where one of these settings is absent something else is used in its place, and nothing else shows the mistake."""


def in_file(lines: Mapping[str, int], file: str, expected_of: Mapping[str, str]) -> Iterator[SettingFault]:
    """A fault for each unknown name of the file; `lines` has the names with their lines."""
    for name, line in lines.items():
        where = f"on line {line} of {file} is not a setting"
        if name not in expected_of:
            meant = closest(name, expected_of, ALIKE)
            yield _meant(name, where, meant, expected_of[meant]) if meant else _foreign(name, where)


def in_environment(
    names: Collection[str], given: Collection[str], expected_of: Mapping[str, str]
) -> Iterator[SettingFault]:
    """A fault for each name that is nearly a guarded setting, where that is not given; an empty one counts."""
    guarded = [name for name in expected_of if name.startswith(GUARDED)]
    for name in sorted(set(names) - expected_of.keys()):
        meant = closest(name, guarded, NEARLY_THE_SAME)
        if meant and meant not in given:
            expected = (
                f"{expected_of[meant]}; where {name} is somebody else's, set {meant}= (empty) beside it"
            )
            yield _meant(name, "in the environment is not a setting", meant, expected)


def closest(name: str, known: Collection[str], ratio: float) -> str | None:
    """The known name that this one is most like, whatever its case; None where none is that much like it."""
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=ratio)), None)


def _meant(name: str, wrong: str, meant: str, expected: str) -> SettingFault:
    return SettingFault(name, f"{wrong}; {meant} was meant?", f"{meant}, {expected}")


def _foreign(name: str, wrong: str) -> SettingFault:
    return SettingFault(name, wrong, "one of the names in .env.example, or no such line")
