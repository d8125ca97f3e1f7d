// What the agent says over /ws, and how the mirror of the servers changes by it. Pure.
import type { AgentEvent, LogLine, Server } from "../api/types";

export interface Message {
    type: string;
    data?: unknown;
    seq?: number;
    timestamp?: string;
    [key: string]: unknown;
}

export type Mirror = ReadonlyMap<string, Server>;

/** The newest figures of a server and enough of the past for a sparkline. */
export interface StatsTrail {
    now: Figures;
    at: number;
    memory: number[];
    cpu: number[];
    calls: number[];
    /** Of the newest point. */
    point: { at: number; calls: number };
}

export interface Figures {
    memoryBytes?: number;
    cpuPercent?: number;
    processes?: number;
    calls?: number;
    errors?: number;
}

const trailLength = 60;
/** However often figures come, a line gets at most one point in this time. */
const pointMs = 900;

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

/** What is not said is not drawn as nothing: the line ends there. Calls are those since the last point. */
export function trailWith(before: StatsTrail | undefined, now: Figures, at: number): StatsTrail {
    const calls = now.calls ?? before?.point.calls ?? 0;
    const isPoint = before === undefined || at - before.point.at >= pointMs;
    const more = (list: readonly number[] | undefined, value: number | undefined) => {
        if (value === undefined) return [];
        return list && list.length > 0 && !isPoint ? (list as number[]) : keep(list ?? [], value);
    };
    const drawn = { memory: more(before?.memory, now.memoryBytes), cpu: more(before?.cpu, now.cpuPercent) };
    if (before && !isPoint) return { ...before, ...drawn, now, at };
    const made = keep(before?.calls ?? [], Math.max(0, calls - (before?.point.calls ?? calls)));
    return { now, at, ...drawn, calls: made, point: { at, calls } };
}

/** The figures among these messages, by server, the newest of each. */
export function figuresAmong(messages: readonly Message[]): Map<string, Figures> {
    const found = new Map<string, Figures>();
    for (const message of messages) {
        if (message.type !== "server:stats") continue;
        const { id } = serverOf(message.data);
        if (id) found.set(id, figuresOf(message.data));
    }
    return found;
}

function serverOf(data: unknown): Partial<Server> & { id?: string } {
    if (typeof data !== "object" || data === null) return {};
    const outer = data as Record<string, unknown>;
    const inner = typeof outer["server"] === "object" && outer["server"] !== null ? outer["server"] : outer;
    const found = inner as Record<string, unknown>;
    const id = found["id"] ?? found["serverId"] ?? (typeof outer["server"] === "string" ? outer["server"] : undefined);
    return { ...(found as Partial<Server>), id: typeof id === "string" ? id : undefined };
}

export function isOfServers(message: Message): boolean {
    return message.type.startsWith("server:") && message.type !== "server:stats";
}

/** The mirror after these messages. The same object when nothing changed, so that nothing is drawn again. */
export function applyMessages(mirror: Mirror, messages: readonly Message[]): Mirror {
    let servers: Map<string, Server> | undefined;
    for (const message of messages) {
        if (message.type === "server:stats") continue;
        const change = serverOf(message.data);
        if (!change.id) continue;
        const known = (servers ?? mirror).get(change.id);
        switch (message.type) {
            case "server:deleted":
                servers ??= new Map(mirror);
                servers.delete(change.id);
                break;
            case "server:created":
                servers ??= new Map(mirror);
                servers.set(change.id, change as Server);
                break;
            case "server:updated":
            case "server:status":
            case "server:health":
                if (!known && !change.name) break;
                servers ??= new Map(mirror);
                servers.set(change.id, mergeServer(known, change));
                break;
        }
    }
    return servers ?? mirror;
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
