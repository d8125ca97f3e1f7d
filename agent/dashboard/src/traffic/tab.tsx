// What passes between agent and server, as it passes. Read as a stream of JSON lines; bounded; nothing is kept.
import { useEffect, useRef, useState } from "preact/hooks";
import { basePath, fill } from "../api/client";
import type { Server } from "../api/types";
import { Chips } from "../parts/chips";
import { Columns } from "../parts/columns";
import { bytes, clock, exact, milliseconds } from "../parts/format";
import { JsonTree } from "../parts/json";
import { Empty, Notice } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { useAddress } from "../parts/use";
import { t } from "../texts";

interface Message {
    key: number;
    time?: string;
    direction?: string;
    kind?: string;
    client?: string;
    method?: string;
    name?: string;
    durationMs?: number;
    outcome?: string;
    bytes?: number;
    body?: unknown;
    missed?: number;
}

const most = 500;

async function follow(
    address: string,
    signal: AbortSignal,
    onMessage: (message: Omit<Message, "key">) => void,
): Promise<void> {
    const answer = await fetch(address, { signal, credentials: "same-origin" });
    const reader = answer.ok ? answer.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
    let rest = "";
    while (reader) {
        const { done, value } = await reader.read();
        if (done) return;
        const lines = (rest + value).split("\n");
        rest = (lines.pop() ?? "").slice(-1_000_000);
        for (const line of lines) {
            try {
                if (line.trim()) onMessage(JSON.parse(line) as Message);
            } catch {
                // A line that is cut is left out.
            }
        }
    }
}

function isFailure(message: Message): boolean {
    return message.outcome === "error" || message.outcome === "tool-error" || message.kind === "error";
}

/** What was asked for: a method, and which of its kind. */
const whatOf = (message: Message) => `${message.method ?? message.kind ?? ""} ${message.name ?? ""}`.trim();

function Row({ message, onPick }: { message: Message; onPick: (key: string, value: string | undefined) => void }) {
    const [isOpen, setOpen] = useState(false);
    if (message.kind === "lagged")
        return (
            <tr>
                <td colSpan={6} class="trouble">
                    {t.traffic.missed(message.missed ?? 0)}
                </td>
            </tr>
        );
    return (
        <>
            <tr>
                <td class="number" title={exact(message.time ?? "")}>
                    {clock(message.time ?? "")}
                </td>
                <td>{message.direction === "to-server" ? `→ ${t.traffic.toServer}` : `← ${t.traffic.toClient}`}</td>
                <th scope="row">
                    <button type="button" class="mono" onClick={() => onPick("what", whatOf(message))}>
                        {whatOf(message)}
                    </button>{" "}
                    {isFailure(message) && <span class="badge bad">{message.outcome ?? message.kind}</span>}
                    {message.body !== undefined && (
                        <SmallButton class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                            {t.tools.json}
                        </SmallButton>
                    )}
                </th>
                <td data-label={t.traffic.columns.client}>
                    {message.client && (
                        <button type="button" class="chip" onClick={() => onPick("client", message.client)}>
                            {message.client}
                        </button>
                    )}
                </td>
                <td class="number" data-label={t.traffic.columns.took}>
                    {message.durationMs === undefined ? "" : milliseconds(message.durationMs)}
                </td>
                <td class="number" data-label={t.traffic.columns.size}>
                    {message.bytes === undefined ? "" : bytes(message.bytes)}
                </td>
            </tr>
            {isOpen && (
                <tr>
                    <td colSpan={6} class="whole">
                        <div class="code-box">
                            <JsonTree value={message.body} isOpen />
                        </div>
                    </td>
                </tr>
            )}
        </>
    );
}

export default function TrafficTab({ server }: { server: Server }) {
    const [messages, setMessages] = useState<readonly Message[]>([]);
    const [isPaused, setPaused] = useState(false);
    const [isFull, setFull] = useState(true);
    const [address, set] = useAddress();
    const [client, what] = [address.get("client") ?? "", address.get("what") ?? ""];
    const isOnlyFailures = address.get("failures") === "1";
    const next = useRef(1);
    const isRunning = server.status === "running";
    useEffect(() => {
        if (isPaused || !isRunning) return;
        const abort = new AbortController();
        const address =
            basePath() + fill("/api/servers/{id}/trace", { id: server.id }, { follow: "1", full: isFull }).slice(1);
        void follow(address, abort.signal, (message) =>
            setMessages((before) => [{ ...message, key: next.current++ }, ...before].slice(0, most)),
        ).catch(() => undefined);
        return () => abort.abort();
    }, [server.id, isPaused, isFull, isRunning]);
    const fitting = messages.filter(
        (message) => (!client || message.client === client) && (!what || whatOf(message) === what),
    );
    const failures = fitting.filter(isFailure);
    const slowest = Math.max(0, ...fitting.map((message) => message.durationMs ?? 0));
    const shown = isOnlyFailures ? failures : fitting;
    const { columns } = t.traffic;
    return (
        <div class="stack tight">
            <p class="small muted">{t.traffic.intro}</p>
            <div class="toolbar row">
                <button type="button" class="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
                    {isPaused ? t.traffic.resume : t.traffic.pause}
                </button>
                <button type="button" class="button" onClick={() => setMessages([])}>
                    {t.traffic.clear}
                </button>
                <button type="button" class="button" aria-pressed={isFull} onClick={() => setFull(!isFull)}>
                    {t.traffic.full}
                </button>
                <button
                    type="button"
                    class="button"
                    aria-pressed={isOnlyFailures}
                    onClick={() => set({ failures: isOnlyFailures ? undefined : "1" })}
                >
                    {t.traffic.only}
                </button>
                <span class="small muted number">
                    {t.traffic.summary(fitting.length, failures.length, milliseconds(slowest))}
                </span>
            </div>
            <Chips
                rows={[["client", columns.client, client] as const, ["what", columns.method, what] as const].filter(
                    ([, , value]) => value,
                )}
                set={set}
            />
            {!isRunning && <Notice>{t.traffic.notRunning}</Notice>}
            {shown.length === 0 && isRunning && (
                <Empty title={messages.length > 0 ? t.traffic.noHits : t.traffic.waiting} />
            )}
            {shown.length > 0 && (
                <Columns id="traffic" from={4} names={[columns.client, columns.took, columns.size]}>
                    <div class="table-wrap rows" role="region" aria-label={t.server.tabs.traffic} tabIndex={0}>
                        <table>
                            <thead>
                                <tr>
                                    <th>{columns.time}</th>
                                    <th>{columns.direction}</th>
                                    <th>{columns.method}</th>
                                    <th>{columns.client}</th>
                                    <th class="number">{columns.took}</th>
                                    <th class="number">{columns.size}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {shown.map((message) => (
                                    <Row
                                        key={message.key}
                                        message={message}
                                        onPick={(key, value) => set({ [key]: value })}
                                    />
                                ))}
                            </tbody>
                        </table>
                    </div>
                </Columns>
            )}
        </div>
    );
}
