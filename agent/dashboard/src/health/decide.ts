// The health bar: each cell is the worst of its interval; where nobody looked there is nothing to say. Pure.
import type { HealthPoint } from "../api/types";

export type Cell = {
    at: number;
    until: number;
    checks: number;
    failed: number;
    state: "good" | "some" | "bad" | "none";
};

const dayMs = 86400e3;
export const rangeMs: Record<string, number> = {
    "1h": 3600e3,
    "24h": dayMs,
    "7d": 7 * dayMs,
    "30d": 30 * dayMs,
    "90d": 90 * dayMs,
};

export function cellsOf(points: readonly HealthPoint[], range: string, now: number, many: number): Cell[] {
    const whole = rangeMs[range] ?? 3600e3;
    const width = whole / many;
    const from = now - whole;
    const cells: Cell[] = Array.from({ length: many }, (_, index) => ({
        at: from + index * width,
        until: from + (index + 1) * width,
        checks: 0,
        failed: 0,
        state: "none",
    }));
    for (const point of points) {
        const cell = cells[Math.min(many - 1, Math.floor((Date.parse(point.at) - from) / width))];
        if (!cell || Date.parse(point.at) < from) continue;
        cell.checks += point.checks;
        cell.failed += point.failed;
        const state = point.failed === 0 ? "good" : point.failed < point.checks ? "some" : "bad";
        const order = ["none", "good", "some", "bad"];
        if (order.indexOf(state) > order.indexOf(cell.state)) cell.state = state;
    }
    return cells;
}

/** The cells of one state, each eight wide with a gap of two. */
export function shapeOf(cells: readonly Cell[], state: Cell["state"]): string {
    return cells.map((cell, index) => (cell.state === state ? `M${index * 10 + 1},1h8v24h-8z` : "")).join("");
}

const seconds: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** When about the next check comes; nothing when that is past or not known. The agent's interval is 30 s unless it is said. */
export function nextCheck(last: string | undefined, interval = "30s", now = Date.now()): string | undefined {
    const found = /^([\d.]+)(ms|s|m|h)$/.exec(interval);
    const at = last ? Date.parse(last) : Number.NaN;
    const next = at + Number(found?.[1]) * (seconds[found?.[2] ?? ""] ?? Number.NaN) * 1000;
    return next > now ? new Date(next).toISOString() : undefined;
}
