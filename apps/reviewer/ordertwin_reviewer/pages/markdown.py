"""Markdown that somebody else wrote, as HTML that can do nothing: no markup, pictures or links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

DEEPEST_HEADING = 6
LONG_LIST = 12


@cache
def _reader() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False})
    return made.enable("table").disable(["image", "link", "autolink", "html_block", "html_inline"])


def markdown(text: str, fold: str, *, below: int = 2) -> Markup:
    """The text as HTML; its first headings come `below` those of the page. Long lists are folded
    below a line that says `fold`, with `%(num)s` for the number of their entries.

    >>> markdown("# Model 2\\n\\nIt is *good*. <script>", "")
    Markup('<h3>Model 2</h3>\\n<p>It is <em>good</em>. &lt;script&gt;</p>\\n')
    """
    tokens = _reader().parse(text)
    for token in tokens:
        if token.tag.startswith("h") and token.tag[1:].isdecimal():
            token.tag = f"h{min(int(token.tag[1:]) + below, DEEPEST_HEADING)}"
        # The content policy allows no styles within a page, so tables are not aligned by them.
        token.attrs.pop("style", None)
        if token.type == "table_open":
            # On a small screen it scrolls, also by keyboard.
            token.attrs["tabindex"] = "0"
    folded = list(_folded(tokens, fold))
    return Markup(_reader().renderer.render(folded, _reader().options, {}))


def _folded(tokens: Sequence[Token], fold: str) -> Iterator[Token]:
    """The tokens with long lists below a line that opens them."""
    for place, token in enumerate(tokens):
        outer = token.level == 0 and token.type.startswith("bullet_list")
        entries = _entries(tokens, place) if outer and token.nesting == 1 else 0
        if entries > LONG_LIST:
            title = escape(fold % {"num": entries})
            yield _html(f'<details class="more"><summary>{title}</summary>')
        yield token
        if outer and token.nesting == -1 and _entries(tokens, place, step=-1) > LONG_LIST:
            yield _html("</details>")


def _entries(tokens: Sequence[Token], place: int, step: int = 1) -> int:
    """Entries of the list that begins at a place, or ends there with a `step` of -1."""
    found = 0
    for other in count(place + step, step):
        if tokens[other].level == 0:
            return found
        found += tokens[other].type == "list_item_open" and tokens[other].level == 1
    return found


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
