// What the agent says over /ws, and how the mirror of the servers changes by it. Pure.
import type { AgentEvent, LogLine, Server } from "../api/types";

export interface Message {
    type: string;
    data?: unknown;
    seq?: number;
    timestamp?: string;
    [key: string]: unknown;
}

export interface Mirror {
    servers: ReadonlyMap<string, Server>;
    stats: ReadonlyMap<string, StatsTrail>;
}

/** The newest figures of a server and enough of the past for a sparkline. */
export interface StatsTrail {
    now: Figures;
    at: number;
    memory: number[];
    cpu: number[];
    calls: number[];
}

export interface Figures {
    memoryBytes?: number;
    cpuPercent?: number;
    processes?: number;
    calls?: number;
    errors?: number;
}

const trailLength = 60;

export function parseMessage(text: unknown): Message | undefined {
    if (typeof text !== "string") return undefined;
    try {
        const json: unknown = JSON.parse(text);
        if (typeof json !== "object" || json === null) return undefined;
        const message = json as Message;
        return typeof message.type === "string" ? message : undefined;
    } catch {
        return undefined;
    }
}

function keep(list: readonly number[], value: number): number[] {
    return [...list.slice(-(trailLength - 1)), value];
}

function figuresOf(data: unknown): Figures {
    const said = data as Record<string, unknown>;
    const figures: Figures = {};
    for (const key of ["memoryBytes", "cpuPercent", "processes", "calls", "errors"] as const) {
        if (typeof said[key] === "number") figures[key] = said[key];
    }
    return figures;
}

/** What is not said is not drawn as nothing: the line ends there. Calls are those since the last figures. */
export function trailWith(before: StatsTrail | undefined, now: Figures, at: number): StatsTrail {
    const more = (list: readonly number[] | undefined, value: number | undefined) =>
        value === undefined ? [] : keep(list ?? [], value);
    const calls = (now.calls ?? 0) - (before?.now.calls ?? now.calls ?? 0);
    return {
        now,
        at,
        memory: more(before?.memory, now.memoryBytes),
        cpu: more(before?.cpu, now.cpuPercent),
        calls: keep(before?.calls ?? [], Math.max(0, calls)),
    };
}

function serverOf(data: unknown): Partial<Server> & { id?: string } {
    if (typeof data !== "object" || data === null) return {};
    const outer = data as Record<string, unknown>;
    const inner = typeof outer["server"] === "object" && outer["server"] !== null ? outer["server"] : outer;
    const found = inner as Record<string, unknown>;
    const id = found["id"] ?? found["serverId"] ?? (typeof outer["server"] === "string" ? outer["server"] : undefined);
    return { ...(found as Partial<Server>), id: typeof id === "string" ? id : undefined };
}

/** The mirror after these messages. The same object when nothing changed, so that nothing is drawn again. */
export function applyMessages(mirror: Mirror, messages: readonly Message[], now: number): Mirror {
    let servers: Map<string, Server> | undefined;
    let stats: Map<string, StatsTrail> | undefined;
    for (const message of messages) {
        const change = serverOf(message.data);
        if (!change.id) continue;
        const known = (servers ?? mirror.servers).get(change.id);
        switch (message.type) {
            case "server:deleted":
                servers ??= new Map(mirror.servers);
                servers.delete(change.id);
                break;
            case "server:created":
                servers ??= new Map(mirror.servers);
                servers.set(change.id, change as Server);
                break;
            case "server:updated":
            case "server:status":
            case "server:health":
                if (!known && !change.name) break;
                servers ??= new Map(mirror.servers);
                servers.set(change.id, mergeServer(known, change));
                break;
            case "server:stats": {
                stats ??= new Map(mirror.stats);
                stats.set(change.id, trailWith(stats.get(change.id), figuresOf(message.data), now));
                break;
            }
        }
    }
    return servers || stats ? { servers: servers ?? mirror.servers, stats: stats ?? mirror.stats } : mirror;
}

/** A whole server replaces; a part of one is laid over what is known. */
function mergeServer(known: Server | undefined, change: Partial<Server>): Server {
    if (change.name && change.createdAt && change.status) return change as Server;
    return { ...(known as Server), ...change } as Server;
}

export function isLogLine(data: unknown): data is LogLine {
    return typeof data === "object" && data !== null && typeof (data as LogLine).text === "string";
}

export function isEvent(data: unknown): data is AgentEvent {
    return typeof data === "object" && data !== null && typeof (data as AgentEvent).message === "string";
}
