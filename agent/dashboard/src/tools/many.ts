// Reads something of many servers, a few at a time; one that does not answer never holds up the rest.
import { useEffect, useState } from "preact/hooks";
import type { Server } from "../api/types";
import { inBatches } from "../servers/decide";

/** What comes within so long is drawn at once, so that a list does not grow from within. */
const firstMs = 700;
/** What comes later is drawn together with what comes within so long. */
const togetherMs = 200;

/** `read` never fails: what it gives says so. */
export function useMany<T>(
    list: readonly Server[],
    read: (server: Server, signal: AbortSignal) => Promise<T>,
): ReadonlyMap<string, T> {
    const [known, setKnown] = useState<ReadonlyMap<string, T>>(new Map());
    const key = list.map((server) => `${server.id}${server.run}${server.status}`).join();
    // Depends on less than it reads: the key names servers and their runs
    useEffect(() => {
        const abort = new AbortController();
        let fresh: [string, T][] = [];
        let timer: ReturnType<typeof setTimeout> | undefined;
        const show = () => {
            clearTimeout(timer);
            timer = undefined;
            const come = fresh;
            fresh = [];
            if (come.length > 0 && !abort.signal.aborted) setKnown((before) => new Map([...before, ...come]));
        };
        timer = setTimeout(show, firstMs);
        void inBatches(list, 4, async (server) => {
            const found = await read(server, abort.signal);
            if (abort.signal.aborted) return false;
            fresh.push([server.id, found]);
            timer ??= setTimeout(show, togetherMs);
            return true;
        }).then(show);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [key]);
    return known;
}
