"""The work: what every runner is given. Nothing here knows how any of them writes a page."""

from dataclasses import dataclass

# What a step with any output prints is not looked at.
ANY = object()

BIG = 20_000_000


@dataclass(frozen=True)
class Step:
    """A shell command and what it prints (without the last line's end); `whole` is what ANY stands for: (line, count)."""

    command: str
    output: object = ""
    whole: tuple = None


@dataclass(frozen=True)
class Workload:
    """Documents, and how they are run: `jobs` at once, in `rounds` at most; `drifts`: one step's output is wrong."""

    name: str
    what: str
    documents: list
    jobs: int = 1
    rounds: int = 99
    drifts: bool = False


def echoes(count):
    return [Step(f"echo step-{i}", f"step-{i}") for i in range(1, count + 1)]


def stateful(groups):
    """Five steps a group, each of which needs what the ones before it left."""
    steps = []
    for i in range(1, groups + 1):
        steps += [
            Step(f"mkdir -p d{i} && cd d{i}"),
            Step(f"export V{i}=value-{i}"),
            Step(f'f{i}() {{ echo "f{i} $V{i} ${{PWD##*/}}"; }}'),
            Step(f"f{i}", f"f{i} value-{i} d{i}"),
            Step(f"cd .. && echo back-{i}", f"back-{i}"),
        ]
    return steps


def big(output):
    steps = echoes(10)
    steps[4] = Step(f"yes | head -c {BIG}", output, whole=("y", BIG // 2))
    return steps


def workloads():
    """All of them, in the table's order."""
    return [
        Workload("w1", "1,000 `echo` steps", [echoes(1000)]),
        Workload("w2", "200 steps that need directory, variables and functions", [stateful(40)]),
        Workload("w3", "100 documents of 20 steps, two at once", [echoes(20)] * 100, jobs=2),
        Workload("w4", "16 documents with `sleep 1`, sixteen at once", [[Step("sleep 1")]] * 16, jobs=16, rounds=5),
        Workload("w5", "a step that prints 20 MB, any output right", [big(ANY)], rounds=5),
        Workload("w5-wrong", "the same, and it must be told as wrong", [big("not-this")], rounds=3, drifts=True),
        Workload("w6", "one `true`: start-up", [[Step("true")]]),
    ]


# For the check before anything is timed.

def logged(log):
    """Steps that leave a line each in a file."""
    return [Step(f"echo ran >> {log}; {step.command}", step.output) for step in echoes(7)]


def wrong():
    """One wrong expectation among right ones."""
    return [*echoes(3), Step("echo step-4", "step-FOUR"), *echoes(3)]
