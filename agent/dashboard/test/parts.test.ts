import { describe, expect, it } from "vitest";
import { fill, readAnswer } from "../src/api/client";
import type { AgentEvent, Server } from "../src/api/types";
import { clients, connectArguments, mcpPath } from "../src/clients/snippets";
import { isFailure, merged } from "../src/events/decide";
import { find, score } from "../src/frame/palette";
import { cellsOf, shapeOf } from "../src/health/decide";
import { diffLines, hunks } from "../src/parts/diff";
import { ago, bytes, count, duration, exact, percent, zone } from "../src/parts/format";
import { SmallButton } from "../src/parts/small_button";
import { definitionOf, mergePatch, settingAt, withSetting } from "../src/server/definition";
import { fromYaml, toYaml } from "../src/server/yaml";

describe("numbers and times", () => {
    it("are as people read them", () => {
        expect([bytes(0), bytes(1536), bytes(5 * 1024 ** 3), bytes(undefined)]).toEqual([
            "0 B",
            "1.5 KiB",
            "5.0 GiB",
            "–",
        ]);
        expect([duration(5), duration(3700), duration(90000), duration(0)]).toEqual(["5s", "1h 1m", "1d 1h", "0s"]);
        expect([ago(0, 960_000), ago(20_000, 0), ago(0, 500)]).toEqual(["16m ago", "in 20s", "now"]);
        expect([percent(100), percent(99.99), percent(50), percent(undefined)]).toEqual([
            "100 %",
            "> 99.9 %",
            "50.0 %",
            "–",
        ]);
        expect([count(7), count(1234), count(12345678), count(-1234), count(1234.5), count(undefined)]).toEqual([
            "7",
            "1,234",
            "12,345,678",
            "-1,234",
            "1,234.5",
            "–",
        ]);
    });
    it("are exact by the clock of whoever looks", () => {
        expect(exact(new Date(2026, 10, 9, 8, 7, 6).getTime())).toMatch(/^2026-11-09 08:07:06 UTC/);
        expect(exact("never")).toBe("never");
        expect([zone(0), zone(60), zone(-210), zone(345)]).toEqual(["UTC", "UTC+1", "UTC-3:30", "UTC+5:45"]);
    });
});

describe("answers", () => {
    it("are read whatever they are", () => {
        expect(readAnswer(200, '{"success":true,"data":1}')).toEqual({ ok: true, data: 1, message: undefined });
        expect(readAnswer(404, '{"success":false,"error":"no","code":"NOT_FOUND"}')).toMatchObject({
            ok: false,
            failure: { message: "no" },
        });
        expect(readAnswer(502, "<html>")).toMatchObject({ ok: false, failure: { status: 502, code: "UNEXPECTED" } });
        expect(readAnswer(200, "<html>")).toMatchObject({ ok: false });
    });
    it("are asked for at addresses in which every part is escaped", () => {
        expect(fill("/api/servers/{id}/logs", { id: "a/b?c" }, { tail: 5, q: "", x: undefined, f: true })).toBe(
            "/api/servers/a%2Fb%3Fc/logs?tail=5&f=1",
        );
    });
});

describe("the health bar", () => {
    it("has the worst of each interval, and nothing where nobody looked", () => {
        const now = Date.parse("2026-11-28T12:00:00Z");
        const at = (minutes: number, failed: number, checks = 2) => ({
            at: new Date(now - minutes * 60000).toISOString(),
            checks,
            failed,
        });
        const cells = cellsOf([at(59, 0), at(58.5, 2), at(31, 1), at(1, 0), at(200, 2)], "1h", now, 6);
        expect(cells.map((cell) => cell.state)).toEqual(["bad", "none", "some", "none", "none", "good"]);
        expect(cells[0]).toMatchObject({ checks: 4, failed: 2 });
        expect(shapeOf(cells, "none")).toBe("M11,1h8v24h-8zM31,1h8v24h-8zM41,1h8v24h-8z");
    });
});

describe("ninety days", () => {
    it("are cells of three days, the worst of each", () => {
        const now = Date.parse("2026-11-28T12:00:00Z");
        const day = (ago: number, failed: number) => ({
            at: new Date(now - ago * 86400e3).toISOString(),
            checks: 100,
            failed,
        });
        const cells = cellsOf([day(88, 0), day(87.5, 1), day(2.9, 0), day(0.5, 100)], "90d", now, 30);
        expect(cells.at(0)).toMatchObject({ state: "some", checks: 200 });
        expect(cells.at(-1)).toMatchObject({ state: "bad", checks: 200, failed: 100 });
        expect(cells.filter((cell) => cell.state === "none")).toHaveLength(28);
    });
});

describe("the palette", () => {
    it("puts the beginning of a name before its middle, and finds by more", () => {
        const entries = [{ title: "my files" }, { title: "files" }, { title: "web", more: "npm:files" }];
        expect(find(entries, "fil", 10).map((each) => each.title)).toEqual(["files", "my files", "web"]);
        expect(score({ title: "a" }, "b")).toBeUndefined();
    });
});

describe("differences", () => {
    it("are the lines that changed", () => {
        expect(diffLines("a\nb\nc", "a\nx\nc").map((line) => `${line.kind} ${line.text}`)).toEqual([
            "same a",
            "del b",
            "add x",
            "same c",
        ]);
        const long = Array.from({ length: 50 }, (_, index) => `${index}`).join("\n");
        expect(hunks(diffLines(long, long.replace("\n25\n", "\nx\n"))).length).toBeLessThan(12);
    });
});

describe("a definition", () => {
    const server = {
        id: "srv_a",
        name: "a",
        status: "running",
        npm: { package: "p", pin: { version: "1" } },
        config: { lazy: true },
    } as unknown as Server;
    it("is what can be set, without the agent's words", () => {
        expect(definitionOf(server)).toEqual({ name: "a", npm: { package: "p" }, config: { lazy: true } });
    });
    it("is changed by the smallest merge patch", () => {
        expect(mergePatch({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3 } })).toEqual({ b: { c: 3, d: null } });
        expect(mergePatch({ a: [1] }, { a: [1] })).toBeUndefined();
    });
    it("has its settings by path, and no empty groups", () => {
        const set = withSetting({}, ["config", "resources", "memory"], "1GiB");
        expect(settingAt(set, ["config", "resources", "memory"])).toBe("1GiB");
        expect(withSetting(set, ["config", "resources", "memory"], "")).toEqual({});
    });
    it("survives YAML", () => {
        const odd = {
            name: "a: b",
            args: ["-y", "", "1", "true", "null", "#x", "a\nb", "日本 <b>"],
            config: { environment: { A: "1.0", B: "" }, ports: [], deep: [[1], [{ a: [] }]], n: -1.5, z: null },
        };
        expect(fromYaml(toYaml(odd))).toEqual(odd);
        expect(fromYaml("# c\na: |\n  x\n\n  y\nb:\n- 'it''s' # no\n- k: v\n  l: {\"m\": 1}\n")).toEqual({
            a: "x\n\ny\n",
            b: ["it's", { k: "v", l: { m: 1 } }],
        });
    });
    it("says where YAML is not understood", () => {
        for (const [text, line] of [
            ["a: 1\n  b: 2", "2"],
            ["a: &x 1", "1"],
            ["a: [1", "1"],
            ["a: 1\na: 2", "2"],
            ["\ta: 1", "1"],
        ]) {
            expect(() => fromYaml(text ?? "")).toThrow(`line ${line}`);
        }
    });
});

describe("events", () => {
    const event = (sequence: number, type = "x", detail?: unknown) =>
        ({ sequence, type, message: "", at: "", detail }) as AgentEvent;
    it("are each shown once, newest first", () => {
        expect(merged([event(1), event(2)], [event(2), event(3)]).map((each) => each.sequence)).toEqual([3, 2, 1]);
    });
    it("are failures by their type or their state", () => {
        expect([
            isFailure(event(1, "server:start-failed")),
            isFailure(event(1, "server:status", { status: "error" })),
            isFailure(event(1, "server:status")),
        ]).toEqual([true, true, false]);
    });
});

describe("snippets for clients", () => {
    it("reach what was chosen", () => {
        expect(connectArguments({ kind: "profile", name: "w" })).toEqual(["connect", "--profile", "w"]);
        expect(mcpPath({ kind: "server", name: "a b" })).toBe("/mcp/a%20b");
        for (const client of clients.filter((each) => each.id !== "codex"))
            expect(() => JSON.parse(client.snippet({ kind: "server", name: 'x"y' }))).not.toThrow();
    });
});

describe("a small button", () => {
    it("sends no form, and looks as its place wants", () => {
        const plain = SmallButton({ children: "x" });
        expect(plain.props).toMatchObject({ type: "button", class: "button small", children: "x" });
        const other = SmallButton({ class: "quiet mono", disabled: true });
        expect(other.props).toMatchObject({ class: "button small quiet mono", disabled: true });
    });
});
