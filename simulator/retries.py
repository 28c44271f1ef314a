"""How often the carrier asks again, from the fragment of a URL: `#rc=2&rp=ct,rt,5xx`. *Pure.*

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag

MOST = 5
NO_CONNECTION = "ct"
NO_ANSWER_IN_TIME = "rt"


@dataclass(frozen=True)
class Retries:
    """So many further attempts after failures of these kinds; by default one where no connection came."""

    count: int = 1
    after: frozenset[str] = frozenset((NO_CONNECTION,))

    def again(self, failure: str, attempt: int) -> bool:
        """Whether another attempt follows the one with this number, counted from 0."""
        return attempt < self.count and (failure in self.after or "all" in self.after)


def without_fragment(url: str) -> str:
    """The URL as it is requested, and signed."""
    return urldefrag(url).url


def retries_of(url: str) -> Retries:
    """What the fragment says. What it does not say stays as it is by default; nonsense counts as not said."""
    said = {name: values[-1] for name, values in parse_qs(urldefrag(url).fragment).items()}
    count = said.get("rc", "")
    policy = said.get("rp")
    return Retries(
        min(int(count), MOST) if count.isdecimal() else Retries.count,
        frozenset(policy.split(",")) if policy else Retries.after,
    )


def failure_of(status: int) -> str:
    """How the fragment names an answer of this status: `5xx`."""
    return f"{status // 100}xx"
