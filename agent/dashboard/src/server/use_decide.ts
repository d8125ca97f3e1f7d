// Figures of a server's history as a chart wants them. Pure.
import type { StatsPoint } from "../api/types";

/** Bytes a second; null where the system did not say. */
export function rates(
    points: readonly StatsPoint[],
    key: "readBytes" | "writtenBytes" | "receivedBytes" | "sentBytes",
): (number | null)[] {
    return points.map((point) => {
        const value = point[key];
        return value === undefined || point.seconds <= 0 ? null : value / point.seconds;
    });
}

/** Those of a window that was drawn; all without one. */
export function within(points: readonly StatsPoint[], from: string, to: string): readonly StatsPoint[] {
    if (!from || !to) return points;
    return points.filter(({ at }) => Date.parse(at) >= Date.parse(from) && Date.parse(at) <= Date.parse(to));
}

const units: Record<string, number> = { "": 1, k: 1000, m: 1e6, g: 1e9, ki: 1024, mi: 1024 ** 2, gi: 1024 ** 3 };

/** "512MiB" in bytes; undefined when it is none. */
export function limitOf(text: string | undefined): number | undefined {
    const found = /^([\d.]+)\s*([kmg]?i?)b?$/i.exec(text ?? "");
    const unit = units[found?.[2]?.toLowerCase() ?? "-"];
    return found && unit !== undefined ? Number(found[1]) * unit : undefined;
}
