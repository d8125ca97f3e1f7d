// Calls made from this page: kept while it is open, bounded, to be run again or copied.
import { signal } from "@preact/signals";
import { type Failure, type Head, send } from "../api/client";
import type { CallResult } from "../api/types";
import { quoted } from "../servers/definition";

export interface Call {
    id: number;
    serverId: string;
    serverName: string;
    tool: string;
    arguments: unknown;
    at: string;
    ms?: number;
    result?: CallResult;
    failure?: Failure;
    /** Of the agent's answer, as HTTP has it. */
    head?: Head;
    status: "running" | "ok" | "tool-error" | "failed" | "cancelled";
}

export const calls = signal<readonly Call[]>([]);
const most = 50;
let nextId = 1;
const running = new Map<number, AbortController>();

function change(id: number, part: Partial<Call>): void {
    calls.value = calls.value.map((call) => (call.id === id ? { ...call, ...part } : call));
}

export async function callTool(server: { id: string; name: string }, tool: string, values: unknown): Promise<number> {
    const id = nextId++;
    const abort = new AbortController();
    running.set(id, abort);
    const call: Call = {
        id,
        serverId: server.id,
        serverName: server.name,
        tool,
        arguments: values,
        at: new Date().toISOString(),
        status: "running",
    };
    calls.value = [call, ...calls.value].slice(0, most);
    const from = performance.now();
    const answer = await send<CallResult>(
        "POST",
        "/api/servers/{id}/tools/{tool}/call",
        { arguments: values },
        { parts: { id: server.id, tool }, signal: abort.signal, onHead: (head) => change(id, { head }) },
    );
    running.delete(id);
    const ms = performance.now() - from;
    if (answer.ok) change(id, { ms, result: answer.data, status: answer.data?.isError ? "tool-error" : "ok" });
    else if (answer.failure.code === "ABORTED") change(id, { ms, status: "cancelled" });
    else change(id, { ms, failure: answer.failure, status: "failed" });
    return id;
}

export function stopCall(id: number): void {
    running.get(id)?.abort();
}

export function asCommand(call: Pick<Call, "serverName" | "tool" | "arguments">): string {
    return `mcpm call ${quoted(call.serverName)} ${quoted(call.tool)} --args ${quoted(JSON.stringify(call.arguments))}`;
}

export function asRequest(call: Pick<Call, "serverId" | "tool" | "arguments">, origin: string): string {
    const body = quoted(JSON.stringify({ arguments: call.arguments }));
    return `curl -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d ${body} ${origin}/api/servers/${call.serverId}/tools/${encodeURIComponent(call.tool)}/call`;
}
