import { describe, expect, it } from "vitest";
import type { StatsPoint, UsageRow } from "../src/api/types";
import { nextCheck } from "../src/health/decide";
import { nearest, runsOf, timeTicks, usualStep, valueTicks } from "../src/parts/scale";
import { limitOf, rates, within } from "../src/server/use_decide";
import { checkName, checkText } from "../src/system/decide";
import { sortedRows } from "../src/usage/decide";
import { pageKind } from "../src/usage/tell";

describe("a time that was drawn", () => {
    it("holds the points within it; without one, all", () => {
        const points = [1, 2, 3].map((minute) => ({ at: `2026-01-01T00:0${minute}:00Z` })) as StatsPoint[];
        const some = within(points, "2026-01-01T00:02:00.000Z", "2026-01-01T00:02:59.000Z");
        expect(some.map(({ at }) => at)).toEqual(["2026-01-01T00:02:00Z"]);
        expect(within(points, "", "")).toBe(points);
    });
});

describe("a chart", () => {
    it("has round ticks that hold the highest value", () => {
        expect(valueTicks(7, 4)).toEqual([0, 2, 4, 6, 8]);
        expect(valueTicks(0, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
        expect(valueTicks(0.9, 3).at(-1)).toBeGreaterThanOrEqual(0.9);
        const mebi = 1024 ** 2;
        expect(valueTicks(60 * mebi, 4, 1024)).toEqual([0, 16 * mebi, 32 * mebi, 48 * mebi, 64 * mebi]);
    });
    it("has its hours where a local clock is round", () => {
        const { step, ticks } = timeTicks(1000, 1000 + 86400, 8, 5400);
        expect(step).toBe(14400);
        expect(ticks.every((at) => (at + 5400) % step === 0)).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(8);
    });
    it("ends its line where nothing was said and where too long nothing came", () => {
        const times = [0, 10, 20, 30, 200, 210];
        const runs = runsOf(times, [1, null, 3, 4, 5, 6], Number, Number);
        expect(runs.map((run) => run.map(({ index }) => index))).toEqual([[0], [2, 3], [4, 5]]);
        expect(usualStep(times)).toBe(10);
        expect([nearest(times, 24), nearest([], 5)]).toEqual([2, -1]);
    });
});

describe("figures of a server", () => {
    const point = (readBytes: number | undefined, seconds: number) => ({ readBytes, seconds }) as StatsPoint;
    it("are by the second, and missing where the system did not say", () => {
        expect(rates([point(600, 60), point(undefined, 60), point(5, 0)], "readBytes")).toEqual([10, null, null]);
    });
    it("have a limit when the definition has one", () => {
        expect([limitOf("512MiB"), limitOf("1g"), limitOf(undefined), limitOf("much")]).toEqual([
            512 * 1024 ** 2,
            1e9,
            undefined,
            undefined,
        ]);
    });
    it("say when the next check comes, unless that is past", () => {
        const last = "2026-01-01T00:00:00.000Z";
        expect(nextCheck(last, "10s", Date.parse(last))).toBe("2026-01-01T00:00:10.000Z");
        expect(nextCheck(last, "10s", Date.parse(last) + 11_000)).toBeUndefined();
        expect(nextCheck(undefined)).toBeUndefined();
        expect(nextCheck(last, "soon", 0)).toBeUndefined();
    });
});

describe("the health of the whole", () => {
    it("names checks that nobody knew yet, and says nothing that was not found", () => {
        expect(checkName("containerEngine")).toBe("Container engine");
        expect(checkText({ status: "healthy" })).toBe("");
        expect(checkText({ status: "idle", message: "no socket" })).toBe("Nothing needs it now.");
        expect(checkText({ status: "degraded", freeBytes: 1024, totalBytes: 2048 })).toBe("1.0 KiB free of 2.0 KiB");
    });
});

describe("usage", () => {
    it("has the most first and days the newest first", () => {
        const rows = [
            { day: "2026-01-01", calls: 1, errors: 5 },
            { day: "2026-01-02", calls: 9, errors: 0 },
        ] as UsageRow[];
        expect(sortedRows(rows, "calls").map((row) => row.calls)).toEqual([9, 1]);
        expect(sortedRows(rows, "calls", true).map((row) => row.calls)).toEqual([1, 9]);
        expect(sortedRows(rows, "errors").map((row) => row.calls)).toEqual([1, 9]);
        expect(sortedRows(rows, "day").map((row) => row.calls)).toEqual([9, 1]);
    });
    it("tells which kind of page was looked at, never whose", () => {
        expect(["/", "/servers/srv_abc", "/servers/secret%20name/logs", "/usage"].map(pageKind)).toEqual([
            "servers",
            "server",
            "server/logs",
            "usage",
        ]);
    });
});
