import { describe, expect, it } from "vitest";
import type { AgentEvent, ConnectedClient, Server } from "../src/api/types";
import { reaching } from "../src/clients/reaching";
import { plainJson, readConfiguration, readEntry, runsAs } from "../src/servers/configuration";
import {
    canDo,
    countsOf,
    expected,
    frozen,
    groupsOf,
    hasMeters,
    inBatches,
    isAllWell,
    isDown,
    matches,
    shortName,
    sorted,
    sourceOf,
    troubleOf,
} from "../src/servers/decide";
import {
    asCommand,
    emptyDraft,
    fieldOfFailure,
    lookOf,
    pairs,
    problemsOf,
    requestOf,
    type SourceKind,
    sourceKinds,
    willRun,
    words,
} from "../src/servers/definition";
import { itemText, newOf } from "../src/servers/detected_decide";
import { troublesOf } from "../src/servers/troubles";

function server(name: string, part: Partial<Server> = {}): Server {
    return {
        id: `srv_${name}`,
        name,
        type: "process",
        status: "stopped",
        healthStatus: "unknown",
        createdAt: "2026-11-28T10:00:00Z",
        updatedAt: "2026-11-28T10:00:00Z",
        ...part,
    };
}
const none = { q: "", status: "", health: "", type: "", label: "" };
const noFigures = () => ({ memory: 0, cpu: 0 });

describe("names on the wall", () => {
    it("keep their ends, where they differ", () => {
        expect([
            shortName("files"),
            shortName("a server with a name, 0070"),
            shortName("日本語のとても長いサーバーの名前です"),
        ]).toEqual(["files", "a serv…0070", "日本語のとて…名前です"]);
    });
});

describe("which servers are shown", () => {
    it("finds by every word of name, source, id and label", () => {
        const one = server("web", { npm: { package: "@scope/files" }, config: { labels: { team: "docs" } } });
        expect(matches(one, { ...none, q: "web scope" })).toBe(true);
        expect(matches(one, { ...none, q: "team=docs" })).toBe(true);
        expect(matches(one, { ...none, q: "web other" })).toBe(false);
    });
    it("lets filters combine", () => {
        const one = server("a", { status: "running", healthStatus: "unhealthy", config: { labels: { team: "docs" } } });
        expect(matches(one, { ...none, status: "running", health: "unhealthy", label: "team" })).toBe(true);
        expect(matches(one, { ...none, status: "running", health: "healthy" })).toBe(false);
        expect(matches(one, { ...none, label: "tea" })).toBe(false);
    });
    it("orders names as people do and puts trouble first", () => {
        const list = [server("b10"), server("B2", { status: "running" }), server("a", { status: "error" })];
        expect(sorted(list, { key: "name", descending: false }, noFigures).map((each) => each.name)).toEqual([
            "a",
            "B2",
            "b10",
        ]);
        expect(sorted(list, { key: "status", descending: false }, noFigures).map((each) => each.name)).toEqual([
            "a",
            "B2",
            "b10",
        ]);
    });
    it("shows who runs and is unwell before who runs, and who is down last", () => {
        const list = [
            server("a"),
            server("b", { status: "running", healthStatus: "healthy" }),
            server("c", { status: "running", healthStatus: "unhealthy" }),
            server("d", { status: "error" }),
        ];
        const order = sorted(list, { key: "status", descending: false }, noFigures);
        expect(order.map((each) => each.name)).toEqual(["d", "c", "b", "a"]);
    });
    it("holds still what was there while somebody moves in it", () => {
        const list = [server("c"), server("a"), server("b")];
        expect(frozen(list, ["srv_a", "srv_b"]).map((each) => each.name)).toEqual(["a", "b", "c"]);
    });
    it("counts so that tiles agree with the list", () => {
        const counts = countsOf([
            server("a", { status: "running" }),
            server("b", { status: "error" }),
            server("c", { statusReason: "asleep" }),
        ]);
        expect(counts).toEqual({ total: 3, running: 1, error: 1, unhealthy: 0, asleep: 1 });
    });
});

describe("what is said of a server", () => {
    it("names what it runs, with the pinned version", () => {
        expect(sourceOf(server("a", { npm: { package: "p", pin: { version: "1.2.3" } } }))).toBe("npm:p@1.2.3");
        expect(sourceOf(server("a", { command: "node", args: ["x.js"] }))).toBe("node x.js");
        expect(sourceOf(server("a", { cargo: { package: "c" } }))).toBe("cargo:c");
        expect(sourceOf(server("a", { mcpb: { package: "https://x/y.mcpb" } }))).toBe("mcpb:https://x/y.mcpb");
    });
    it("shows the last error only of what is wrong", () => {
        const said = { lastError: { error: "no such program", code: "X" } };
        expect(troubleOf(server("a", { status: "error", ...said }))).toBe("no such program");
        expect(troubleOf(server("a", { status: "running", ...said }))).toBe("");
    });
    it("offers what can be done and expects only what was asked", () => {
        expect(canDo(server("a"), "start")).toBe(true);
        expect(canDo(server("a"), "stop")).toBe(false);
        expect(canDo(server("a", { status: "stopping" }), "start")).toBe(false);
        expect(canDo(server("a", { status: "stopped", statusReason: "asleep" }), "start")).toBe(true);
        expect(isDown(server("a"))).toBe(true);
        expect(isDown(server("a", { status: "stopped", statusReason: "asleep" }))).toBe(true);
        expect(isDown(server("a", { status: "running" }))).toBe(false);
        expect(isDown(server("a", { status: "error", desired: "started" }))).toBe(false);
        expect(isDown(server("a", { status: "error", desired: "stopped" }))).toBe(true);
        expect(expected(server("a"), "start").status).toBe("starting");
        expect(expected(server("a", { status: "running" }), "stop").status).toBe("stopping");
    });
    it("names those for which a batch failed", async () => {
        expect(await inBatches([1, 2, 3, 4], 2, async (each) => each % 2 === 1)).toEqual([2, 4]);
    });
});

describe("the form of a new server", () => {
    it("says which field is wrong", () => {
        expect(problemsOf(emptyDraft).name).toBe("Server name is required");
        for (const name of ["a;b", "a'b", "a`b", "a\\b", "a\u0007b", "-x"]) {
            expect(problemsOf({ ...emptyDraft, name, source: "x" }).name).toContain("Invalid character");
        }
        expect(problemsOf({ ...emptyDraft, name: "<script>alert(1)</script> 日本", source: "x" })).toEqual({});
        expect(problemsOf({ ...emptyDraft, name: "a", kind: "url", source: "example.com" }).source).toBeDefined();
        expect(problemsOf({ ...emptyDraft, name: "a", source: "x", environment: "NOPE" }).environment).toContain(
            "NOPE",
        );
    });
    it("splits words without a shell", () => {
        expect(words(`a "b c" 'd "e' f\\ g ""`)).toEqual(["a", "b c", 'd "e', "f g", ""]);
    });
    it("leaves out what was left empty", () => {
        expect(requestOf({ ...emptyDraft, name: " a ", kind: "command", source: "node s.js", args: "-v" })).toEqual({
            name: "a",
            command: "node",
            args: ["s.js", "-v"],
        });
        expect(
            requestOf({ ...emptyDraft, name: "a", kind: "npm", source: "@s/p@1.2", environment: "A=b=c\n# no" }),
        ).toEqual({
            name: "a",
            npm: { package: "@s/p", version: "1.2" },
            config: { environment: { A: "b=c" } },
        });
    });
    it("shows the command that will run and the same for a terminal", () => {
        const draft = { ...emptyDraft, name: "my files", kind: "command" as const, source: "node 'a b.js'" };
        expect(willRun(draft)).toBe("node 'a b.js'");
        expect(asCommand(draft)).toBe("mcpm add 'my files' -- node 'a b.js'");
    });
    it("puts an error of the agent at its field", () => {
        expect(fieldOfFailure("Invalid character ';' in the name", undefined)).toBe("name");
        expect(fieldOfFailure("the image cannot be pulled", undefined)).toBe("source");
        expect(fieldOfFailure("something else", undefined)).toBeUndefined();
    });
    it("reads pairs", () => {
        expect(pairs("A=1\n\nB=")).toEqual({ values: { A: "1", B: "" } });
    });
});

describe("groups", () => {
    it("are by status, type or a label, without it last", () => {
        const list = [
            server("a", { config: { labels: { team: "web" } } }),
            server("b", { status: "running" }),
            server("c", { config: { labels: { team: "docs" } } }),
        ];
        const shape = (by: string) => groupsOf(list, by).map((group) => [group.name, group.servers.length]);
        expect(shape("team")).toEqual([
            ["docs", 1],
            ["web", 1],
            ["", 1],
        ]);
        expect(shape("status")).toEqual([
            ["running", 1],
            ["stopped", 2],
        ]);
    });
    it("fold by themselves only when nothing in them needs anybody", () => {
        const well = server("a", { status: "running", healthStatus: "healthy" });
        expect(isAllWell([well])).toBe(true);
        expect(isAllWell([well, server("b", { status: "running", healthStatus: "unhealthy" })])).toBe(false);
        expect(isAllWell([well, server("c")])).toBe(false);
    });
});

describe("every kind of source", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const draft = (kind: SourceKind, source: string, part = {}) => ({
        ...emptyDraft,
        name: "x",
        kind,
        source,
        ...part,
    });
    it("is asked for as the agent wants it, and by the command that does the same", () => {
        const rows: [ReturnType<typeof draft>, unknown, string][] = [
            [
                draft("go", "example.com/a@v1.2.0"),
                { package: "example.com/a", version: "v1.2.0" },
                "--go example.com/a@v1.2.0",
            ],
            [
                draft("cargo", "crate-a", { scripts: true, args: "serve" }),
                { package: "crate-a", args: ["serve"], allowScripts: true },
                "--cargo crate-a --allow-scripts -- serve",
            ],
            [
                draft("binary", "https://x.org/a@b", { digest }),
                { package: "https://x.org/a@b", digest },
                `--binary https://x.org/a@b --digest ${digest}`,
            ],
            [draft("npm", "@a/b", { program: "two" }), { package: "@a/b", program: "two" }, "--npm @a/b --program two"],
            // A digest that was typed for another kind is not sent.
            [draft("pypi", "a", { digest }), { package: "a" }, "--pypi a"],
        ];
        for (const [given, wanted, command] of rows) {
            expect(problemsOf(given)).toEqual({});
            expect(requestOf(given)).toEqual({ name: "x", [given.kind]: wanted });
            expect(asCommand(given)).toBe(`mcpm add x ${command}`);
            expect(willRun(given)).toContain(given.kind === "binary" ? "https://x.org" : "once and pinned");
        }
        const remote = draft("url", "https://x.org/mcp", { headers: "Authorization: Bearer $TOKEN" });
        expect(requestOf(remote)["headers"]).toEqual({ Authorization: "Bearer $TOKEN" });
        expect(asCommand(remote)).toContain("--header 'Authorization: Bearer $TOKEN'");
    });
    it("says what is missing at its field", () => {
        expect(Object.keys(problemsOf(draft("binary", "https://x.org/a")))).toEqual(["digest"]);
        expect(Object.keys(problemsOf(draft("binary", "/opt/a")))).toEqual([]);
        expect(Object.keys(problemsOf(draft("bundle", "/a.mcpb", { digest: "md5:1" })))).toEqual(["digest"]);
        expect(Object.keys(problemsOf(draft("cargo", "a")))).toEqual(["scripts"]);
        expect(Object.keys(problemsOf(draft("url", "https://x.org", { headers: "no colon" })))).toEqual(["headers"]);
        for (const kind of sourceKinds) expect(problemsOf(draft(kind, " ")).source).toBeTruthy();
    });
    it("is looked at first when it says itself what it needs", () => {
        expect(lookOf(draft("bundle", "/a.mcpb", { digest }))).toEqual({ bundle: "/a.mcpb", digest });
        expect(lookOf(draft("registry", "io.x/y@1.0"))).toEqual({ id: "io.x/y", version: "1.0" });
        expect(lookOf(draft("registry", "https://x.org/server.json"))).toEqual({ url: "https://x.org/server.json" });
        expect(asCommand(draft("bundle", "/a b.mcpb"))).toBe("mcpm install '/a b.mcpb'");
    });
});

describe("what went wrong last", () => {
    it("is the newest failure of each server", () => {
        const event = (sequence: number, serverId: string, type: string, detail = {}) =>
            ({ sequence, serverId, type, detail, at: `t${sequence}`, message: `m${sequence}` }) as AgentEvent;
        const found = troublesOf([
            event(1, "a", "server:status", { status: "error" }),
            event(2, "b", "server:status", { status: "running" }),
            event(3, "a", "server:unhealthy"),
        ]);
        expect([...found]).toEqual([["a", { at: "t3", message: "m3" }]]);
    });
    it("is no reason to show what a remote used before it was unreachable", () => {
        const remote = server("r", { type: "remote", status: "running" });
        expect(hasMeters(remote)).toBe(true);
        expect(hasMeters({ ...remote, healthStatus: "unhealthy" })).toBe(false);
        expect(hasMeters(server("p", { status: "running", healthStatus: "unhealthy" }))).toBe(true);
    });
});

it("knows which clients can reach a server", () => {
    const client = (part: Partial<ConnectedClient>) => ({ id: "1", reaches: "all", ...part }) as ConnectedClient;
    const list = [client({}), client({ reaches: "server", server: "a" }), client({ reaches: "server", server: "b" })];
    expect(reaching(list, server("a"))).toHaveLength(2);
    expect(reaching(list, undefined)).toHaveLength(3);
});

describe("a client's configuration", () => {
    it("is read as people write it, wherever its servers stand", () => {
        const entry = '{"command": "node", "args": ["a b.js"], "env": {"K": "v"},}';
        for (const text of [
            `{"mcpServers": {"a": ${entry}}}`,
            `{"servers": {"a": ${entry}}} // mine`,
            `{"a": ${entry}}`,
        ]) {
            const [one] = readConfiguration(text).found;
            expect(one?.request).toEqual({
                name: "a",
                command: "node",
                args: ["a b.js"],
                config: { environment: { K: "v" } },
            });
            expect(one && runsAs(one)).toBe("node 'a b.js'");
        }
        expect(plainJson('{"u": "http://x//y,}", /* c */ "l": [1,],}')).toBe('{"u": "http://x//y,}",   "l": [1]}');
    });
    it("offers what it cannot take to be mended, and takes the others", () => {
        const { found } = readConfiguration(
            '{"mcpServers": {"good": {"url": "https://x.org/mcp"}, "bad": {"args": []}}}',
        );
        expect(found.map((each) => Boolean(each.request))).toEqual([true, false]);
        expect(found[1]?.problem).toBeTruthy();
        expect(readEntry("bad", '{"command": "x"}').request).toEqual({ name: "bad", command: "x", args: [] });
        for (const text of [
            "[",
            "null",
            '{"command": 1}',
            '{"command": "x", "args": "y"}',
            '{"command": "x", "env": 1}',
        ])
            expect(readEntry("x", text).problem).toBeTruthy();
        expect(readConfiguration("{}").problem).toBeTruthy();
    });
});

describe("what was found at an AI client", () => {
    const item = (state: "new" | "left out", more: object = {}) => ({
        name: "a",
        as: "a",
        state,
        file: "f",
        runs: "node x",
        why: "",
        secrets: [],
        notes: [],
        ...more,
    });
    it("counts what would be new, and says why something is left out and what is still needed", () => {
        expect(newOf([item("new"), item("left out")])).toBe(1);
        expect(itemText(item("left out", { why: "no command" }))).toBe("left out: no command");
        const secrets = [
            { name: "a-token", set: true },
            { name: "a-key", set: false },
        ];
        expect(itemText(item("new", { secrets }))).toBe(
            "new; a value goes to the secret a-token; the secret a-key needs a value",
        );
    });
});
