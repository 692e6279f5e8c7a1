"""The renderers: each takes pages (name to Markdown) and gives their HTML, None where it makes no page."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from install import MDBOOK, NPM, PIP, version

HERE = Path(__file__).resolve().parent


def renderers(cache, everything):
    """The table's rows in their order: label, version, whether that version is pinned, and the renderer."""
    venv, npm = cache / "venv/bin", cache / "npm"
    pandoc = next((cache / "venv").rglob("pypandoc/files/pandoc"))
    github = ["--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tagfilter"]
    extra = "import markdown, sys; print(markdown.markdown(sys.stdin.read(), extensions=['extra']))"
    rows = [
        ("cmark-gfm", version("cmark-gfm", "--version"), False, filtered("cmark-gfm", *github)),
        ("Pandoc", version("pandoc", "--version"), False, filtered("pandoc", "-f", "markdown", "-t", "html")),
        ("Pandoc 3", version(pandoc, "--version"), True, filtered(pandoc, "-f", "markdown", "-t", "html")),
        ("Pandoc 3, `-f gfm`", version(pandoc, "--version"), True, filtered(pandoc, "-f", "gfm", "-t", "html")),
        ("kramdown, with `~~~`", version("kramdown", "--version"), False, with_tildes(filtered("kramdown"))),
        ("kramdown, GFM", version("kramdown", "--version"), False, filtered("kramdown", "-i", "GFM")),
        ("Jekyll", version("jekyll", "--version"), False, jekyll),
        ("Hugo", version("hugo", "version"), False, hugo),
        ("Python-Markdown, `extra`", PIP["Markdown"], True, filtered(venv / "python", "-c", extra)),
        ("MkDocs", PIP["mkdocs"], True, mkdocs(venv, [])),
        ("MkDocs, superfences", PIP["mkdocs"], True, mkdocs(venv, ["pymdownx.superfences"])),
        ("MkDocs, superfences, `attr_list`", PIP["mkdocs"], True, mkdocs(venv, ["attr_list", "pymdownx.superfences"])),
        ("Sphinx, MyST", PIP["myst-parser"], True, sphinx(venv)),
    ]
    if not everything:
        return rows
    docusaurus_version = NPM["@docusaurus/core"]
    return [
        *rows,
        ("mdBook", MDBOOK, True, mdbook(cache / "mdbook/bin/mdbook")),
        ("VitePress", NPM["vitepress"], True, vitepress(npm)),
        ("Docusaurus", docusaurus_version, True, docusaurus(npm, {})),
        ("Docusaurus, `format: detect`", docusaurus_version, True, docusaurus(npm, {"format": "detect"})),
        ("Docusaurus, `mdx1Compat.comments: false`", docusaurus_version, True,
         docusaurus(npm, {"mdx1Compat": {"comments": False}})),
        ("MDX alone", NPM["@mdx-js/mdx"], True, mdx(npm)),
    ]  # fmt: skip


def call(*command, text=None, cwd=None, **env):
    """Runs a command; whether it ended well, and what it printed."""
    done = subprocess.run(
        [str(word) for word in command], input=text, cwd=cwd, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", **env},
    )  # fmt: skip
    if done.returncode != 0 and "RENDER_DEBUG" in os.environ:
        print(*command, done.stdout, done.stderr, file=sys.stderr)
    return done.returncode == 0, done.stdout, done.stderr


def write(folder, files):
    """A folder with just these files."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")


def written(paths, start="", end=""):
    """The pages that a site generator has written: all of them, or what stands between two markers."""
    pages = {}
    for name, path in paths.items():
        html = path.read_text("utf-8") if path.exists() else None
        if html is not None and start:
            found = re.search(f"{start}(.*?){end}", html, re.S)
            if not found:
                raise SystemExit(f"tests/render/run: {path} has no {start}: does the theme look otherwise now?")
            html = found[1]
        pages[name] = html
    return pages


def filtered(*command):
    """A renderer that reads a page from standard input and writes HTML."""

    def render(pages, _):
        done = {name: call(*command, text=text) for name, text in pages.items()}
        return {name: html if well else None for name, (well, html, _) in done.items()}

    return render


def with_tildes(render):
    """kramdown's own Markdown knows fences of tildes only."""
    return lambda pages, cache: render({name: text.replace("```", "~~~") for name, text in pages.items()}, cache)


def mkdocs(venv, extensions):
    config = {"site_name": "x", "theme": {"name": None, "custom_dir": "theme"}, "use_directory_urls": False,
              "markdown_extensions": extensions}  # fmt: skip

    def render(pages, cache):
        folder = cache / "mkdocs"
        write(folder, {f"docs/{name}.md": text for name, text in pages.items()}
              | {"mkdocs.yml": json.dumps(config), "theme/main.html": "{{ page.content }}"})  # fmt: skip
        call(venv / "mkdocs", "build", "-q", cwd=folder)
        return written({name: folder / f"site/{name}.html" for name in pages})

    return render


def sphinx(venv):
    def render(pages, cache):
        folder = cache / "sphinx"
        write(folder, {f"{name}.md": text for name, text in pages.items()}
              | {"conf.py": "extensions = ['myst_parser']\nhtml_theme = 'basic'\n", "index.md": "# x\n"})  # fmt: skip
        call(venv / "sphinx-build", "-q", "-b", "html", folder, folder / "out")
        paths = {name: folder / f"out/{name}.html" for name in pages}
        return written(paths, '<div class="body" role="main">', '<div class="clearer">')

    return render


def hugo(pages, cache):
    folder = cache / "hugo"
    write(folder, {f"content/{name}.md": text for name, text in pages.items()}
          | {"config.json": '{"title": "x"}', "layouts/_default/single.html": "{{ .Content }}"})  # fmt: skip
    call("hugo", "--quiet", "--disableKinds", "RSS,sitemap,taxonomy,term,home,section", cwd=folder)
    return written({name: folder / f"public/{name}/index.html" for name in pages})


def jekyll(pages, cache):
    folder = cache / "jekyll"
    # Jekyll passes over a file without front matter; an empty one is what its users write.
    files = {f"{name}.md": text if text.startswith("---\n") else f"---\n---\n{text}" for name, text in pages.items()}
    write(folder, files | {"_config.yml": "title: x\n"})
    call("jekyll", "build", "--quiet", "--disable-disk-cache", "-s", folder, "-d", folder / "_site")
    return written({name: folder / f"_site/{name}.html" for name in pages})


def mdbook(program):
    def render(pages, cache):
        folder = cache / "book"
        summary = "# Summary\n\n" + "".join(f"- [{name}]({name}.md)\n" for name in pages)
        write(folder, {f"src/{name}.md": text for name, text in pages.items()}
              | {"src/SUMMARY.md": summary, "book.toml": '[book]\ntitle = "x"\n'})  # fmt: skip
        call(program, "build", cwd=folder)
        return written({name: folder / f"book/{name}.html" for name in pages}, "<main>", "</main>")

    return render


def vitepress(npm):
    def render(pages, cache):
        folder = npm / "vitepress"  # under node_modules' folder, where Node looks for packages
        write(folder, {f"{name}.md": text for name, text in pages.items()} | {"package.json": '{"type": "module"}'})
        call(npm / "node_modules/.bin/vitepress", "build", cwd=folder)
        paths = {name: folder / f".vitepress/dist/{name}.html" for name in pages}
        return written(paths, r'<div style="position:relative;" class="vp-doc[^>]*>', r"<footer|</main>")

    return render


def docusaurus(npm, markdown):
    settings = {
        "title": "x",
        "url": "https://example.org",
        "baseUrl": "/",
        "onBrokenLinks": "ignore",
        "markdown": markdown,
        "presets": [["classic", {"docs": {"routeBasePath": "/"}, "blog": False, "pages": False}]],
    }

    def build(pages):
        folder = npm / "docusaurus"
        shutil.rmtree(npm / "node_modules/.cache", ignore_errors=True)  # it remembers pages under other settings
        write(folder, {f"docs/{name}.md": text for name, text in pages.items()}
              | {"docusaurus.config.js": f"module.exports = {json.dumps(settings)}\n", "package.json": "{}"})  # fmt: skip
        well, out, err = call(npm / "node_modules/.bin/docusaurus", "build", cwd=folder)
        refused = {name for name in pages if f"docs/{name}.md" in out + err}
        return well, refused, {name: folder / f"build/{name}/index.html" for name in pages}

    def render(pages, _):
        well, refused, paths = build(pages)
        if not well:  # one page that does not compile takes the whole site with it
            well, _, paths = build({name: text for name, text in pages.items() if name not in refused})
        if not well:
            raise SystemExit("tests/render/run: Docusaurus builds no site")
        html = written(paths, r'<div class="theme-doc-markdown markdown">', "</article>")
        return {name: html.get(name) for name in pages}

    return render


def mdx(npm):
    def render(pages, _):
        folder = npm / "mdx"
        write(folder, {"pages.json": json.dumps(pages), "package.json": '{"type": "module"}',
                       "mdx.mjs": (HERE / "mdx.mjs").read_text()})  # fmt: skip
        well, out, err = call("node", "mdx.mjs", cwd=folder)
        if not well:
            raise SystemExit(f"tests/render/run: MDX does not start: {err}")
        return json.loads(out)

    return render
