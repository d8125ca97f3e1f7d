// Lines of several logs as one, by time. Pure.
import type { LogLine } from "../api/types";

const mostMerged = 5000;
const marked = new WeakMap<LogLine, LogLine>();

/** A line that says of which server it is; the same object each time, so that nothing is drawn again. */
function markedAs(line: LogLine, from: string, colour: number): LogLine {
    const known = marked.get(line);
    if (known?.from === from && known.colour === colour) return known;
    const made = { ...line, from, colour };
    marked.set(line, made);
    return made;
}

export function mergedLines(logs: readonly { name: string; lines: readonly LogLine[] }[]): LogLine[] {
    const all = logs.flatMap(({ name, lines }, index) =>
        lines.slice(-mostMerged).map((line) => markedAs(line, name, (index % 6) + 1)),
    );
    // Each log keeps its own order: lines of one moment do too, for sorting is stable.
    return all.sort((left, right) => (left.time < right.time ? -1 : left.time > right.time ? 1 : 0)).slice(-mostMerged);
}
