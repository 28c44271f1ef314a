"""The pages of an invoice: letter size, with a header and a footer, in one font.

All lengths are in points, measured from the upper left corner of the page.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from fpdf import FPDF
from fpdf.fonts import TTFFont

from callrouter.invoices.printing.fitting import in_lines
from callrouter.invoices.printing.words import printable

LEFT, RIGHT = 36.0, 576.0
_WIDE = RIGHT - LEFT
TOP, BOTTOM = 36.0, 738.0
"""of the printed area; the footer is below"""
_BANNER = 34.0
_RUNNING_HEAD = 22.0
_FOOT = 760.0
_BEYOND = 4.0
"""how far rules and shades extend beyond the text"""
_CELL_IS_HIGHER = 0.05
"""the extra height of a cell, as a part of its size"""
_A_HAIR_LESS = 0.999
_FONT = Path(__file__).parent / "font"
_NOT_IN_THE_FONT = "\N{REPLACEMENT CHARACTER}"

Color = tuple[int, int, int]
BLACK, GREY, RED, WHITE = (24, 26, 30), (98, 104, 114), (176, 22, 32), (255, 255, 255)
RULE, HAIRLINE, SHADE = (60, 64, 72), (218, 221, 226), (240, 242, 245)


class Look(NamedTuple):
    """How text looks: size, weight and color."""

    size: float = 8.5
    bold: bool = False
    color: Color = BLACK

    @property
    def leading(self) -> float:
        """The distance between lines."""
        return self.size * 1.3


class Notices(NamedTuple):
    """The texts on every page."""

    head: str
    """from the second page on"""
    number: str
    whose: str
    banner: str
    """large, above everything; empty: none"""


class _Line(NamedTuple):
    text: str
    width: float


class Paper(FPDF):
    """Pages, and the position `y` of the next output. All pages have the same time."""

    def __init__(self, title: str, author: str, notices: Notices, created: datetime) -> None:
        super().__init__(unit="pt", format="letter")
        self._notices = notices
        self._fitted = cache(self._fit)
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.add_font("plex", "", _FONT / "IBMPlexSans-Regular.ttf")
        self.add_font("plex", "B", _FONT / "IBMPlexSans-SemiBold.ttf")
        self._look(Look())
        self._say_what_it_is(title, author, created)
        self.add_page()

    def _say_what_it_is(self, title: str, author: str, created: datetime) -> None:
        """Leave out the library's version, so that an update does not change an invoice's bytes."""
        self.set_title(printable(title))
        self.set_author(printable(author))
        self.set_creator("callrouter")
        self.set_producer("callrouter")
        self.set_lang("en-US")
        self.set_creation_date(created.astimezone(UTC))

    def header(self) -> None:
        """The banner; and from the second page on, what the invoice is."""
        self.y = TOP
        if self._notices.banner:
            self._banner(self._notices.banner)
        if self.page > 1:
            self.put(self._notices.head, LEFT, _WIDE, Look(8, color=GREY))
            self.y += _RUNNING_HEAD

    def _banner(self, text: str) -> None:
        self.y -= 6
        self.shade(_BANNER, RED)
        self.y += 6
        self.put(text, LEFT, _WIDE, Look(20, bold=True, color=WHITE), align="C")
        self.y += _BANNER + 6

    def footer(self) -> None:
        """The invoice's number, the page number, and the issuer."""
        look = Look(8, color=GREY)
        self.y = _FOOT
        self.put(self._notices.whose, LEFT + _WIDE / 2, _WIDE / 2, look, align="R")
        # Only a cell can show the number of pages, which is known at the end.
        self._look(look)
        self.set_xy(LEFT, _FOOT + _CELL_IS_HIGHER * look.size)
        self.cell(_WIDE / 2, look.leading, f"{self._notices.number} · page {self.page_no()} of {{nb}}")

    def room_for(self, height: float) -> bool:
        """Whether this height fits on the page. If not, a new page begins."""
        if self.y + height <= BOTTOM:
            return True
        self.add_page()
        return False

    def put(self, text: str, x: float, width: float, look: Look, *, align: str = "L", most: int = 1) -> float:
        """Print text in at most this many lines at `y`, and return its height. `y` does not change."""
        lines = self._fitted(text, width, look, most)
        self._look(look)
        baseline = self.y + look.size
        for line in lines:
            self.text(x + _indent(align, width - line.width), baseline, line.text)
            baseline += look.leading
        return len(lines) * look.leading

    def height_of(self, text: str, width: float, look: Look, most: int = 1) -> float:
        """The height of a text."""
        return len(self._fitted(text, width, look, most)) * look.leading

    def small_enough(self, text: str, width: float, look: Look) -> Look:
        """A look in which the whole figure fits: figures are never cut or wrapped."""
        taken = self._width(printable(text), look)
        return look if taken <= width else look._replace(size=look.size * width / taken * _A_HAIR_LESS)

    def rule(self, color: Color = HAIRLINE, thickness: float = 0.4) -> None:
        """A line across the page, at `y`."""
        self.set_draw_color(*color)
        self.set_line_width(thickness)
        self.line(LEFT - _BEYOND, self.y, RIGHT + _BEYOND, self.y)

    def shade(self, height: float, color: Color = SHADE) -> None:
        """A colored background across the page, from `y` on."""
        self.set_fill_color(*color)
        self.rect(LEFT - _BEYOND, self.y, _WIDE + 2 * _BEYOND, height, style="F")

    def _fit(self, text: str, width: float, look: Look, most: int) -> list[_Line]:
        """Wrap text. Cached, because the same text is measured first and printed later."""

        def measure(text: str) -> float:
            return self._width(text, look)

        lines = in_lines(self._known(printable(text)), width, most, measure)
        return [_Line(line, measure(line)) for line in lines]

    def _width(self, text: str, look: Look) -> float:
        widths = self._font(look.bold).cw
        return sum(widths[ord(sign)] for sign in text) * look.size / 1000

    def _known(self, text: str) -> str:
        """Replace characters that the font does not have."""
        signs = self._font(False).cmap
        return "".join(sign if ord(sign) in signs else _NOT_IN_THE_FONT for sign in text)

    def _font(self, bold: bool) -> TTFFont:
        return cast("TTFFont", self.fonts["plexB" if bold else "plex"])

    def _look(self, look: Look) -> None:
        self.set_font("plex", "B" if look.bold else "", look.size)
        self.set_text_color(*look.color)


def _indent(align: str, room: float) -> float:
    return {"L": 0.0, "C": room / 2, "R": room}[align]
