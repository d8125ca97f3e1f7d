"""Every path and method of the agent's OpenAPI document × {no token, a wrong one, a client's, the cookie without a header that says where the
request comes from, a foreign Origin, a foreign Host}: what may not come in is refused, whatever it is.
    api_access.py HOST PORT TOKEN CLIENT_TOKEN        prints "ok …" or "FAILED …"
"""
import http.client
import json
import sys

host, port, token, client = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
ours = f"{host}:{port}"
# Answered for everybody: they say no more than that the agent is there, or whether one is signed in. Signing in judges its body.
PUBLIC = {("GET", "/health"), ("GET", "/ready"), ("GET", "/api/session")}
SIGN_IN = ("POST", "/api/session")
# Signing out is done for who is not signed in; a session ends only by a request of its own page.
SIGN_OUT = ("DELETE", "/api/session")


def ask(method, path, headers, body=None):
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": ours, "Accept": "application/json", **headers}
        payload = body if body is not None else (b"{}" if method in ("POST", "PUT", "PATCH") else b"")
        if payload:
            sent["Content-Type"] = "application/json"
        sent["Content-Length"] = str(len(payload))
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(payload)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Set-Cookie") or "", answer
    finally:
        connection.close()


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def document():
    connection = http.client.HTTPConnection(host, port, timeout=20)
    connection.request("GET", "/api/openapi.json", headers=bearer(token))
    return json.loads(connection.getresponse().read())


def cookie():
    status, given, _ = ask("POST", "/api/session", {"Origin": f"http://{ours}"}, json.dumps({"token": token}).encode())
    assert status == 200, status
    return {"Cookie": given.split(";")[0]}


def expected(kind, method, pattern):
    """The statuses that are right, or none when the row may be answered."""
    row = (method, pattern)
    is_mcp = pattern.startswith(("/mcp", "/sse"))
    if kind in ("a foreign Origin", "a foreign Host"):
        return {403}
    if row in PUBLIC:
        return {200}
    if row == SIGN_OUT and kind != "the cookie without a header":
        return {200}
    if row == SIGN_IN:
        return {400, 401, 403, 429}
    if kind == "no token":
        return {401}
    if kind == "a wrong token":
        return {401, 429}
    if kind == "a client's token":
        return None if is_mcp else {403}
    if is_mcp or pattern == "/metrics":
        return {401}  # no cookie reaches these
    if method == "GET":
        return None if pattern != "/ws" else {401, 403, 426}
    return {403}


def main():
    paths = document()["paths"]
    signed_in = cookie()
    kinds = {
        "no token": {},
        "a wrong token": bearer("mcpm_wrong"),
        "a client's token": bearer(client),
        "the cookie without a header": signed_in,
        "a foreign Origin": {**bearer(token), "Origin": "https://evil.example"},
        "a foreign Host": {**bearer(token), "Host": "evil.example"},
    }
    for kind, headers in kinds.items():
        wrong, count = [], 0
        for pattern, methods in paths.items():
            path = pattern.replace("{", "").replace("}", "")
            for method in methods:
                right = expected(kind, method.upper(), pattern)
                if right is None:
                    continue
                status, _, _ = ask(method.upper(), path, headers)
                count += 1
                if status not in right:
                    wrong.append(f"{method.upper()} {pattern}: {status}, not {sorted(right)}")
        print(f"FAILED {kind}: {'; '.join(wrong)}" if wrong else f"ok {kind}: {count} rows are refused or public")
    status, _, _ = ask("GET", "/api/servers", bearer(token))
    print("ok the right token still comes in" if status == 200 else f"FAILED the right token: {status}")


main()
