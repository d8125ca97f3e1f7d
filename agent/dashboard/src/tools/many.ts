// Reads something of many servers, a few at a time; one that does not answer never holds up the rest.
import { useEffect, useState } from "preact/hooks";
import { type Failure, get, type Options, type Path } from "../api/client";
import type { Server } from "../api/types";
import { inBatches } from "../servers/decide";

export interface OfServer<T> {
    server: Server;
    data?: T;
    failure?: Failure;
}

/** Answers that come within so long are drawn together. */
const togetherMs = 120;

export function useMany<T>(
    path: Path,
    list: readonly Server[],
    optionsFor: (server: Server) => Options = ({ id }) => ({ parts: { id } }),
): ReadonlyMap<string, OfServer<T>> {
    const [known, setKnown] = useState<ReadonlyMap<string, OfServer<T>>>(new Map());
    const key = list.map((server) => `${server.id}${server.run}${server.status}`).join();
    // Depends on less than it reads: the key names servers and their runs
    useEffect(() => {
        const abort = new AbortController();
        let fresh: [string, OfServer<T>][] = [];
        let timer: ReturnType<typeof setTimeout> | undefined;
        const show = () => {
            clearTimeout(timer);
            timer = undefined;
            const come = fresh;
            fresh = [];
            if (come.length > 0) setKnown((before) => new Map([...before, ...come]));
        };
        void inBatches(list, 4, async (server) => {
            const answer = await get<T>(path, { ...optionsFor(server), signal: abort.signal });
            if (abort.signal.aborted) return false;
            fresh.push([server.id, answer.ok ? { server, data: answer.data } : { server, failure: answer.failure }]);
            timer ??= setTimeout(show, togetherMs);
            return answer.ok;
        }).then(show);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [key, path]);
    return known;
}
