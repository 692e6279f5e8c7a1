"""Brings the renderers to this machine: Debian's by apt-get, all others into the cache, at one version each."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

# Program, and Debian's package that has it.
DEBIAN = {"cmark-gfm": "cmark-gfm", "pandoc": "pandoc", "kramdown": "kramdown", "jekyll": "jekyll", "hugo": "hugo"}
PIP = {
    "Markdown": "3.11.3",
    "Pygments": "2.21.0",
    "mkdocs": "1.6.1",
    "myst-parser": "5.2.0",
    "pymdown-extensions": "12.3",
    "pypandoc_binary": "1.17",
    "Sphinx": "9.0.4",
}
NPM = {
    "@docusaurus/core": "3.10.2",
    "@docusaurus/preset-classic": "3.10.2",
    "@mdx-js/mdx": "3.1.1",
    "@mdx-js/react": "3.1.1",
    "react": "19.2.0",
    "react-dom": "19.2.0",
    "remark-frontmatter": "5.0.0",
    "vitepress": "1.6.4",
}
MDBOOK = "0.5.4"


def install(cache, everything):
    """Installs what is missing into `cache`: Debian's and PyPI's programs, and npm's and cargo's if `everything`."""
    cache.mkdir(parents=True, exist_ok=True)
    debian()
    venv = cache / "venv"
    fresh(venv, PIP, lambda: [
        [sys.executable, "-m", "venv", venv],
        [venv / "bin/pip", "-q", "--disable-pip-version-check", "install", *(f"{p}=={v}" for p, v in PIP.items())],
    ])  # fmt: skip
    if not everything:
        return
    npm = cache / "npm"
    fresh(npm, NPM, lambda: [["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", npm]],
          {"package.json": json.dumps({"private": True, "dependencies": NPM})})  # fmt: skip
    fresh(cache / "mdbook", MDBOOK, lambda: [
        ["cargo", "install", "mdbook", "--version", MDBOOK, "--locked", "--no-default-features", "--root", cache / "mdbook"],
    ])  # fmt: skip


def debian():
    missing = [package for program, package in DEBIAN.items() if not shutil.which(program)]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if not missing:
        return
    if "kramdown" in missing or "jekyll" in missing:
        missing.append("ruby-kramdown-parser-gfm")
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (as_root and not shutil.which("sudo")):
        raise SystemExit(f"tests/render/run: missing: {' '.join(missing)} (Debian's names): install them, then try again")
    step([*as_root, "apt-get", "-q", "update"])
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    step([*as_root, *quiet, "apt-get", "-q", "-y", "install", "--no-install-recommends", *missing])


def fresh(folder, wanted, commands, files=None):
    """Runs `commands` for `folder`, unless they once ended well for the same `wanted` versions."""
    mark, text = folder / "installed.json", json.dumps(wanted)
    if mark.exists() and mark.read_text() == text:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in (files or {}).items():
        (folder / name).write_text(content)
    for command in commands():
        step(command)
    mark.write_text(text)


def step(command):
    command = [str(word) for word in command]
    print(f"installing: {' '.join(command)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise SystemExit(f"tests/render/run: {error}") from error
    if done.returncode != 0:
        raise SystemExit(f"tests/render/run: failed: {' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def version(*command):
    """The version that a program prints of itself."""
    said = subprocess.run([str(word) for word in command], capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+[\w.]*", said)
    return found[0] if found else "?"
