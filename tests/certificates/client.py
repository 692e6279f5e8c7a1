"""One TLS handshake by Python, for tests/certificates/compare: client.py PORT HOST CA.pem

Connects to 127.0.0.1 at PORT, for HOST, trusting CA.pem alone, with the strictness that Python has by default since
3.13, and prints "accepted", or why the server was refused.
"""

import socket
import ssl
import sys

port, host, authority = sys.argv[1:]
try:
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    with socket.create_connection(("127.0.0.1", int(port)), 10) as wire:
        context.wrap_socket(wire, server_hostname=host).close()
except (OSError, ssl.SSLError) as error:
    print(getattr(error, "verify_message", "") or error)
    sys.exit(1)
print("accepted")
