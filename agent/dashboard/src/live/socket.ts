// One WebSocket to the agent: subscribes, resumes, tells when the agent is away. It knows nothing of pages.
import { type Message, parseMessage } from "./messages";

export interface Subscription {
    topic: "servers" | "events" | "stats" | "logs";
    server?: string;
    filter?: Record<string, unknown>;
}

export interface SocketLike {
    send(text: string): void;
    close(code?: number): void;
    onopen: ((event: never) => unknown) | null;
    onmessage: ((event: { data: unknown }) => unknown) | null;
    onclose: ((event: { code: number }) => unknown) | null;
}

export interface Surroundings {
    open(address: string): SocketLike;
    later(work: () => void, ms: number): () => void;
    onMessage(message: Message, topic: number | undefined): void;
    onState(state: LinkState): void;
    /** What was missed cannot be had again: everything is to be read anew. */
    onReset(): void;
    onSessionEnd(): void;
}

export type LinkState = "connecting" | "live" | "away";

/** How long to wait before the attempt after `failures` failed ones: quick at first, never more than 15 s. */
export function retryDelay(failures: number, random: number): number {
    const longest = Math.min(15000, 300 * 2 ** Math.min(failures, 6));
    return Math.round(longest * (0.5 + random / 2));
}

export class LiveLink {
    private socket: SocketLike | undefined;
    private readonly wanted = new Map<number, Subscription>();
    private nextId = 1;
    private failures = 0;
    private sequence: number | undefined;
    private boot: string | undefined;
    private cancelRetry: (() => void) | undefined;
    private cancelSilence: (() => void) | undefined;
    private hasSpoken = false;
    private heartbeatMs = 30000;
    private stopped = true;

    constructor(private readonly around: Surroundings) {}

    /** What is watched goes on from here. Heard before the first connection; later the link knows better itself. */
    beginAt(sequence: number, boot: string): void {
        if (this.sequence !== undefined) return;
        this.sequence = sequence;
        this.boot = boot;
    }

    start(): void {
        if (!this.stopped) return;
        this.stopped = false;
        this.connect();
    }

    stop(): void {
        this.stopped = true;
        this.cancelRetry?.();
        this.endSilence();
        const socket = this.socket;
        this.socket = undefined;
        socket?.close(1000);
    }

    subscribe(subscription: Subscription): { id: number; cancel: () => void } {
        const id = this.nextId++;
        this.wanted.set(id, subscription);
        this.say({ type: "subscribe", id, ...subscription });
        const cancel = () => {
            this.wanted.delete(id);
            this.say({ type: "unsubscribe", id });
        };
        return { id, cancel };
    }

    /** Called when the agent was reached by another way: no need to wait for the next attempt. */
    hurry(): void {
        if (this.stopped || this.socket) return;
        this.cancelRetry?.();
        this.connect();
    }

    private say(message: unknown): void {
        if (this.socket && this.open) this.socket.send(JSON.stringify(message));
    }

    private open = false;

    private connect(): void {
        const resume =
            this.sequence !== undefined && this.boot
                ? `?after=${this.sequence}&boot=${encodeURIComponent(this.boot)}`
                : "";
        this.around.onState(this.failures === 0 ? "connecting" : "away");
        this.open = false;
        const socket = this.around.open(`ws${resume}`);
        this.socket = socket;
        socket.onopen = () => {
            this.open = true;
            for (const [id, subscription] of this.wanted) this.say({ type: "subscribe", id, ...subscription });
        };
        socket.onmessage = (event) => this.receive(socket, event.data);
        socket.onclose = (event) => this.closed(socket, event.code);
    }

    private closed(socket: SocketLike, code: number): void {
        if (this.socket !== socket) return;
        this.socket = undefined;
        this.open = false;
        this.endSilence();
        if (this.stopped) return;
        if (code === 4401) {
            this.stopped = true;
            this.around.onSessionEnd();
            return;
        }
        this.failures += 1;
        this.around.onState("away");
        this.cancelRetry = this.around.later(() => this.connect(), retryDelay(this.failures, Math.random()));
    }

    private receive(socket: SocketLike, data: unknown): void {
        if (this.socket !== socket) return;
        const message = parseMessage(data);
        if (!message) return;
        this.watchSilence(socket);
        if (typeof message.seq === "number" && message.type !== "hello") this.sequence = message.seq;
        const about = (message.data ?? {}) as Record<string, unknown>;
        if (message.type === "hello") this.hello(message, about);
        if (message.type === "reset") this.around.onReset();
        const topic = about["id"];
        this.around.onMessage(message, typeof topic === "number" ? topic : undefined);
    }

    private hello(message: Message, about: Record<string, unknown>): void {
        const boot = String(about["boot"] ?? message["boot"] ?? "");
        const sequence = Number(about["seq"] ?? message.seq ?? 0);
        const heartbeat = Number(about["heartbeatMs"] ?? message["heartbeatMs"] ?? 30000);
        if (heartbeat >= 100) this.heartbeatMs = heartbeat;
        const isAnother = this.boot !== undefined && this.boot !== boot;
        this.boot = boot;
        if (this.sequence === undefined || isAnother) this.sequence = sequence;
        this.failures = 0;
        this.around.onState("live");
        if (isAnother) this.around.onReset();
    }

    private endSilence(): void {
        this.cancelSilence?.();
        this.cancelSilence = undefined;
    }

    /** A link that says nothing for three heartbeats is dead, whatever the system thinks. */
    private watchSilence(socket: SocketLike): void {
        if (this.cancelSilence) {
            this.hasSpoken = true;
            return;
        }
        this.hasSpoken = false;
        // One timer, however much is said: what was heard is looked at when it ends.
        this.cancelSilence = this.around.later(() => {
            this.cancelSilence = undefined;
            if (this.socket !== socket) return;
            if (this.hasSpoken) return this.watchSilence(socket);
            socket.close();
            this.closed(socket, 1006);
        }, this.heartbeatMs * 1.5);
    }
}
