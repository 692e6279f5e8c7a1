"""The clients that are asked: each makes a TLS connection, and accepts the server or says why not."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from makers import ROOT

HERE = Path(__file__).resolve().parent
# Prompts and echoes of the server's page would only be in the way.
S_CLIENT = "openssl s_client -brief -no_ign_eof -verify_return_error -CAfile {ca} -connect 127.0.0.1:{port}"


class Client:
    """A row of the table. `asks` is its command, with {port}, {host}, {ca}; `why` finds the reason in what it says."""

    def __init__(self, label, version, asks, why=r"(.+)", wants=None):
        self.label, self.asks, self.why = label, asks, re.compile(why)
        # The program it needs; without that it is not asked.
        self.found = shutil.which(wants or asks.split()[0]) is not None
        self.version = first_number(version) if self.found else ""

    def judge(self, port, host, ca):
        """`accepted`, or why the server is refused."""
        words = [word.format(port=port, host=host, ca=ca) for word in self.asks.split()]
        done = subprocess.run(words, input="", capture_output=True, text=True, timeout=60)
        if done.returncode == 0:
            return "accepted"
        said = " ".join((done.stdout + done.stderr).split())
        found = self.why.search(said)
        if not found:
            raise SystemExit(f"tests/certificates/compare: {self.label} failed, and does not say why: {said}")
        return "refused: " + found[1].strip().rstrip(".").replace("|", "\\|")


def first_number(command):
    said = subprocess.run(command, capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+[\w.]*", said)
    return found[0] if found else "?"


def clients(go):
    """The rows in their order. `go`: whether Go is asked, where it is installed."""
    openssl = ["openssl", "version"]
    name = " -servername {host} -verify_hostname {host}"
    script = " {port} {host} {ca}"
    python = f"{sys.executable} {HERE / 'client.py'}"
    rows = [
        Client("OpenSSL", openssl, S_CLIENT + name, r"verify error:num=(\d+:.+?)(?: depth=| [0-9A-F]{8,}:|$)"),
        Client("OpenSSL, `-x509_strict`", openssl, S_CLIENT + name + " -x509_strict",
               r"verify error:num=(\d+:.+?)(?: depth=| [0-9A-F]{8,}:|$)"),
        Client("curl", ["curl", "--version"], "curl -sS --noproxy * --cacert {ca} --resolve {host}:{port}:127.0.0.1 "
               "https://{host}:{port}/ -o /dev/null", r"curl: \(\d+\) (?:SSL certificate problem: |SSL: )?(.+?)(?: More details|$)"),
        Client("Python, strict", [sys.executable, "--version"], python + script),
        Client("Node", ["node", "--version"], f"node {HERE / 'client.js'}" + script, r"(?:\w+: )?(.+)"),
        Client("rustls", ["cargo", "pkgid", "rustls"], f"{ROOT / 'target/debug/examples/rustls-client'}" + script),
    ]  # fmt: skip
    if go:
        rows.append(Client("Go", ["go", "version"], f"{ROOT / 'target/certificates/go-client'}" + script, r"(.+)", "go"))
    return rows
