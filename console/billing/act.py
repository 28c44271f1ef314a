"""Acts on money: a form, then what it would do, then the act itself, which does exactly what was shown.

What is shown is the act carried out in a transaction that is rolled back. Where it would do something else by the time
that somebody agrees, it does nothing, and what it would do now is shown. Each showing can be agreed to once: a second
click is told that it was done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from secrets import token_hex
from typing import Any, Generic, TypeVar

from flask import flash, redirect, render_template, request

from callrouter.billing.balance import Effect, with_effect
from callrouter.database import Session
from callrouter.errors import Fault
from callrouter.staff.confirmed_acts import ActDoneBefore, act_done, begin_act, end_act
from console.dependencies import ConsoleDependencies
from console.frame import asked_at

T = TypeVar("T")
NO_EFFECT = Effect((), ())
KEY_DIGITS = 32
"""at the beginning of `shown`: the key of this showing; the others are the fingerprint of what was shown"""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form. `read` makes a value of what was typed, and raises ValueError where it is none."""

    name: str
    label: str
    read: Callable[[str], Any] = str
    hint: str = ""
    optional: bool = False
    choices: tuple[tuple[str, str], ...] | None = None
    """(value, words): one of these is chosen; None: it is typed"""
    long: bool = False


@dataclass(frozen=True)
class Act(Generic[T]):
    """Something that is entered, and the sentence about it."""

    run: Callable[[Session], T]
    sentence: Callable[[T], str]
    changes_accounts: bool = True


@dataclass(frozen=True)
class ActPage(Generic[T]):
    """The page of an act: its form, and what is made of the form."""

    title: str
    about: str
    fields: tuple[FormField, ...]
    act: Callable[[Values], Act[T]]
    done: str
    """the address of the page that shows what was done"""
    fault_at: str
    """the field beside which stands why it cannot be"""
    facts: tuple[tuple[str, str], ...] = ()
    layout: str = "billing/base.html"
    """the template around it"""


class EffectChanged(Exception):
    """Meanwhile the act would do something else."""


def answer(dependencies: ConsoleDependencies, page: ActPage[T]) -> Any:
    """The form, what it would do, or the page that shows what was done."""
    if request.method == "GET":
        return _form(page, {}, request.args)
    if done := _done_before(dependencies):
        return _say_done(page, done)
    values, errors = _read(page.fields)
    if errors:
        return _form(page, errors, request.form), HTTPStatus.BAD_REQUEST
    try:
        return _carry_out(dependencies, page, page.act(values))
    except Fault as fault:
        return _form(page, {page.fault_at: str(fault)}, request.form), HTTPStatus.BAD_REQUEST


def _read(fields: tuple[FormField, ...]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields:
        typed = request.form.get(field.name, "").strip()
        try:
            values[field.name] = _value(field, typed)
        except (ValueError, Fault) as error:
            errors[field.name] = f"{field.label}: {error}"
    return values, errors


def _value(field: FormField, typed: str) -> Any:
    if not typed and field.optional:
        return None
    if field.choices is not None and typed not in dict(field.choices):
        raise ValueError("choose one")
    return field.read(typed)


def _form(page: ActPage[T], errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    return render_template("billing/act.html", page=page, errors=errors, typed=typed)


def _carry_out(dependencies: ConsoleDependencies, page: ActPage[T], act: Act[T]) -> Any:
    if "back" in request.form:
        return _form(page, {}, request.form)
    shown = request.form.get("shown")
    if shown is None:
        return _preview(dependencies, page, act)
    try:
        sentence = dependencies.database.transact(lambda session: _only_as_shown(session, act, shown))
    except EffectChanged:
        return _preview(dependencies, page, act, changed=True), HTTPStatus.CONFLICT
    except ActDoneBefore:
        return _say_done(page, _done_before(dependencies) or page.title)
    flash(sentence, "good")
    return redirect(page.done)


def _done_before(dependencies: ConsoleDependencies) -> str | None:
    """What the same confirmation has done before; None: nothing."""
    key = request.form.get("shown", "")[:KEY_DIGITS]
    if not key or "back" in request.form:
        return None
    return dependencies.database.transact(lambda session: act_done(session, key))


def _say_done(page: ActPage[T], sentence: str) -> Any:
    flash(f"This was done already, and is not done again: {sentence}", "good")
    return redirect(page.done)


def _preview(
    dependencies: ConsoleDependencies, page: ActPage[T], act: Act[T], *, changed: bool = False
) -> str:
    result, effect = dependencies.database.dry_run(lambda session: _run(session, act))
    sentence = act.sentence(result)
    return render_template(
        "billing/preview.html",
        page=page,
        sentence=sentence,
        effect=effect,
        shown=token_hex(KEY_DIGITS // 2) + _fingerprint(sentence, effect),
        typed=request.form,
        changed=changed,
    )


def _only_as_shown(session: Session, act: Act[T], shown: str) -> str:
    """Do it, and return its sentence. Raises EffectChanged or ActDoneBefore."""
    key, fingerprint = shown[:KEY_DIGITS], shown[KEY_DIGITS:]
    begin_act(session, key, asked_at())
    result, effect = _run(session, act)
    sentence = act.sentence(result)
    if _fingerprint(sentence, effect) != fingerprint:
        raise EffectChanged
    end_act(session, key, sentence)
    return sentence


def _run(session: Session, act: Act[T]) -> tuple[T, Effect]:
    if act.changes_accounts:
        return with_effect(session, act.run)
    return act.run(session), NO_EFFECT


def _fingerprint(sentence: str, effect: Effect) -> str:
    return sha256(repr((sentence, effect)).encode()).hexdigest()
