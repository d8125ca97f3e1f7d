import { describe, expect, it } from "vitest";
import type { LogLine } from "../src/api/types";
import { binsOf } from "../src/logs/bins";
import {
    append,
    chipsOf,
    clockOf,
    contextOf,
    emptyBuffer,
    filterOf,
    hasOlder,
    isAtPlace,
    liveFilterOf,
    momentAfter,
    mostLines,
    placeOf,
    prepend,
    queryOf,
    withRecent,
} from "../src/logs/buffer";
import { mergedLines } from "../src/logs/merge";
import {
    coloured,
    cutAtMatches,
    entriesOf,
    fieldsOf,
    jsonLine,
    plain,
    searchOf,
    withoutOwnTime,
} from "../src/logs/text";

const line = (sequence: number, text = `line ${sequence}`): LogLine => ({
    time: new Date(1_700_000_000_000 + sequence).toISOString(),
    stream: "stderr",
    text,
    sequence,
});
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => line(from + index));

describe("the lines that are held", () => {
    it("grows at its end without showing a line twice", () => {
        const buffer = append(append(emptyBuffer, lines(1, 4)), lines(3, 6));
        expect(buffer.lines.map((each) => each.sequence)).toEqual([1, 2, 3, 4, 5]);
    });
    it("keeps the keys of what is there when older lines come", () => {
        const buffer = append(emptyBuffer, lines(10, 12));
        const more = prepend(buffer, lines(5, 11), false);
        expect(more.lines).toHaveLength(7);
        expect(more.first + 5).toBe(buffer.first);
        expect(more.isAtBeginning).toBe(false);
        expect(prepend(more, lines(5, 6), true).isAtBeginning).toBe(true);
        expect([hasOlder(more, lines(4, 9)), hasOlder(more, lines(5, 9))]).toEqual([true, false]);
    });
    it("asks from the next nanosecond on", () => {
        expect(momentAfter("2026-01-01T00:00:05.000000001Z")).toBe("2026-01-01T00:00:05.000000002Z");
        expect(momentAfter("2026-01-01T00:00:05Z")).toBe("2026-01-01T00:00:05.000000001Z");
        expect(momentAfter("2026-01-01T00:00:05.999999999Z")).toBe("2026-01-01T00:00:06.000Z");
    });
    it("is bounded", () => {
        const buffer = append(emptyBuffer, lines(0, mostLines + 10));
        expect(buffer.lines).toHaveLength(mostLines);
        expect(buffer.first).toBe(emptyBuffer.first + 10);
    });
    it("has its filter from the address, and its chips", () => {
        const filter = filterOf(new URLSearchParams("q=a.b&regex=1&level=warn&since=15m&run=3"));
        expect(queryOf(filter)).toMatchObject({ grep: "a.b", ignoreCase: "1", level: "warn", since: "15m", run: "3" });
        expect(liveFilterOf(filter)).toEqual({ grep: "a.b", ignoreCase: true, level: "warn", run: "3" });
        expect(chipsOf(filter).map(([key]) => key)).toEqual(["q", "level", "run", "since"]);
        expect(queryOf(filterOf(new URLSearchParams("q=x&only=0")))).not.toHaveProperty("text");
    });
    it("tells lines of one moment apart by their number", () => {
        const [one, two] = [line(1), { ...line(2), time: line(1).time }];
        expect(isAtPlace(one, placeOf(one))).toBe(true);
        expect(isAtPlace(two, placeOf(one))).toBe(false);
        expect(isAtPlace(one, one.time)).toBe(true);
    });
    it("offers the last five searches", () => {
        expect(withRecent(["b", "a", "c", "d", "e"], "a")).toEqual(["a", "b", "c", "d", "e"]);
        expect(withRecent(["1", "2", "3", "4", "5"], "6")).toHaveLength(5);
    });
});

describe("what stands in the address", () => {
    it("is a moment, by the clock of whoever looks", () => {
        const at = new Date(2026, 0, 2, 3, 4, 5);
        expect(clockOf(at.toISOString())).toBe("2026-01-02T03:04:05");
        expect(clockOf("15m")).toBe("");
        expect(clockOf("2026-99-99T00:00:00Z")).toBe("");
    });
    it("leads to a line of a server with any name", () => {
        expect(contextOf("a/b", line(1))).toMatch(/^[/]servers[/]a%2Fb[/]logs[?]at=2023-.*%2C1$/);
    });
});

describe("what a line looks like", () => {
    it("makes classes of colours and drops every other sequence", () => {
        expect(coloured("a\u001b[31mred\u001b[0m b")).toEqual([
            { text: "a", classes: "" },
            { text: "red", classes: "ansi-1" },
            { text: " b", classes: "" },
        ]);
        expect(plain("x\u001b[2J\u001b]0;title\u0007y\u001b[38;5;9mz")).toBe("xyz");
    });
    it("leaves markup as the text it is", () => {
        const text = '<img src=x onerror="alert(1)">';
        expect(coloured(text)).toEqual([{ text, classes: "" }]);
    });
    it("says a wrong expression and does not throw", () => {
        expect(searchOf("(", true).problem).toBeDefined();
        expect(searchOf("(", false).pattern?.test("a(b")).toBe(true);
    });
    it("cuts at matches, also at empty ones, and is bounded", () => {
        expect(cutAtMatches("abcb", /b/gi)).toEqual(["a", "b", "c", "b", ""]);
        expect(cutAtMatches("abc", /x*/gi)).toEqual(["abc"]);
        expect(cutAtMatches("b".repeat(10000), /b/gi).length).toBeLessThan(210);
    });
    it("puts level and message of a JSON line first", () => {
        expect(jsonLine('{"ts":1,"level":"warn","msg":"hi","a":1}')).toEqual({
            level: "warn",
            message: "hi",
            rest: { a: 1 },
        });
        expect(jsonLine("{not json}")).toBeUndefined();
        expect(jsonLine('{"a":1}')).toBeUndefined();
    });
    it("hides the application's own time only when it says the same", () => {
        expect(withoutOwnTime("2026-11-28T10:00:00.1Z INFO x", "2026-11-28T10:00:00.500Z")).toBe("INFO x");
        expect(withoutOwnTime("2026-11-28T10:20:00Z INFO x", "2026-11-28T10:00:00Z")).toContain("2026");
    });
    it("makes one entry of a stack trace", () => {
        const trace = ["Error: x", "    at a (b.js:1)", "    at c", "next"].map((text, index) => line(index, text));
        const entries = entriesOf(trace, (index) => index);
        expect(entries.map((entry) => [entry.first.text, entry.more.length])).toEqual([
            ["Error: x", 2],
            ["next", 0],
        ]);
    });
});

describe("several logs as one", () => {
    const line = (time: string, text: string) => ({ time, text, stream: "stderr" });
    it("stand by time, each line with the name of its server, each log in its own order", () => {
        const one = [line("2026-01-01T00:00:01Z", "a"), line("2026-01-01T00:00:03Z", "b")];
        const other = [line("2026-01-01T00:00:02Z", "c"), line("2026-01-01T00:00:03Z", "d")];
        const merged = mergedLines([
            { name: "one", lines: one },
            { name: "other", lines: other },
        ]);
        expect(merged.map((each) => `${each.from} ${each.text}`)).toEqual(["one a", "other c", "one b", "other d"]);
        expect(mergedLines([{ name: "one", lines: one }])[0]).toBe(merged[0]);
    });
    it("a trace of one server is no part of another's line", () => {
        const lines = [
            { ...line("2026-01-01T00:00:01Z", "Error"), from: "one" },
            { ...line("2026-01-01T00:00:01Z", "    at x"), from: "other" },
        ];
        expect(entriesOf(lines, Number)).toHaveLength(2);
    });
});

describe("fields of JSON lines", () => {
    it("are those that were asked for and are there", () => {
        expect(fieldsOf({ user: "ann", request: { id: 7 }, "a.b": 1 }, "user, request.id a.b nothing")).toEqual([
            ["user", "ann"],
            ["request.id", "7"],
            ["a.b", "1"],
        ]);
        expect(fieldsOf({ constructor: 1 }, "toString")).toEqual([]);
    });
});

describe("lines counted by time", () => {
    const lines = Array.from({ length: 40 }, (_, index) => ({
        time: new Date(1000 * index).toISOString(),
        text: "x",
        stream: "stderr",
        level: index === 39 ? "error" : "info",
    }));
    it("has all of them, and where the errors are", () => {
        const bins = binsOf(lines, 10);
        expect(bins.reduce((sum, bin) => sum + bin.lines, 0)).toBe(40);
        expect(bins.map((bin) => bin.errors)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    });
    it("is nothing for a few lines or one moment", () => {
        expect(binsOf(lines.slice(0, 2), 10)).toEqual([]);
        expect(binsOf(Array(40).fill(lines[0]), 10)).toEqual([]);
    });
});
