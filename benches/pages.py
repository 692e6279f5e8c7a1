"""Pages as guides are written: for timing what only reads them."""

FRONT = """---
title: "Guide {n}: set up a service"
tutor:
  platform: [macos, linux]
  requires: [openssl, curl]
  relocate: [/opt/app{n}]
  placeholders:
    <username>: reportUser
    <password>: {{env: APP_PASSWORD}}
  secrets: [<password>]
  env: {{MODE: test}}
  timeout: 90s
  redact:
    - {{pattern: 'session ([0-9a-f]+)', with: 'session [ID]'}}
---

# Guide {n}

This guide sets up a service, step by step. It explains *what* each command does, why it is
needed, and [what to do](https://example.com/{n}) where something goes wrong.

| name | value | meaning |
|------|-------|---------|
| MODE | test  | how the service runs |

"""

STEP = """## Part {i}

First make what the service needs. The command prints a line for each thing that it made; keep
the window open, since the next part goes on in the same directory.

- Run this:

  ```sh {{#step-{i} timeout=30s requires=openssl}}
  mkdir -p part-{i} && cd part-{i}
  openssl genrsa -out key.pem 2048
  echo "user <username>, part {i}"
  ```

  ```text {{.output}}
  user <username>, part {i}
  ```

> **Note** that the key stays on this machine.

```yaml title="app.yaml" {{#conf-{i} .file path=/opt/app{n}/part-{i}.yaml mode=0640}}
port: 27017
user: <username>
password: <password>
```

```text
https://localhost:8443/health
```

"""

# The mistakes of one page in a hundred: attribute, exit status, id.
WRONG = "```sh {#Wrong_Id timout=3s exit=abc}\ntrue\n```\n"
MISTAKES = 3


def page(number):
    parts = [FRONT.format(n=number)]
    parts += [STEP.format(i=i, n=number) for i in range(3)]
    if number % 100 == 0:
        parts.append(WRONG)
    return "".join(parts)


def write(folder, pages):
    (folder / "tutor.toml").write_text("")
    size = 0
    for number in range(pages):
        path = folder / "tutorials" / f"part-{number // 100:03}" / f"guide-{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = page(number)
        size += len(text)
        path.write_text(text)
    return size
