"""The makers of certificates that are compared: each fills a directory with mdbca.crt, mdb.key and mdb.crt."""

import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TUTOR = ROOT / "target/debug/tutor"

# What a reader types at the prompts of `openssl req`: country, state, city, organization, unit, common name, e-mail;
# of a request also a challenge password and an optional company name.
AUTHORITY = ["US", "New York", "New York City", "Example", "Authority", "Tutorial Test CA", ""]
SERVER = ["US", "New York", "New York City", "Example", "Servers", "localhost", "", "", ""]

# The sections of the published Windows page's `openssl.cfg` that `openssl req` reads. Its prompts come in this order:
# organization, unit, e-mail, city, state, country, common name.
WINDOWS = """\
[ req ]
default_bits                = 1024
default_keyfile             = key.pem
default_md                  = md5
string_mask                 = nombstr
distinguished_name          = req_distinguished_name
req_extensions              = v3_req
[ req_distinguished_name ]
0.organizationName          = Organization Name (company)
organizationalUnitName      = Organizational Unit Name (department, division)
emailAddress                = Email Address
emailAddress_max            = 40
localityName                = Locality Name (city, district)
stateOrProvinceName         = State or Province Name (full name)
countryName                 = Country Name (2 letter code)
countryName_min             = 2
countryName_max             = 2
commonName                  = Common Name (hostname, IP, or your name)
commonName_max              = 64
0.organizationName_default  = My Company
localityName_default        = My Town
stateOrProvinceName_default = State or Providence
countryName_default         = US
[ v3_ca ]
basicConstraints            = CA:TRUE
subjectKeyIdentifier        = hash
authorityKeyIdentifier      = keyid:always,issuer:always
[ v3_req ]
basicConstraints            = CA:FALSE
subjectKeyIdentifier        = hash
"""


def published(folder, answers=(AUTHORITY, SERVER), env=None):
    """The published tutorial, steps 1 to 5 for macOS, with the `\\` that one of its lines has lost."""
    authority, server = ("\n".join(words) + "\n" for words in answers)
    commands = [
        ("genrsa -out mdbprivate.key -aes256 -passout pass:password", None),
        ("req -x509 -new -key mdbprivate.key -days 1000 -out mdbca.crt -passin pass:password", authority),
        ("req -new -nodes -newkey rsa:2048 -keyout mdb.key -out mdb.csr", server),
        ("x509 -CA mdbca.crt -CAkey mdbprivate.key -CAcreateserial -req -days 1000 -in mdb.csr -out mdb.crt "
         "-passin pass:password", None),
    ]  # fmt: skip
    for command, typed in commands:
        run(["openssl", *command.split()], cwd=folder, input=typed or "", env=env)


def published_windows(folder):
    """The same for Windows, with the configuration file that it gives to readers who have none."""
    (folder / "openssl.cfg").write_text(WINDOWS)
    authority = ["Example", "Authority", "", "New York City", "New York", "US", "Tutorial Test CA"]
    server = ["Example", "Servers", "", "New York City", "New York", "US", "localhost"]
    published(folder, (authority, server), {"OPENSSL_CONF": str(folder / "openssl.cfg")})


def by_openssl(folder):
    """Our page for macOS and Linux: it is run, and what it makes is kept."""
    report = folder / "report.jsonl"
    page = ROOT / "tutorials/ssl-macos.md"
    flags = ["--platform", "linux", "--relocate", "text", "--keep", "--report", f"json={report}"]
    run([TUTOR, "run", *flags, page], cwd=ROOT)
    events = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    scratch = Path(next(event["scratch"] for event in events if event["event"] == "document-finished"))
    for name in ("mdbca.crt", "mdb.key", "mdb.crt"):
        (folder / name).write_bytes((scratch / "fs/opt/certs" / name).read_bytes())
    run(["rm", "-r", scratch], cwd=folder)


def by_block(folder):
    """The certificate block of our page for Windows, as a reader saves it."""
    page = (ROOT / "tutorials/ssl-windows.md").read_text("utf-8")
    block = re.search(r"^```toml \{#certificates \.certificate\}\n(.*?)^```$", page, re.M | re.S)[1]
    (folder / "pki.toml").write_text(block.replace("<ca-password>", "plenty of salted herring"), "utf-8")
    run([TUTOR, "cert", folder / "pki.toml", "--dir", folder], cwd=folder)


# The columns of the table.
MAKERS = {
    "published, macOS": published,
    "published, Windows": published_windows,
    "ours, by OpenSSL": by_openssl,
    "ours, by a block": by_block,
}


def run(command, cwd, input="", env=None):
    """What a command prints; the script ends where it fails."""
    command = [str(word) for word in command]
    done = subprocess.run(
        command, cwd=cwd, input=input, capture_output=True, text=True, env={**os.environ, **(env or {})}
    )
    if done.returncode != 0:
        raise SystemExit(f"tests/certificates/compare: failed: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout
