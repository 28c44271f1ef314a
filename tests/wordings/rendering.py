"""Documents in the words of version 1."""

from collections.abc import Callable

from callrouter.calls.dependencies import Answer
from callrouter.calls.steps import Step
from callrouter.carrier.twiml import renderer
from callrouter.carrier.twiml_returns import return_renderer
from callrouter.promises.return_calls.steps import ReturnStep
from callrouter.wordings.wordings import SHIPPED


def shipped_renderer(origin: str) -> Callable[[Step, int], Answer]:
    """Renders a step and a document number in the shipped words."""
    render = renderer(origin)
    return lambda step, number: render(step, number, SHIPPED)


def shipped_return_renderer(origin: str) -> Callable[[ReturnStep], Answer]:
    """Renders a step of a return call in the shipped words."""
    render = return_renderer(origin)
    return lambda step: render(step, SHIPPED)
