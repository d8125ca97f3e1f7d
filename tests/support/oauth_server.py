#!/usr/bin/env python3
"""A remote MCP server that wants OAuth, and the authorization server that it names, on loopback, for the tests.

  oauth_server.py      prints the port, then serves until its standard input ends

/mcp          Streamable HTTP with one tool, `echo`; without a good token 401 with `resource_metadata`
/authorize    agrees at once, as a person would who presses the button
/token        code (PKCE with S256) or refresh token, each once
/expire       no token that was given is good any more; refresh tokens are
/log          what was asked, one line each
"""
import base64
import hashlib
import json
import secrets
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

LIFE = 3600
codes, refreshes, tokens, log = {}, set(), set(), []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def base(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, status, body=None, **headers):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        place = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        if place.path.startswith("/.well-known/oauth-protected-resource"):
            self.answer(200, {"resource": f"{self.base()}/mcp", "authorization_servers": [self.base()], "scopes_supported": ["read"]})
        elif place.path.startswith("/.well-known/oauth-authorization-server"):
            self.answer(200, {
                "issuer": self.base(), "authorization_endpoint": f"{self.base()}/authorize", "token_endpoint": f"{self.base()}/token",
                "registration_endpoint": f"{self.base()}/register", "response_types_supported": ["code"], "scopes_supported": ["read"],
                "grant_types_supported": ["authorization_code", "refresh_token"], "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"]})
        elif place.path == "/authorize":
            code = secrets.token_urlsafe()
            codes[code] = asked["code_challenge"]
            log.append("authorize")
            back = {"code": code, **({"state": asked["state"]} if "state" in asked else {})}
            self.answer(302, Location=f"{asked['redirect_uri']}?{urlencode(back)}")
        elif place.path == "/expire":
            tokens.clear()
            self.answer(204)
        elif place.path == "/log":
            self.answer(200, log)
        else:
            self.answer(405 if place.path == "/mcp" else 404)

    def do_DELETE(self):
        self.answer(204)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        place = urlsplit(self.path).path
        if place == "/register":
            log.append("register")
            self.answer(201, {**json.loads(body), "client_id": "a-client"})
        elif place == "/token":
            self.give_token({name: values[0] for name, values in parse_qs(body).items()})
        elif place != "/mcp":
            self.answer(404)
        elif self.headers.get("Authorization", "").removeprefix("Bearer ") not in tokens:
            self.answer(401, {"error": "invalid_token"},
                        WWW_Authenticate=f'Bearer error="invalid_token", resource_metadata="{self.base()}/.well-known/oauth-protected-resource/mcp"')
        else:
            self.mcp(json.loads(body))

    def give_token(self, form):
        if form.get("grant_type") == "refresh_token":
            good = form.get("refresh_token") in refreshes
            refreshes.discard(form.get("refresh_token"))
        else:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            good = codes.pop(form.get("code"), None) == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        log.append(f"token {form.get('grant_type')} {'given' if good else 'refused'}")
        if not good:
            return self.answer(400, {"error": "invalid_grant"})
        token, refresh = secrets.token_urlsafe(), secrets.token_urlsafe()
        tokens.add(token)
        refreshes.add(refresh)
        return self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": LIFE, "refresh_token": refresh, "scope": "read"})

    def mcp(self, message):
        method, params = message.get("method", ""), message.get("params") or {}
        log.append(method)
        if "id" not in message:
            return self.answer(202)
        results = {
            "initialize": {"protocolVersion": params.get("protocolVersion"), "capabilities": {"tools": {}}, "serverInfo": {"name": "guarded", "version": "1"}},
            "ping": {},
            "tools/list": {"tools": [{"name": "echo", "inputSchema": {"type": "object", "properties": {"message": {"type": "string"}}}}]},
            "tools/call": {"content": [{"type": "text", "text": str(params.get("arguments", {}).get("message", ""))}]}}
        known = {"result": results[method]} if method in results else {"error": {"code": -32601, "message": "Method not found"}}
        return self.answer(200, {"jsonrpc": "2.0", "id": message["id"], **known})


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
