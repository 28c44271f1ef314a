"""What the callbacks of return calls need besides the session and the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callrouter.calls.dependencies import Answer
from callrouter.database import Session
from callrouter.privacy.acts import Actor
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.return_calls.steps import ReturnStep
from callrouter.wordings.versions import WordingsCache
from callrouter.wordings.wordings import Wordings

RenderReturn = Callable[[ReturnStep, Wordings], Answer]
"""(step, wordings) -> the answer"""
EraseCaller = Callable[[Session, list[str], Actor], object]
"""(session, pseudonyms, who asks and when): erases everything that identifies the caller"""


@dataclass(frozen=True, slots=True)
class ReturnCallDependencies(PromiseDependencies):
    """The collaborators of the callbacks of return calls."""

    proof_codes: ProofCodes
    wordings: WordingsCache
    render: RenderReturn
    erase_caller: EraseCaller
