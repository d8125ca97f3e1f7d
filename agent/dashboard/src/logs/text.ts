// Lines as they are shown: colours, matches, JSON, entries of several lines. Everything stays text. Pure.
import type { LogLine } from "../api/types";

export interface Span {
    text: string;
    classes: string;
}

const escapeCharacter = "\u001b";

/** SGR colour sequences become classes; every other control sequence is dropped. Nothing of a log is ever markup or style. */
export function coloured(text: string): Span[] {
    if (!text.includes(escapeCharacter)) return [{ text, classes: "" }];
    const spans: Span[] = [];
    let state = { colour: "", bold: false, dim: false, underline: false };
    const parts = text.split(escapeCharacter);
    const push = (piece: string) => {
        if (!piece) return;
        const classes = [
            state.colour,
            state.bold ? "ansi-bold" : "",
            state.dim ? "ansi-dim" : "",
            state.underline ? "ansi-underline" : "",
        ];
        spans.push({ text: piece, classes: classes.filter(Boolean).join(" ") });
    };
    push(parts[0] ?? "");
    for (const part of parts.slice(1)) {
        const found = /^\[([0-9;:]*)([@-~])/.exec(part);
        if (!found) {
            push(part.replace(/^(\][^\u0007]*\u0007?|.)/, ""));
            continue;
        }
        if (found[2] === "m") state = sgr(state, found[1] ?? "");
        push(part.slice(found[0].length));
    }
    return spans;
}

type SgrState = { colour: string; bold: boolean; dim: boolean; underline: boolean };

function sgr(before: SgrState, codes: string): SgrState {
    let state = { ...before };
    const numbers = codes.split(/[;:]/).map(Number);
    for (let at = 0; at < numbers.length; at += 1) {
        const code = numbers[at] ?? 0;
        if (code === 0) state = { colour: "", bold: false, dim: false, underline: false };
        else if (code === 1) state.bold = true;
        else if (code === 2) state.dim = true;
        else if (code === 4) state.underline = true;
        else if (code === 22) state = { ...state, bold: false, dim: false };
        else if (code === 24) state.underline = false;
        else if (code >= 30 && code <= 37) state.colour = `ansi-${code - 30}`;
        else if (code >= 90 && code <= 97) state.colour = `ansi-${code - 90}`;
        else if (code === 39) state.colour = "";
        else if (code === 38 || code === 48) {
            const isIndexed = numbers[at + 1] === 5;
            const index = numbers[at + 2] ?? -1;
            if (code === 38 && isIndexed && index >= 0 && index < 16) state.colour = `ansi-${index % 8}`;
            at += isIndexed ? 2 : 4;
        }
    }
    return state;
}

export function plain(text: string): string {
    return coloured(text)
        .map((span) => span.text)
        .join("");
}

export interface Search {
    pattern: RegExp | undefined;
    problem?: string;
}

/** One field for text and regular expression; a wrong one is said, not thrown. */
export function searchOf(text: string, isRegex: boolean): Search {
    if (!text) return { pattern: undefined };
    try {
        return { pattern: new RegExp(isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi") };
    } catch (error) {
        return { pattern: undefined, problem: (error as Error).message.replace(/^Invalid regular expression: /, "") };
    }
}

/** Cuts at matches: odd pieces are the hits. Bounded, so that an expression that matches everything stays cheap. */
export function cutAtMatches(text: string, pattern: RegExp | undefined, most = 100): string[] {
    if (!pattern) return [text];
    const out: string[] = [];
    let from = 0;
    pattern.lastIndex = 0;
    for (let found = pattern.exec(text); found && out.length < most * 2; found = pattern.exec(text)) {
        if (found[0] === "") {
            pattern.lastIndex += 1;
            continue;
        }
        out.push(text.slice(from, found.index), found[0]);
        from = found.index + found[0].length;
    }
    out.push(text.slice(from));
    return out;
}

export interface JsonLine {
    level?: string;
    message: string;
    rest: Record<string, unknown>;
}

const messageKeys = ["message", "msg", "text", "event"];
const levelKeys = ["level", "severity", "lvl", "levelname"];
const timeKeys = ["time", "timestamp", "ts", "@timestamp", "asctime"];
const jsonLimit = 100_000;

/** A line that is a JSON object: level and message first, the rest to be folded. */
export function jsonLine(text: string): JsonLine | undefined {
    const trimmed = text.trim();
    if (!trimmed.startsWith("{") || !trimmed.endsWith("}") || trimmed.length > jsonLimit) return undefined;
    let json: unknown;
    try {
        json = JSON.parse(trimmed);
    } catch {
        return undefined;
    }
    const object = json as Record<string, unknown>;
    const messageKey = messageKeys.find((key) => typeof object[key] === "string");
    if (!messageKey) return undefined;
    const levelKey = levelKeys.find((key) => object[key] !== undefined);
    const left = new Set([messageKey, levelKey, ...timeKeys]);
    const rest = Object.fromEntries(Object.entries(object).filter(([key]) => !left.has(key)));
    return { ...(levelKey ? { level: String(object[levelKey]) } : {}), message: String(object[messageKey]), rest };
}

/** Of the fields that were asked for ("user, request.id"), those that a line has. */
export function fieldsOf(rest: Record<string, unknown>, asked: string | undefined): [string, string][] {
    const names = (asked ?? "").split(/[\s,]+/).filter(Boolean);
    return names.slice(0, 12).flatMap((name): [string, string][] => {
        const value = Object.hasOwn(rest, name) ? rest[name] : memberAt(rest, name.split("."));
        if (value === undefined) return [];
        return [[name, typeof value === "object" ? JSON.stringify(value) : String(value)]];
    });
}

function memberAt(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (at, key) =>
            typeof at === "object" && at !== null && Object.hasOwn(at, key)
                ? (at as Record<string, unknown>)[key]
                : undefined,
        value,
    );
}

const ownTime = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]?[ :]*/;

/** Without the application's own time at the beginning, where it says the same as ours. */
export function withoutOwnTime(text: string, time: string): string {
    const found = ownTime.exec(text);
    if (!found?.[1]) return text;
    const said = Date.parse(found[1].replace(" ", "T").replace(",", "."));
    const apart = Math.abs(said - Date.parse(time)) % 3600e3;
    return apart < 2000 || apart > 3600e3 - 2000 ? text.slice(found[0].length) : text;
}

export interface LogEntry {
    key: number;
    first: LogLine;
    more: LogLine[];
}

const continuation = /^(\s+\S|Caused by:|\.\.\. \d+ more|Traceback \(most recent)/;

/** Lines of a stack trace belong to the line above them: one entry, to be folded. */
export function entriesOf(lines: readonly LogLine[], keyOf: (index: number) => number): LogEntry[] {
    const entries: LogEntry[] = [];
    lines.forEach((line, index) => {
        const last = entries.at(-1);
        const isMore =
            last !== undefined &&
            !line.note &&
            last.first.stream === line.stream &&
            last.first.run === line.run &&
            last.first.from === line.from &&
            last.more.length < 500 &&
            continuation.test(line.text) &&
            Date.parse(line.time) - Date.parse(last.first.time) < 2000;
        if (isMore) last.more.push(line);
        else entries.push({ key: keyOf(index), first: line, more: [] });
    });
    return entries;
}
