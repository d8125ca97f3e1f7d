#!/usr/bin/env bash
# Servers elsewhere over TLS whose authority is a company's own, answers that are compressed, and proxies that are named when
# they are in the way.
. "$(dirname "$0")/../support/sandbox.sh"
command -v openssl >/dev/null || skip_all "openssl is not installed"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout "$sandbox/key.pem" -out "$sandbox/cert.pem" 2>/dev/null
mkfifo "$sandbox/hold"
exec 8<>"$sandbox/hold" # the servers' standard input: they end with us
python3 "$MCPM_SOURCE_DIR/tests/support/remote_server.py" 0 <"$sandbox/hold" >"$sandbox/port" 8>&- &
plain=$!
python3 - "$sandbox" 8>&- <<'P' &
import http.client, os, socket, ssl, sys, threading, time
folder = sys.argv[1]
while not open(folder + "/port").read().strip(): time.sleep(0.05)
behind = int("".join(c for c in open(folder + "/port").read() if c.isdigit()))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
listening = socket.create_server(("127.0.0.1", 0))
with open(folder + "/tls.new", "w") as f: f.write(str(listening.getsockname()[1]))
os.rename(folder + "/tls.new", folder + "/tls")
def pump(source, sink):
    try:
        while data := source.recv(65536): sink.sendall(data)
    except OSError: pass
    for one in (source, sink):
        try: one.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve(client):
    try: secure = context.wrap_socket(client, server_side=True)
    except (OSError, ssl.SSLError): return
    other = socket.create_connection(("127.0.0.1", behind))
    threading.Thread(target=pump, args=(secure, other), daemon=True).start()
    pump(other, secure)
while True: threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()
P
tls=$!
trap 'kill $plain $tls 2>/dev/null; end_sandbox' EXIT
check "a remote listens" until_true 30 test -s "$sandbox/tls"
base=https://localhost:$(cat "$sandbox/tls")

mcpm add far --url "$base/mcp/legacy,session" >/dev/null
expect "an authority that nobody knows is not trusted" 1 mcpm start far
has "which is said" "certificate" "$err"
has "in its own code" MCPM-E4 "$(mcpm why far)"
mkdir -p "$HOME/.config/mcpm"
printf 'network:\n  ca_file: %s\n' "$sandbox/cert.pem" >"$HOME/.config/mcpm/config.yaml"
expect "named in network.ca_file" 0 mcpm agent restart
expect "it is" 0 mcpm start far
expect "and the remote is called" 0 mcpm call far echo message=hello
same "with its answer" hello "$out"
mcpm agent stop
rm "$HOME/.config/mcpm/config.yaml"
expect "so is one that SSL_CERT_FILE names" 0 env -u CURL_CA_BUNDLE SSL_CERT_FILE="$sandbox/cert.pem" mcpm agent start
check "when the agent begins" until_true 30 eval '[ "$(mcpm call far echo message=there 2>/dev/null)" = there ]'

note "a proxy that is not there"
mcpm agent stop
printf 'network:\n  proxy: http://robot:s3cr3t-Herring@127.0.0.1:1\n  ca_file: %s\n' "$sandbox/cert.pem" >"$HOME/.config/mcpm/config.yaml"
expect "an agent with it" 0 mcpm agent start
mcpm add through --url "https://far.example/mcp" >/dev/null
expect "is in the way" 1 mcpm start through
has "and named" "127.0.0.1:1" "$err"
has "as what it is" "proxy" "$err"
for where in "mcpm why through" "mcpm logs through" "mcpm events" "mcpm agent logs" "mcpm show through"; do
    has_not "without its password: $where" s3cr3t-Herring "$($where 2>&1)"
done
mcpm stop --all
