"""Saved views: filters of the list of calls under a name, for the one who saved it or for all.

Those for all are in the audit log: whoever opens one trusts that it shows what its name says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.privacy.audit import Access, AuditedChange, record_access
from callrouter.staff.model import SavedView, StaffAccount

MOST = 30
"""of a person's own, and for all: the list above the calls stays short"""
LONGEST_NAME, LONGEST_ADDRESS = 60, 2_000
"""characters"""
SAVED, RENAMED, DELETED = "view saved for all", "view for all renamed", "view for all deleted"


class ListedView(NamedTuple):
    """A view. `address` is the filter as in the address of the list; `person` saved it."""

    id: int
    name: str
    address: str
    shared: bool
    person: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ViewEditor:
    """Who saves, renames or deletes a view. `may_share`: they may change those for all."""

    account: int
    person: str
    may_share: bool
    at: datetime


_COLUMNS = (
    SavedView.id,
    SavedView.name,
    SavedView.address,
    SavedView.shared,
    StaffAccount.name.label("person"),
    SavedView.saved_at,
)


def saved_views(connection: sa.Connection | Session, account: int) -> list[ListedView]:
    """Those for all, then a person's own, by name."""
    query = (
        sa.select(*_COLUMNS)
        .join(StaffAccount, StaffAccount.id == SavedView.account)
        .where(sa.or_(SavedView.shared, SavedView.account == account))
        .order_by(SavedView.shared.desc(), SavedView.name)
    )
    return [ListedView(*row) for row in connection.execute(query)]


def save_view(session: Session, name: str, address: str, editor: ViewEditor, *, shared: bool) -> None:
    """Save a view. Raises DuplicateKey where the name is taken, Fault for one too many or not theirs to share."""
    _refuse_unlike_a_view(name, address)
    if shared and not editor.may_share:
        raise Fault("you may not save views for all: save it for yourself")
    if sum(view.shared == shared for view in saved_views(session, editor.account)) >= MOST:
        raise Fault(f"there are {MOST} views already: delete one of them first")
    values = {
        "name": name,
        "address": address,
        "account": editor.account,
        "shared": shared,
        "saved_at": editor.at,
    }
    session.execute(sa.insert(SavedView), values)
    _audit(session, SAVED, name, AuditedChange(None, address), editor, shared=shared)


def rename_view(session: Session, number: int, name: str, editor: ViewEditor) -> None:
    """Give a view another name. Raises NotKnown, Fault or DuplicateKey."""
    view = _of_editor(session, number, editor)
    _refuse_unlike_a_view(name, view.address)
    session.execute(sa.update(SavedView).where(SavedView.id == number).values(name=name))
    _audit(session, RENAMED, view.name, AuditedChange(view.name, name), editor, shared=view.shared)


def delete_view(session: Session, number: int, editor: ViewEditor) -> str:
    """Delete a view; its name. Raises NotKnown or Fault."""
    view = _of_editor(session, number, editor)
    session.execute(sa.delete(SavedView).where(SavedView.id == number))
    _audit(session, DELETED, view.name, AuditedChange(view.address, None), editor, shared=view.shared)
    return view.name


def delete_own_views(session: Session, account: int) -> None:
    """Delete those that only this person sees."""
    session.execute(sa.delete(SavedView).where(SavedView.account == account, sa.not_(SavedView.shared)))


def _of_editor(session: Session, number: int, editor: ViewEditor) -> ListedView:
    """The view, where they may change it. Nobody learns of the views that others keep for themselves."""
    for view in saved_views(session, editor.account):
        if view.id == number and view.shared and not editor.may_share:
            raise Fault("you may not change views for all")
        if view.id == number:
            return view
    raise NotKnown(f"there is no view {number}")


def _refuse_unlike_a_view(name: str, address: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Fault(f"a name has 1 to {LONGEST_NAME} characters")
    if len(address) > LONGEST_ADDRESS:
        raise Fault(f"the filter is longer than {LONGEST_ADDRESS} characters: narrow it down by fewer parts")


def _audit(
    session: Session, action: str, name: str, change: AuditedChange, editor: ViewEditor, *, shared: bool
) -> None:
    if shared:
        record_access(session, Access(editor.person, "", editor.at), action, name, change)
