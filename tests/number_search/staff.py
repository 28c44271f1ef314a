"""Staff at the console: they sign in, open every page, look for numbers, and write one wherever they can write."""

from __future__ import annotations

import re
from base64 import b32decode
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from tests.console.sign_in.staffed_console import PASSWORD, Authenticator, Clock
from tests.number_search.installation import Installation

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
LINK = re.compile(r'(?:href|src)="(/console[^"#]*)"')
SECRET = re.compile(r'id="secret">([^<]+)<')
MOST_PAGES = 250
OK, BAD_REQUEST = 200, 400
OF_A_KIND = 3
"""pages that differ in ids alone"""
LEFT_ALONE = re.compile(
    r"/(sign-out|account|staff|directory|wordings|start|first|invitation|sign-in|import)\b"
)
"""forms that are not sent: they end the sign-in, or take texts of the operator's own, as telephones of centers are"""
OPERATORS_OWN = frozenset({"csrf_token", "reference"})
"""fields that keep what is typed: the reference of a payment has a bank's numbers in it"""


@dataclass(frozen=True)
class Answer:
    """What the console answered."""

    request: str
    status: int
    head: bytes
    body: bytes

    def without_form(self) -> bytes:
        """Head and body. A form that was refused, or is to be confirmed, keeps what its reader has just typed."""
        is_a_form = self.status == BAD_REQUEST or (self.request.startswith("POST") and self.status == OK)
        return self.head + (b"" if is_a_form else b"\n\n" + self.body)

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass
class StaffBrowser:
    """One person's browser. All that it was answered is kept; what a page says about what was just typed is not."""

    origin: str
    answers: list[Answer] = field(default_factory=list)
    _cookies: dict[str, str] = field(default_factory=dict)
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=30))

    def opens(self, path: str, **headers: str) -> Answer:
        """A page, and wherever it sends on."""
        answer, here = self._asks("GET", path, None, headers), path
        for _ in range(5):
            further = re.search(rb"(?im)^location: (.+?)\r?$", answer.head)
            if answer.status not in (302, 303) or not further:
                break
            here = urljoin(here, further[1].decode())
            answer = self._asks("GET", _path(here), None, {})
        return answer

    def sends(self, path: str, form: Mapping[str, str], page: str | None = None) -> Answer:
        """A form of a page, with its hidden token."""
        token = CSRF.search(self.opens(page or path).text)
        return self.sends_as_it_is(path, {**form, "csrf_token": token[1] if token else ""})

    def confirms(self, path: str, form: Mapping[str, str]) -> Answer:
        """A form that shows what it will do, and is sent once more."""
        shown = PageForms()
        shown.feed(self.sends(path, form).text)
        return self.sends_as_it_is(path, next(each.values for each in shown.posted if "shown" in each.values))

    def sends_as_it_is(self, path: str, form: Mapping[str, str]) -> Answer:
        answer = self._asks("POST", path, urlencode(form), {"Referer": self.origin + path})
        further = re.search(rb"(?im)^location: (.+?)\r?$", answer.head)
        return self.opens(_path(urljoin(path, further[1].decode()))) if further else answer

    def _asks(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            own["Content-Type"] = "application/x-www-form-urlencoded"
        reply = self._pool.request(
            method, self.origin + path, body=body, headers={**own, **headers}, redirect=False
        )
        for cookie in reply.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        head = "\n".join(f"{name}: {value}" for name, value in reply.headers.items()).encode()
        answer = Answer(f"{method} {urlsplit(path).path}", reply.status, head, reply.data)
        self.answers.append(answer)
        return answer


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def signs_in(installation: Installation, link: str, **form: str) -> StaffBrowser:
    """Who follows an invitation, and is signed in."""
    browser = StaffBrowser(installation.origin)
    path = _path(link)
    if form:
        browser.sends(path, form)
        page = browser.answers[-1].text
        path = next(
            each.request.split()[1] for each in reversed(browser.answers) if "invitation" in each.request
        )
        assert "password" in page
    browser.sends(path, {"password": PASSWORD})
    secret = SECRET.search(browser.opens(path).text)
    assert secret, browser.answers[-1].text
    app = Authenticator(b32decode(secret[1].replace(" ", "")), Clock())
    browser.sends(f"{path}/code", {"code": app.code(), "browser_zone": "Europe/Paris"}, page=path)
    assert browser.opens("/console/account").status == 200
    return browser


def opens_every_page(browser: StaffBrowser, most: int = MOST_PAGES) -> Iterator[tuple[str, Answer]]:
    """From link to link; one page of each kind often enough."""
    waits, seen, kinds = deque(["/console/"]), {"/console/"}, dict[str, int]()
    while waits and most:
        path = waits.popleft()
        kind = kind_of(path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > OF_A_KIND:
            continue
        most -= 1
        answer = browser.opens(path)
        yield path, answer
        for found in LINK.findall(answer.text):
            further = found.replace("&amp;", "&")
            if further not in seen:
                seen.add(further)
                waits.append(further)


def kind_of(path: str) -> str:
    """What is the same for pages that differ in ids alone."""
    return re.sub(r"CA[0-9a-f]{32}|[0-9]+", "N", urlsplit(path).path)


def fills_in_every_form(browser: StaffBrowser, pages: Iterable[tuple[str, Answer]], text: str) -> set[str]:
    """The forms of these pages that post, with this text wherever a text can be written; which kinds there were."""
    sent: set[str] = set()
    for page, answer in pages:
        forms = PageForms()
        forms.feed(answer.text)
        for form in forms.posted:
            action = _path(urljoin(page, form.action))
            if kind_of(action) not in sent and not LEFT_ALONE.search(action):
                sent.add(kind_of(action))
                browser.sends_as_it_is(action, form.filled_in(text))
    return sent


@dataclass
class PageForm:
    """A form: where it goes, what it has, and where a text can be written."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def filled_in(self, text: str) -> dict[str, str]:
        return {
            name: text if name in self.texts - OPERATORS_OWN else value for name, value in self.values.items()
        }


class PageForms(HTMLParser):
    """The forms of a page that post."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[PageForm] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.posted += (
                [PageForm(found.get("action", ""))] if found.get("method", "").lower() == "post" else []
            )
            self._within = found.get("method", "").lower() == "post"
        if self.posted and getattr(self, "_within", False):
            self._field(tag, found, self.posted[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False

    def _field(self, tag: str, found: dict[str, str], form: PageForm) -> None:
        name = found.get("name", "")
        if tag == "textarea" or (tag == "input" and found.get("type", "text") in ("text", "search", "tel")):
            form.texts.add(name)
        if tag == "select":
            self._select = name
        if tag == "option" and found.get("value"):
            form.values.setdefault(self._select, found["value"])
        elif name and name != "back" and tag in ("input", "textarea", "button"):
            form.values.setdefault(name, found.get("value", ""))
