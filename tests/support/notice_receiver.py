"""Receives notices: an HTTP server that keeps what it was sent, and a mail server with STARTTLS and sign-in.

notice_receiver.py http FOLDER     prints its port; each POST is FOLDER/N.json: {"path", "headers", "body"}. It answers what
                                   FOLDER/answer_PATH says ("429 Retry-After=1", "200 Body=6f6b", the body in hexadecimal; / of the
                                   path as _), once for each of its lines, then 200.
notice_receiver.py smtp FOLDER CERTIFICATE KEY USER PASSWORD   prints its port; each letter is FOLDER/N.eml
"""
import json
import pathlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
lock = threading.Lock()


def keep(suffix, data):
    with lock:
        number = len(list(folder.glob("*" + suffix)))
        whole = folder / f"{number}{suffix}"
        part = folder / f"part{number}"
        part.write_bytes(data)
        part.rename(whole)


def next_answer(path):
    with lock:
        script = folder / ("answer" + path.replace("/", "_"))
        lines = script.read_text().splitlines() if script.exists() else []
        if not lines:
            return 200, {}
        script.write_text("".join(line + "\n" for line in lines[1:]))
        words = lines[0].split()
        return int(words[0]), dict(word.split("=", 1) for word in words[1:])


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        status, headers = next_answer(self.path)
        record = {"path": self.path, "status": status, "headers": {k.lower(): v for k, v in self.headers.items()},
                  "body": body.decode("utf-8", "replace"), "hex": body.hex()}
        keep(".json", json.dumps(record).encode())
        answer = bytes.fromhex(headers.pop("Body", b"ok".hex()))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def serve_http():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def serve_smtp(certificate, key, user, password):
    import ssl
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    class Handler:
        async def handle_RCPT(self, server, session, envelope, address, options):
            if address.startswith("nobody@"):
                return "550 no such user"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):
            head = f"X-From: {envelope.mail_from}\nX-To: {','.join(envelope.rcpt_tos)}\nX-Tls: {bool(session.ssl)}\n"
            keep(".eml", head.encode() + envelope.content)
            return "250 taken"

    def check(server, session, envelope, mechanism, data):
        good = data.login.decode() == user and data.password.decode() == password
        return AuthResult(success=good)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[7]), tls_context=context,
                            authenticator=check, auth_required=True, require_starttls=True)
    controller.start()
    print(sys.argv[7], flush=True)
    threading.Event().wait()


serve_http() if sys.argv[1] == "http" else serve_smtp(*sys.argv[3:7])
