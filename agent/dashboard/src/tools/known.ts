// Tools that this page has seen, for the palette. Bounded by the servers there are.
import { signal } from "@preact/signals";
import { get } from "../api/client";
import type { Tool } from "../api/types";
import { servers } from "../live/store";
import { inBatches } from "../servers/decide";

export const knownTools = signal<ReadonlyMap<string, readonly Tool[]>>(new Map());
const mostAsked = 100;

export function learnTools(id: string, tools: readonly Tool[]): void {
    const next = new Map(knownTools.value);
    next.set(id, tools);
    knownTools.value = next;
}

/** Of servers that this page has not looked into, what they offered when they were last seen. All at once, at the end. */
export async function learnKept(): Promise<void> {
    const unknown = servers.value
        .filter((server) => !knownTools.value.has(server.id) && server.config?.transport !== "none")
        .slice(0, mostAsked);
    const found = new Map<string, readonly Tool[]>();
    await inBatches(unknown, 4, async (server) => {
        const answer = await get<Tool[] | null>("/api/servers/{id}/tools", {
            parts: { id: server.id },
            query: { kept: "1" },
        });
        if (answer.ok) found.set(server.id, answer.data ?? []);
        return answer.ok;
    });
    if (found.size > 0) knownTools.value = new Map([...knownTools.value, ...found]);
}
