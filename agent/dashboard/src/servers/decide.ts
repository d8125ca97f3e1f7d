// What the list of servers decides: which are shown, in which order, what their numbers are. Pure.
import type { Server } from "../api/types";

export interface Filter {
    q: string;
    status: string;
    health: string;
    type: string;
    label: string;
}

export const sortKeys = ["name", "status", "health", "memory", "cpu", "restarts", "updated"] as const;
export type SortKey = (typeof sortKeys)[number];
export interface Sort {
    key: SortKey;
    descending: boolean;
}

/** What a server runs, as one line: its address, its package, its image or its command. */
export function sourceOf(server: Server): string {
    if (server.url) return server.url;
    if (server.image) return server.image;
    for (const kind of ["npm", "pypi", "go", "cargo", "mcpb", "binary"] as const) {
        const from = server[kind];
        if (from) return `${kind}:${from.package}${from.pin ? `@${from.pin.version}` : ""}`;
    }
    return [server.command ?? "", ...(server.args ?? [])].join(" ").trim();
}

export function isAsleep(server: Server): boolean {
    return server.status === "stopped" && server.statusReason === "asleep";
}

/** Whether MCP can be asked of it. What cannot answer is not asked: the refusal would stand among the agent's errors. */
export function canAnswer(server: Server): boolean {
    return server.status === "running" || isAsleep(server);
}

/** Where long names differ is mostly at their ends. */
export function shortName(name: string, most = 11): string {
    const letters = [...name];
    if (letters.length <= most) return name;
    const end = Math.floor(most / 2) - 1;
    return `${letters.slice(0, most - end - 1).join("")}…${letters.slice(-end).join("")}`;
}

/** What does not answer shows its address, not what was measured before. */
export function hasMeters(server: Server): boolean {
    return server.status === "running" && !(server.type === "remote" && server.healthStatus === "unhealthy");
}

/** The last thing that went wrong, in one line; nothing when nothing is known to be wrong. */
export function troubleOf(server: Server): string {
    const said = server.lastError?.error ?? server.statusReason ?? "";
    if (server.status === "error" || server.status === "unknown") return said;
    if (server.status === "starting" && server.statusReason === "restarting") return said;
    return server.healthStatus === "unhealthy" ? (server.statusReason ?? "") : "";
}

export function labelsOf(server: Server): string[] {
    return Object.entries(server.config?.labels ?? {}).map(([key, value]) => (value ? `${key}=${value}` : key));
}

/** Every word of the search is somewhere in the name, the source or a label, or is the beginning of the id. */
export function matches(server: Server, filter: Filter): boolean {
    if (filter.status && server.status !== filter.status) return false;
    if (filter.health && server.healthStatus !== filter.health) return false;
    if (filter.type && server.type !== filter.type) return false;
    if (
        filter.label &&
        !labelsOf(server).some((label) => label === filter.label || label.startsWith(`${filter.label}=`))
    ) {
        return false;
    }
    const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return true;
    const text = `${server.name}\n${sourceOf(server)}\n${labelsOf(server).join("\n")}`.toLowerCase();
    return words.every((word) => text.includes(word) || (word.length > 3 && server.id.startsWith(word)));
}

const statusOrder = ["error", "running", "starting", "stopping", "unknown", "stopped"];
const healthOrder = ["unhealthy", "healthy", "unknown"];
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

type Figures = (id: string) => { memory: number; cpu: number };

function isUnwell(server: Server): boolean {
    return server.status === "running" && server.healthStatus === "unhealthy";
}

function rank(server: Server, key: SortKey, figures: Figures): number {
    switch (key) {
        case "status":
            // What runs and is unwell comes before what runs.
            return statusOrder.indexOf(server.status) - (isUnwell(server) ? 0.5 : 0);
        case "health":
            return healthOrder.indexOf(server.healthStatus);
        case "memory":
            return -figures(server.id).memory;
        case "cpu":
            return -figures(server.id).cpu;
        case "restarts":
            return -(server.restartCount ?? 0);
        case "updated":
            return -Date.parse(server.updatedAt);
        default:
            return 0;
    }
}

/** A new list in order; equals stay by name, so that a list does not jump. */
export function sorted(list: readonly Server[], sort: Sort, figures: Figures): Server[] {
    const direction = sort.descending ? -1 : 1;
    return [...list].sort((left, right) => {
        const by = rank(left, sort.key, figures) - rank(right, sort.key, figures);
        const named = byName.compare(left.name, right.name);
        if (sort.key === "name") return direction * named;
        return by !== 0 ? direction * by : named;
    });
}

/** The same order as before for those that were there, new ones at their end: for while somebody moves by the keys. */
export function frozen(list: readonly Server[], order: readonly string[]): Server[] {
    const byId = new Map(list.map((server) => [server.id, server]));
    const out: Server[] = [];
    for (const id of order) {
        const server = byId.get(id);
        if (server) out.push(server);
        byId.delete(id);
    }
    return [...out, ...byId.values()];
}

export interface Counts {
    total: number;
    running: number;
    error: number;
    unhealthy: number;
    asleep: number;
}

export function countsOf(list: readonly Server[]): Counts {
    const counts: Counts = { total: list.length, running: 0, error: 0, unhealthy: 0, asleep: 0 };
    for (const server of list) {
        if (server.status === "running") counts.running += 1;
        if (server.status === "error") counts.error += 1;
        if (server.healthStatus === "unhealthy") counts.unhealthy += 1;
        if (isAsleep(server)) counts.asleep += 1;
    }
    return counts;
}

export interface Group {
    name: string;
    servers: Server[];
}

/** In groups by `by`: "status", "type", or the key of a label; those without it come last, with no name. */
export function groupsOf(list: readonly Server[], by: string): Group[] {
    const groups = new Map<string, Server[]>();
    for (const server of list) {
        const labels = server.config?.labels ?? {};
        const name = by === "status" ? server.status : by === "type" ? server.type : (labels[by] ?? "");
        const own = groups.get(name);
        if (own) own.push(server);
        else groups.set(name, [server]);
    }
    return [...groups]
        .map(([name, servers]) => ({ name, servers }))
        .sort(
            (left, right) =>
                Number(left.name === "") - Number(right.name === "") || byName.compare(left.name, right.name),
        );
}

/** Nothing in it needs anybody. */
export function isAllWell(list: readonly Server[]): boolean {
    return list.every((server) => server.status === "running" && server.healthStatus === "healthy");
}

export type Action = "start" | "stop" | "restart";

/** What can be asked of a server in its state. */
export function canDo(server: Server, action: Action): boolean {
    const isUp = server.status === "running" || server.status === "starting" || server.status === "unknown";
    if (action === "start") return server.status === "stopped" || server.status === "error";
    if (action === "stop")
        return isUp || isAsleep(server) || (server.status === "error" && server.desired === "started");
    return isUp || server.status === "error";
}

/** What it needs next is a start: it does not run, or sleeps until somebody calls. */
export function isDown(server: Server): boolean {
    return (canDo(server, "start") && !canDo(server, "stop")) || isAsleep(server);
}

/** What the page may show at once, before the agent answers: only what it is asked to begin. */
export function expected(server: Server, action: Action): Server {
    return { ...server, status: action === "stop" ? "stopping" : "starting", statusReason: undefined };
}

/** Runs the work for each, at most `width` at once, and returns the names of those it failed for. */
export async function inBatches<T>(
    items: readonly T[],
    width: number,
    work: (item: T) => Promise<boolean>,
): Promise<T[]> {
    const failed: T[] = [];
    let next = 0;
    const worker = async () => {
        while (next < items.length) {
            const item = items[next++] as T;
            if (!(await work(item))) failed.push(item);
        }
    };
    await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
    return failed;
}
