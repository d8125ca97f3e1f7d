// The lines that are held: a window of the log that grows at both ends and is bounded. Pure.
import type { LogLine } from "../api/types";
import { local } from "../parts/format";

export const mostLines = 50_000;

export interface Buffer {
    lines: readonly LogLine[];
    /** Number of the first line that is held; goes down when older ones come, so that keys stay. */
    first: number;
    isAtBeginning: boolean;
    missed: number;
}

export const emptyBuffer: Buffer = { lines: [], first: 1_000_000_000, isAtBeginning: false, missed: 0 };

function isAfter(line: LogLine, last: LogLine | undefined): boolean {
    if (!last) return true;
    if (line.sequence !== undefined && last.sequence !== undefined) return line.sequence > last.sequence;
    return line.time > last.time;
}

/** Lines that come at the end. What is there already, after a link that broke, is not shown twice. */
export function append(buffer: Buffer, lines: readonly LogLine[]): Buffer {
    const last = buffer.lines.at(-1);
    const fresh = lines.filter((line) => isAfter(line, last));
    if (fresh.length === 0) return buffer;
    const all = [...buffer.lines, ...fresh];
    const over = Math.max(0, all.length - mostLines);
    return {
        ...buffer,
        lines: over > 0 ? all.slice(over) : all,
        first: buffer.first + over,
        isAtBeginning: buffer.isAtBeginning && over === 0,
    };
}

/** The next nanosecond, for a browser knows only milliseconds: "…:05.000000001Z" → "…:05.000000002Z". */
export function momentAfter(time: string): string {
    const found = /^(.*:\d\d)(?:\.(\d{1,9}))?Z$/.exec(time);
    const next = Number((found?.[2] ?? "").padEnd(9, "0")) + 1;
    if (!found || next > 999_999_999) return new Date(Date.parse(time) + 1).toISOString();
    return `${found[1]}.${String(next).padStart(9, "0")}Z`;
}

/** Whether one of the lines is older than all that are held. */
export function hasOlder(buffer: Buffer, lines: readonly LogLine[]): boolean {
    const firstLine = buffer.lines[0];
    return firstLine === undefined ? lines.length > 0 : lines.some((line) => isAfter(firstLine, line));
}

/** Older lines that were fetched; the log begins here only when they were all there are. */
export function prepend(buffer: Buffer, older: readonly LogLine[], isAll: boolean): Buffer {
    const firstLine = buffer.lines[0];
    const fresh = firstLine ? older.filter((line) => isAfter(firstLine, line)) : older;
    return {
        ...buffer,
        lines: fresh.length > 0 ? [...fresh, ...buffer.lines] : buffer.lines,
        first: buffer.first - fresh.length,
        isAtBeginning: isAll,
    };
}

/** Time from-to as the API wants it, from "15m", "2026-11-28T10:00" or nothing. */
export function timeParameter(text: string): string | undefined {
    if (!text) return undefined;
    if (/^\d+[smhd]$/.test(text)) return text;
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A moment of the address in the field for it: by the clock of whoever looks, whoever chose it. */
export function clockOf(text: string): string {
    return /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)) ? local(new Date(text)) : "";
}

export interface LogFilter {
    q: string;
    isRegex: boolean;
    isOnly: boolean;
    level: string;
    stream: string;
    run: string;
    since: string;
    until: string;
}

export function filterOf(address: URLSearchParams): LogFilter {
    const part = (key: string) => address.get(key) ?? "";
    return {
        q: part("q"),
        isRegex: part("regex") === "1",
        isOnly: part("only") !== "0",
        level: part("level"),
        stream: part("stream"),
        run: part("run"),
        since: part("since"),
        until: part("until"),
    };
}

/** What the agent is asked for; the search only when lines that do not match are to be left out. */
export function queryOf(filter: LogFilter): Record<string, string | undefined> {
    const search = filter.isOnly && filter.q ? { [filter.isRegex ? "grep" : "text"]: filter.q, ignoreCase: "1" } : {};
    return {
        ...search,
        level: filter.level || undefined,
        stream: filter.stream || undefined,
        run: filter.run || undefined,
        since: timeParameter(filter.since),
        until: timeParameter(filter.until),
    };
}

/** The same for a subscription, which has no end in time. */
export function liveFilterOf(filter: LogFilter): Record<string, unknown> {
    const { until: _, since: __, ignoreCase, ...rest } = queryOf(filter);
    const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return ignoreCase ? { ...kept, ignoreCase: true } : kept;
}

/** A line's place in the address. Lines that were read at once have one time: its number tells them apart. */
export function placeOf(line: LogLine): string {
    return line.sequence === undefined ? line.time : `${line.time},${line.sequence}`;
}

/** Of the page of a server's log around a line, below the page's own base. */
export function contextOf(server: string, line: LogLine): string {
    return `/servers/${encodeURIComponent(server)}/logs?at=${encodeURIComponent(placeOf(line))}`;
}

export function isAtPlace(line: LogLine, place: string): boolean {
    const [time = "", sequence] = place.split(",");
    if (sequence !== undefined && line.sequence !== undefined) return line.sequence === Number(sequence);
    return line.time === time;
}

/** Which filters are in force, as chips that can be taken off. */
export function chipsOf(filter: LogFilter): [string, string][] {
    const chips: [string, string][] = [];
    for (const key of ["level", "stream", "run", "since", "until"] as const)
        if (filter[key]) chips.push([key, filter[key]]);
    if (filter.q && filter.isOnly) chips.unshift(["q", filter.q]);
    return chips;
}

/** The last five searches, newest first. */
export function withRecent(recent: readonly string[], text: string): string[] {
    return [text, ...recent.filter((each) => each !== text)].slice(0, 5);
}
