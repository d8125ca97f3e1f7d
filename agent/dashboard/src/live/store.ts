// The page's one mirror of the agent: read by /api, kept true by /ws. Pages read its signals and never fetch servers themselves.
import { batch, computed, signal } from "@preact/signals";
import { ask, basePath, type Failure, get, watchAnswers } from "../api/client";
import type { AgentEvent, LogLine, Server, Session } from "../api/types";
import { applyMessages, figuresAmong, isEvent, isLogLine, isOfServers, type Message, type Mirror } from "./messages";
import { type LinkState, LiveLink, type SocketLike } from "./socket";
import { keepFigures, keepOnly } from "./trails";

export const session = signal<Session | undefined>(undefined);
export const sessionEnded = signal(false);
export const mirror = signal<Mirror>(new Map());
export const loaded = signal(false);
export const loadFailure = signal<Failure | undefined>(undefined);
export const linkState = signal<LinkState>("connecting");
export const reachable = signal(true);
export const recentEvents = signal<readonly AgentEvent[]>([]);
/** Counts up when everything that was read is to be read again. */
export const generation = signal(0);
export const servers = computed(() => [...mirror.value.values()]);
export const away = computed(() => !reachable.value || linkState.value === "away");

const eventLimit = 500;
export interface LogListener {
    onLines: (lines: LogLine[]) => void;
    onMissed: (count: number) => void;
}
const logListeners = new Map<number, LogListener>();
const eventListeners = new Set<(event: AgentEvent) => void>();

let waiting: Message[] = [];
let isScheduled = false;
const waitingLimit = 20000;

function flush(): void {
    isScheduled = false;
    const messages = waiting;
    waiting = [];
    const events = messages.filter((message) => message.type === "event" && isEvent(message.data));
    if (meanwhile && meanwhile.length < waitingLimit) meanwhile.push(...messages.filter(isOfServers));
    batch(() => {
        mirror.value = applyMessages(mirror.value, messages);
        keepFigures(figuresAmong(messages), Date.now());
        if (events.length > 0) {
            const fresh = events.map((message) => message.data as AgentEvent);
            const last = recentEvents.value.at(-1)?.sequence ?? 0;
            recentEvents.value = [...recentEvents.value, ...fresh.filter((event) => event.sequence > last)].slice(
                -eventLimit,
            );
            for (const event of fresh) for (const listener of eventListeners) listener(event);
        }
    });
}

/** However many come, the page is drawn once a frame; a long list less often; a hidden page once a second. */
function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    if (document.hidden) setTimeout(flush, 1000);
    else setTimeout(() => requestAnimationFrame(flush), Math.min(250, mirror.peek().size / 5));
}

function receive(message: Message, topic: number | undefined): void {
    if (message.type === "server:log") {
        const lines = ((message.data ?? {}) as { lines?: unknown[] }).lines;
        const listener = topic === undefined ? undefined : logListeners.get(topic);
        if (listener && Array.isArray(lines)) listener.onLines(lines.filter(isLogLine));
        return;
    }
    if (message.type === "lagged") {
        const about = (message.data ?? {}) as { topic?: string; missed?: number; id?: number };
        if (about.topic === "logs") logListeners.get(about.id ?? -1)?.onMissed(about.missed ?? 0);
        return;
    }
    if (waiting.length >= waitingLimit) {
        waiting = [];
        void reload();
        return;
    }
    waiting.push(message);
    schedule();
}

function socketAt(address: string): SocketLike {
    const url = new URL(basePath() + address, location.origin);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url) as unknown as SocketLike;
}

export const link = new LiveLink({
    open: socketAt,
    later: (work, ms) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
    },
    onMessage: receive,
    onState: (state) => {
        linkState.value = state;
        if (state === "live") reachable.value = true;
        if (state === "away") void lookAtSession();
    },
    onReset: () => void reload(),
    onSessionEnd: () => {
        sessionEnded.value = true;
    },
});

export function followLog(server: string, filter: Record<string, unknown>, listener: LogListener): () => void {
    const subscription = link.subscribe({ topic: "logs", server, filter });
    logListeners.set(subscription.id, listener);
    return () => {
        logListeners.delete(subscription.id);
        subscription.cancel();
    };
}

export function onEvent(listener: (event: AgentEvent) => void): () => void {
    eventListeners.add(listener);
    return () => eventListeners.delete(listener);
}

/** A browser does not say why a link was refused. When the agent answers and has no session for us, that was it. */
async function lookAtSession(): Promise<void> {
    const answer = await ask<Session>("/api/session");
    if (answer.ok && answer.data?.signedIn === false) sessionEnded.value = true;
}

function take(all: readonly Server[], heard: readonly Message[]): void {
    const fresh = applyMessages(new Map(all.map((server) => [server.id, server])), heard);
    keepOnly(fresh);
    mirror.value = fresh;
    if (loaded.value) generation.value += 1; // else nothing was read before
    loaded.value = true;
    loadFailure.value = undefined;
}

/** What /ws said while everything is read anew: it may be newer than what comes. */
let meanwhile: Message[] | undefined;
export async function reload(): Promise<void> {
    if (meanwhile) return;
    meanwhile = [];
    const answer = await get<Server[]>("/api/servers");
    const heard = meanwhile;
    meanwhile = undefined;
    batch(() => {
        if (answer.ok) take(answer.data, heard);
        else if (answer.failure.code !== "ABORTED") loadFailure.value = answer.failure;
    });
}

/** Puts a server as an answer showed it into the mirror, before /ws says so. */
export function know(server: Server): void {
    mirror.value = new Map(mirror.value).set(server.id, server);
}

export function forget(id: string): void {
    const next = new Map(mirror.value);
    next.delete(id);
    mirror.value = next;
}

const sleepAfterMs = 60000;
function sleepWhenHidden(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener("visibilitychange", () => {
        clearTimeout(timer);
        if (document.hidden) timer = setTimeout(() => link.stop(), sleepAfterMs);
        else link.start();
    });
}

let hasBegun = false;
export function startLive(): void {
    watchAnswers(
        () => {
            sessionEnded.value = true;
        },
        (yes) => {
            if (yes && !reachable.value) link.hurry();
            reachable.value = yes;
        },
    );
    if (!hasBegun) {
        for (const topic of ["servers", "events", "stats"] as const) link.subscribe({ topic });
        sleepWhenHidden();
    }
    hasBegun = true;
    const from = session.peek()?.live;
    if (from) link.beginAt(from.seq, from.boot);
    link.start();
    void reload();
}
