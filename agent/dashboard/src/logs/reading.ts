// Reads one log: the newest lines, older ones by scrolling, what comes by the live link, a window around one line.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Failure, get } from "../api/client";
import type { LogLine } from "../api/types";
import { followLog, generation } from "../live/store";
import {
    append,
    type Buffer,
    emptyBuffer,
    hasOlder,
    type LogFilter,
    liveFilterOf,
    momentAfter,
    prepend,
    queryOf,
} from "./buffer";

interface Page {
    lines: LogLine[];
    truncated?: boolean;
}

const window = 500;
/** As many as the agent gives at once. */
const mostAsked = 10_000;

async function fetchLines(id: string, query: Record<string, string | undefined>) {
    return get<Page>("/api/servers/{id}/logs", { parts: { id }, query: { colour: "1", ...query } });
}

/** Lines around a moment: as many before, and those of the next minutes. */
async function around(id: string, at: string, run: string) {
    const time = Date.parse(at.split(",")[0] ?? "");
    const before = await fetchLines(id, {
        tail: String(4 * window),
        until: new Date(time + 1).toISOString(),
        run: run || undefined,
    });
    if (!before.ok) return before;
    const after = await fetchLines(id, {
        since: new Date(time + 1).toISOString(),
        until: new Date(time + 600e3).toISOString(),
        run: run || undefined,
    });
    return after.ok ? { ok: true as const, data: { lines: [...before.data.lines, ...after.data.lines] } } : before;
}

export interface LogReading {
    buffer: Buffer;
    isLoading: boolean;
    failure: Failure | undefined;
    older: () => Promise<void>;
    again: () => void;
}

export function useLog(id: string, filter: LogFilter, at: string, canGrow: boolean): LogReading {
    const [buffer, setBuffer] = useState<Buffer>(emptyBuffer);
    const [isLoading, setLoading] = useState(true);
    const [failure, setFailure] = useState<Failure>();
    const [turn, setTurn] = useState(0);
    const latest = useRef(buffer);
    latest.current = buffer;
    const isFetching = useRef(false);
    const asked = useRef("");
    const key = JSON.stringify([id, queryOf(filter), at]);
    const isLive = canGrow && !at && !filter.until;
    // Depends on less than it reads: the key has the filter
    useEffect(() => {
        let isOver = false;
        setLoading(true);
        // Another question: lines of the one before are no answer to it.
        if (asked.current !== key) setBuffer(emptyBuffer);
        asked.current = key;
        const question = at ? around(id, at, filter.run) : fetchLines(id, { ...queryOf(filter), tail: String(window) });
        void question.then((answer) => {
            if (isOver) return;
            setLoading(false);
            setFailure(answer.ok ? undefined : answer.failure);
            if (answer.ok)
                setBuffer({
                    ...emptyBuffer,
                    lines: answer.data.lines,
                    isAtBeginning: !at && answer.data.lines.length < window,
                });
        });
        return () => {
            isOver = true;
        };
    }, [key, turn, generation.value]);
    // Depends on less than it reads: the key has the filter
    useEffect(() => {
        if (!isLive) return;
        let waiting: LogLine[] = [];
        let frame = 0;
        const flush = () => {
            const lines = waiting;
            waiting = [];
            frame = 0;
            setBuffer((before) => append(before, lines));
        };
        const cancel = followLog(id, liveFilterOf(filter), {
            onLines: (lines) => {
                waiting.push(...lines);
                if (frame === 0)
                    frame = document.hidden ? Number(setTimeout(flush, 1000)) : requestAnimationFrame(flush);
            },
            onMissed: (count) => setBuffer((before) => ({ ...before, missed: before.missed + count })),
        });
        return cancel;
    }, [key, isLive]);
    // Depends on less than it reads: the key has the filter
    const older = useCallback(async () => {
        const first = latest.current.lines[0];
        if (!first || isFetching.current || latest.current.isAtBeginning) return;
        isFetching.current = true;
        // A flood writes thousands of lines in one moment: more are asked for until there is one that is not held yet.
        // What does not fit into one answer even then is passed by, and said to be missing.
        let isPassing = false;
        for (let tail = window; ; tail = Math.min(tail * 5, mostAsked)) {
            const until = isPassing ? first.time : momentAfter(first.time);
            const answer = await fetchLines(id, { ...queryOf(filter), until, tail: String(tail) });
            if (!answer.ok) break;
            const { lines } = answer.data;
            const isAll = lines.length < tail;
            if (isAll || isPassing || hasOlder(latest.current, lines)) {
                const missed = isPassing ? 1 : 0;
                setBuffer((before) => ({ ...prepend(before, lines, isAll), missed: before.missed + missed }));
                break;
            }
            isPassing = tail === mostAsked;
        }
        isFetching.current = false;
    }, [key]);
    const again = useCallback(() => setTurn((before) => before + 1), []);
    return { buffer, isLoading, failure, older, again };
}
