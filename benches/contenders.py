"""Who is timed: how each of them writes a page, and how it is called."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from work import ANY

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "target" / "bench"


# The same steps as each of them writes them.

def lines_of(step, wildcard):
    """The expected lines; `wildcard` is the runner's line for any output, where it has one."""
    if step.output is ANY:
        return [wildcard] if wildcard else [step.whole[0]] * step.whole[1]
    return step.output.split("\n") if step.output else []


def for_tutor(steps):
    lines = ["---", "title: A page", "tutor: {}", "---", "", "# A page", ""]
    for i, step in enumerate(steps, 1):
        lines += [f"## Step {i}", "", f"```bash {{#step-{i}}}", step.command, "```", ""]
        if step.output:
            lines += ["```text {.output}", *lines_of(step, "..."), "```", ""]
    return "\n".join(lines)


def for_cram(wildcard):
    def write(steps):
        lines = ["A page", ""]
        for i, step in enumerate(steps, 1):
            lines += [f"Step {i}:", "", f"  $ {step.command}", *(f"  {line}" for line in lines_of(step, wildcard)), ""]
        return "\n".join(lines)
    return write


def markdown(language, wildcard, own=lambda command: command, last=()):
    def write(steps):
        lines = ["# A page", ""]
        for i, step in enumerate(steps, 1):
            lines += [f"## Step {i}", "", f"```{language}", "$ " + own(step.command), *lines_of(step, wildcard), *last, "```", ""]
        return "\n".join(lines)
    return write


def without_shell(command):
    """trycmd runs programs itself: what needs a shell names it."""
    plain = command.split()[0] in ("echo", "true", "sleep") and not set(command) & set("$><|&;(){}'\"")
    return command if plain else "bash -c " + shlex.quote(command)


def for_bash(steps):
    return "".join(step.command + "\n" for step in steps)


class Contender:
    """A runner. `call(files, jobs)` is its command line; `skips` names workloads that it can't do, with why."""

    def __init__(self, name, ending, write, call, skips=None, environment=None):
        self.folder = "".join(letter for letter in name if letter.isalnum())
        self.name, self.ending, self.write, self.call = name, ending, write, call
        self.skips, self.environment = skips or {}, environment or (lambda jobs: {})

    def prepare(self, folder, documents):
        """Writes the documents. Returns their names."""
        folder.mkdir(parents=True)
        names = [f"page-{i:04}.{self.ending}" for i in range(1, len(documents) + 1)]
        texts = {}
        for name, steps in zip(names, documents):
            text = texts.setdefault(id(steps), None) or self.write(steps)
            texts[id(steps)] = text
            (folder / name).write_text(text)
        return names

    def run(self, folder, names, jobs, limit=60, more=()):
        """Runs the documents once. Returns seconds, the peak in MiB, and the status, or None where it took too long."""
        done = subprocess.run(
            [PLACE / "bin" / "measure", str(limit), folder / "printed", *self.call(names, jobs), *more],
            cwd=folder, env=bare(self.environment(jobs)), capture_output=True, text=True,
        )
        if done.returncode:
            sys.exit(f"benches/run: {self.name}: {done.stderr.strip()}")
        seconds, peak, status = done.stdout.split()
        return float(seconds), int(peak) / 1024, None if status == "late" else int(status)


def bare(more):
    """The caller's environment, without what makes a runner think that it runs in CI or under cargo."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("CARGO", "CI", "GITHUB"))} | more


def by_xargs(one, files, jobs, each):
    """For a runner that has no parallel documents of its own: so many a call, the calls side by side."""
    if len(files) == 1:
        return [*one, *files]
    listed = " ".join(map(shlex.quote, files))
    call = " ".join(shlex.quote(str(word)) for word in one)
    return ["sh", "-c", f"printf '%s\\n' {listed} | xargs -P{jobs} -n{each} {call}"]


def contenders(tutor, wanted=None):
    """All of them, the floor first. `tutor` is the binary."""
    cram = [PLACE / "cram" / "bin" / "cram", "--shell=/bin/bash"]
    scrut = [PLACE / "bin" / "scrut", "test"]
    byexample = [PLACE / "byexample" / "bin" / "byexample", "-l", "shell", "--no-progress-bar", "--pretty", "none",
                 "--timeout", "100"]

    def split(one):
        return lambda files, jobs: by_xargs(one, files, jobs, -(-len(files) // jobs))

    everyone = [
        Contender("floor", "sh", for_bash, lambda files, jobs: by_xargs(["bash"], files, jobs, 1)),
        Contender("tutor", "md", for_tutor, lambda files, jobs: [tutor, "run", f"--jobs={jobs}", *files]),
        Contender("cram", "t", for_cram(None), split(cram)),
        Contender("scrut (cram format)", "t", for_cram("* (glob*)"), split(scrut)),
        Contender("scrut (Markdown)", "md", markdown("scrut", "* (glob*)"), split(scrut)),
        Contender("byexample", "md", markdown("shell", "<...>"),
                  lambda files, jobs: [*byexample, "-j", str(jobs), *files]),
        Contender("trycmd", "md", markdown("console", "...", without_shell, last=[""]),
                  lambda files, jobs: [PLACE / "bin" / "trycmd-peer", *files],
                  skips={"w2": "keeps no state"}, environment=lambda jobs: {"RAYON_NUM_THREADS": str(jobs)}),
    ]
    return [one for one in everyone if not wanted or one.name.split()[0] in (*wanted, "floor", "tutor")]


def binary():
    """The binary of tutor that is timed: TUTOR, or a release build of this tree."""
    if "TUTOR" in os.environ:
        return os.path.abspath(os.environ["TUTOR"])
    must(["cargo", "build", "--release", "--locked", "--quiet"])
    return str(ROOT / "target" / "release" / "tutor")


def must(argv):
    if subprocess.run([str(word) for word in argv], cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        sys.exit(f"benches/run: failed: {' '.join(map(str, argv))}")
