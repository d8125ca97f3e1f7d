// When each server last went wrong: from the agent's events, kept true by those that come.
import { computed, signal } from "@preact/signals";
import { get } from "../api/client";
import type { AgentEvent } from "../api/types";
import { isFailure } from "../events/decide";
import { recentEvents } from "../live/store";

export interface Trouble {
    at: string;
    message: string;
}

/** The newest failure of each server among events, oldest first. */
export function troublesOf(events: readonly AgentEvent[]): Map<string, Trouble> {
    const found = new Map<string, Trouble>();
    for (const event of events)
        if (event.serverId && isFailure(event)) found.set(event.serverId, { at: event.at, message: event.message });
    return found;
}

const past = signal<readonly AgentEvent[]>([]);
export const lastTroubles = computed(() => new Map([...troublesOf(past.value), ...troublesOf(recentEvents.value)]));

export async function readTroubles(): Promise<void> {
    const answer = await get<AgentEvent[]>("/api/events", { query: { limit: 5000 } });
    if (answer.ok) past.value = answer.data.filter(isFailure);
}
