"""What the vault of a world opens."""

from __future__ import annotations

from functools import partial

from callrouter.privacy.numbers import unseal_number
from tests.scenarios.world import World


def opened_numbers(world: World) -> list[str | None]:
    """Each number that is sealed; None where it does not open any more."""
    return [
        world.database.transact(
            partial(unseal_number, vault=world.vault, call=row["call"], purpose=row["purpose"])
        )
        for row in world.rows("sealed_number")
    ]
