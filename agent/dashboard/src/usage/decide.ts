// In which order rows of usage stand. Pure.
import type { UsageRow } from "../api/types";

export const sortBys = ["calls", "errors", "p95", "tokens", "bytes", "day"] as const;
export type SortBy = (typeof sortBys)[number];

const figureOf: Record<Exclude<SortBy, "day">, (row: UsageRow) => number> = {
    calls: (row) => row.calls,
    errors: (row) => row.errors,
    p95: (row) => row.p95Ms ?? -1,
    tokens: (row) => row.tokensIn + row.tokensOut,
    bytes: (row) => row.bytesIn + row.bytesOut,
};

/** The most first; days the newest first. Equal ones keep their order. */
export function sortedRows(rows: readonly UsageRow[], by: SortBy, isUp = false): UsageRow[] {
    const way = isUp ? -1 : 1;
    if (by === "day") return [...rows].sort((left, right) => way * (right.day ?? "").localeCompare(left.day ?? ""));
    return [...rows].sort((left, right) => way * (figureOf[by](right) - figureOf[by](left)));
}
