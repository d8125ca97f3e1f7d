// Reads one log: the newest lines, older ones by scrolling, what comes by the live link, a window around one line.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Failure, get } from "../api/client";
import type { LogLine } from "../api/types";
import { followLog, generation } from "../live/store";
import { append, type Buffer, emptyBuffer, type LogFilter, liveFilterOf, prepend, queryOf } from "./buffer";

interface Page {
    lines: LogLine[];
    truncated?: boolean;
}

const window = 500;

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
        const until = new Date(Date.parse(first.time) + 1).toISOString();
        const answer = await fetchLines(id, { ...queryOf(filter), until, tail: String(window) });
        isFetching.current = false;
        if (answer.ok) setBuffer((before) => prepend(before, answer.data.lines));
    }, [key]);
    const again = useCallback(() => setTurn((before) => before + 1), []);
    return { buffer, isLoading, failure, older, again };
}
