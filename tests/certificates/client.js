// One TLS handshake by Node, for tests/certificates/compare: client.js PORT HOST CA.pem
//
// Connects to 127.0.0.1 at PORT, for HOST, trusting CA.pem alone, and prints "accepted", or why the server was refused.
const fs = require("node:fs");
const tls = require("node:tls");

const [port, host, authority] = process.argv.slice(2);
const wire = tls.connect({ host: "127.0.0.1", port: Number(port), servername: host, ca: fs.readFileSync(authority) });
wire.on("secureConnect", () => {
  console.log("accepted");
  wire.destroy();
});
wire.on("error", (error) => {
  console.log(error.code ? `${error.code}: ${error.message}` : error.message);
  process.exitCode = 1;
});
