"""What a reader sees of a rendered page: its texts in order, and its code blocks with their language."""

from html.parser import HTMLParser

# Elements that begin a new text; all others stand within one.
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# Elements whose text nobody reads as the page's.
UNSEEN = {"button", "head", "script", "style", "svg", "template", "title"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


class Code:
    """A code block: its text, the names its elements carry, and its coloured parts."""

    def __init__(self, names):
        self.text = ""
        self.names = set(names)
        self.parts = []

    def language(self, language):
        """Whether the block says that it is in `language`."""
        return bool(self.names & {language, f"language-{language}", f"highlight-{language}", f"lang-{language}"})


class Reading(HTMLParser):
    """Reads `html`; then `seen` is a list of texts (`("h2", "…")`, `("", "…")`) and of `Code`."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.seen = []
        self._open = []  # (tag, names)
        self._text = ""
        self._code = None
        self.feed(html)
        self.close()
        self._flush()

    @property
    def codes(self):
        return [seen for seen in self.seen if isinstance(seen, Code)]

    @property
    def texts(self):
        return [seen for seen in self.seen if not isinstance(seen, Code)]

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        names = (attributes.get("class") or "").split() + [attributes.get("data-lang") or ""]
        if self._code is None and tag in BLOCKS:
            self._flush()
        if tag == "pre" and self._code is None:
            # Some renderers name the language on the element around the block.
            self._code = Code(name for _, outer in self._open[-2:] for name in outer)
            self.seen.append(self._code)
        if self._code is not None:
            self._code.names.update(names)
            self._code.parts.append((tag, tuple(names)))
            if tag == "br":
                self._code.text += "\n"
        if tag not in EMPTY:
            self._open.append((tag, names))

    def handle_endtag(self, tag):
        if tag in EMPTY or tag not in [name for name, _ in self._open]:
            return
        if self._code is None and tag in BLOCKS:
            self._flush()
        while self._open.pop()[0] != tag:
            pass
        if tag == "pre" and "pre" not in [name for name, _ in self._open]:
            self._code = None

    def handle_data(self, data):
        tags = {name for name, _ in self._open}
        if tags & UNSEEN:
            return
        if self._code is not None:
            self._code.text += data
        else:
            self._text += data

    def _flush(self):
        text = " ".join(self._text.split())
        self._text = ""
        if text:
            heading = [name for name, _ in self._open if name in HEADINGS]
            self.seen.append((heading[0] if heading else "", text))


def judge(ours, plain, title, blocks):
    """How a page with our markup reads beside the same page without it, as a word of the table.

    `ours` and `plain` are the two pages' HTML, None where the renderer made no page; `title` is the heading of both;
    `blocks` are the code blocks of the plain page's source, as pairs of language and text.
    """
    if plain is None:
        return "no page"
    plain = Reading(plain)
    if not any(kind == "h1" and title in text for kind, text in plain.texts):
        return "no page"
    if [code.text.strip("\n") for code in plain.codes] != [text for _, text in blocks]:
        return "no fences"
    if ours is None:
        return "fails"
    ours = Reading(ours)
    kept = [code.text.strip("\n") for code in ours.codes]
    if any(text not in kept for _, text in blocks):
        return "lost"
    if ours.texts != plain.texts or len(kept) != len(blocks):
        return "shown"
    for (language, _), mine, other in zip(blocks, ours.codes, plain.codes):
        if mine.parts != other.parts and shape(mine) != shape(other):
            return "no language"
        if mine.language(language) != other.language(language):
            return "no language"
    return "good"


def shape(code):
    """The coloured parts within a block, without the block's own elements."""
    return [(tag, names) for tag, names in code.parts if tag in ("span", "em", "strong", "b", "i", "a")]
