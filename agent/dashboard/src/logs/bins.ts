// Lines counted by time. Pure.
import type { LogLine } from "../api/types";

export interface Bin {
    from: number;
    to: number;
    lines: number;
    errors: number;
}

const leastLines = 3;

/** Nothing when they are few or all of one moment. */
export function binsOf(lines: readonly LogLine[], many: number): Bin[] {
    if (lines.length < leastLines) return [];
    const from = Date.parse(lines[0]?.time ?? "");
    const to = Date.parse(lines.at(-1)?.time ?? "");
    if (!(to - from >= many)) return [];
    const width = (to - from) / many;
    const bins = Array.from({ length: many }, (_, index) => ({
        from: from + index * width,
        to: from + (index + 1) * width,
        lines: 0,
        errors: 0,
    }));
    for (const line of lines) {
        const bin = bins[Math.min(many - 1, Math.max(0, Math.floor((Date.parse(line.time) - from) / width)))];
        if (!bin) continue;
        bin.lines += 1;
        if (line.level === "error" || line.level === "fatal") bin.errors += 1;
    }
    return bins;
}
