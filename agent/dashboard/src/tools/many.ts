// Reads something of many servers, a few at a time; one that does not answer never holds up the rest.
import { useEffect, useState } from "preact/hooks";
import { type Failure, get, type Path } from "../api/client";
import type { Server } from "../api/types";
import { inBatches } from "../servers/decide";

export interface OfServer<T> {
    server: Server;
    data?: T;
    failure?: Failure;
}

export function useMany<T>(path: Path, list: readonly Server[]): ReadonlyMap<string, OfServer<T>> {
    const [known, setKnown] = useState<ReadonlyMap<string, OfServer<T>>>(new Map());
    const key = list.map((server) => `${server.id}${server.run}`).join();
    // Depends on less than it reads: the key names servers and their runs
    useEffect(() => {
        const abort = new AbortController();
        void inBatches(list, 4, async (server) => {
            const answer = await get<T>(path, { parts: { id: server.id }, signal: abort.signal });
            if (abort.signal.aborted) return false;
            setKnown((before) =>
                new Map(before).set(
                    server.id,
                    answer.ok ? { server, data: answer.data } : { server, failure: answer.failure },
                ),
            );
            return answer.ok;
        });
        return () => abort.abort();
    }, [key, path]);
    return known;
}
