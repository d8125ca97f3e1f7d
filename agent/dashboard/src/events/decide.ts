// Which events are failures, and what was read together with what came since. Pure.
import type { AgentEvent } from "../api/types";

export function isFailure(event: AgentEvent): boolean {
    const detail = (event.detail ?? {}) as Record<string, unknown>;
    return /failed|unhealthy|crash|lost|error/.test(event.type) || detail["status"] === "error";
}

/** What was read and what came since, once each, newest first. */
export function merged(read: readonly AgentEvent[], live: readonly AgentEvent[]): AgentEvent[] {
    const all = new Map([...read, ...live].map((event) => [event.sequence, event]));
    return [...all.values()].sort((left, right) => right.sequence - left.sequence);
}
