import { describe, expect, it } from "vitest";
import { applyMessages, type Message, type Mirror, parseMessage } from "../src/live/messages";
import { type LinkState, LiveLink, retryDelay, type SocketLike } from "../src/live/socket";

const server = {
    id: "srv_a",
    name: "a",
    createdAt: "x",
    updatedAt: "x",
    status: "stopped",
    healthStatus: "unknown",
    type: "process",
};
const empty: Mirror = { servers: new Map(), stats: new Map() };

describe("the mirror", () => {
    it("follows a server from its making to its end", () => {
        let mirror = applyMessages(empty, [{ type: "server:created", data: server }], 0);
        expect(mirror.servers.get("srv_a")?.name).toBe("a");
        mirror = applyMessages(mirror, [{ type: "server:status", data: { ...server, status: "running" } }], 0);
        expect(mirror.servers.get("srv_a")?.status).toBe("running");
        mirror = applyMessages(mirror, [{ type: "server:deleted", data: { id: "srv_a" } }], 0);
        expect(mirror.servers.size).toBe(0);
    });
    it("is the same object when nothing changed", () => {
        expect(applyMessages(empty, [{ type: "heartbeat", data: {} }, { type: "server:status" }], 0)).toBe(empty);
    });
    it("keeps a bounded trail and never makes up a figure", () => {
        const said = (memoryBytes?: number): Message => ({
            type: "server:stats",
            data: { id: "srv_a", calls: 1, ...(memoryBytes ? { memoryBytes } : {}) },
        });
        let mirror = empty;
        for (let turn = 0; turn < 100; turn += 1) mirror = applyMessages(mirror, [said(1000 + turn)], turn);
        expect(mirror.stats.get("srv_a")?.memory).toHaveLength(60);
        mirror = applyMessages(mirror, [said()], 100);
        expect(mirror.stats.get("srv_a")?.memory).toEqual([]);
        expect(mirror.stats.get("srv_a")?.cpu).toEqual([]);
    });
    it("takes foreign text for nothing", () => {
        for (const text of ["", "[", "null", "1", '{"type":1}', undefined]) expect(parseMessage(text)).toBeUndefined();
    });
});

class FakeSocket implements SocketLike {
    sent: string[] = [];
    onopen: ((event: never) => unknown) | null = null;
    onmessage: ((event: { data: unknown }) => unknown) | null = null;
    onclose: ((event: { code: number }) => unknown) | null = null;
    constructor(readonly address: string) {}
    send(text: string) {
        this.sent.push(text);
    }
    close() {}
    say(message: unknown) {
        this.onmessage?.({ data: JSON.stringify(message) });
    }
}

function world() {
    const sockets: FakeSocket[] = [];
    const timers: (() => void)[] = [];
    const seen = { states: [] as LinkState[], messages: [] as Message[], resets: 0, ended: 0 };
    const link = new LiveLink({
        open: (address) => {
            const socket = new FakeSocket(address);
            sockets.push(socket);
            return socket;
        },
        later: (work) => {
            timers.push(work);
            return () => {
                const at = timers.indexOf(work);
                if (at >= 0) timers.splice(at, 1);
            };
        },
        onMessage: (message) => seen.messages.push(message),
        onState: (state) => seen.states.push(state),
        onReset: () => {
            seen.resets += 1;
        },
        onSessionEnd: () => {
            seen.ended += 1;
        },
    });
    return { link, sockets, timers, seen };
}
const hello = (boot: string, seq: number) => ({ type: "hello", data: { seq, boot, heartbeatMs: 1000 } });

describe("the live link", () => {
    it("subscribes when it is open, and again after a break, from where it was", () => {
        const { link, sockets, timers, seen } = world();
        link.subscribe({ topic: "servers" });
        link.start();
        expect(sockets[0]?.sent).toEqual([]);
        sockets[0]?.onopen?.(undefined as never);
        expect(JSON.parse(sockets[0]?.sent[0] ?? "")).toEqual({ type: "subscribe", id: 1, topic: "servers" });
        sockets[0]?.say(hello("b1", 4));
        sockets[0]?.say({ type: "server:status", data: server, seq: 7 });
        sockets[0]?.onclose?.({ code: 1006 });
        expect(seen.states.at(-1)).toBe("away");
        timers.at(-1)?.();
        expect(sockets[1]?.address).toBe("ws?after=7&boot=b1");
        sockets[1]?.onopen?.(undefined as never);
        expect(sockets[1]?.sent).toHaveLength(1);
        sockets[1]?.say(hello("b1", 9));
        expect(seen.states.at(-1)).toBe("live");
        expect(seen.resets).toBe(0);
    });
    it("reads everything again when the agent is another or says reset", () => {
        const { link, sockets, timers, seen } = world();
        link.start();
        sockets[0]?.say(hello("b1", 4));
        sockets[0]?.say({ type: "reset", data: { reason: "gone" } });
        expect(seen.resets).toBe(1);
        sockets[0]?.onclose?.({ code: 1001 });
        timers.at(-1)?.();
        sockets[1]?.say(hello("b2", 1));
        expect(seen.resets).toBe(2);
    });
    it("ends with its session and does not try again", () => {
        const { link, sockets, timers, seen } = world();
        link.start();
        sockets[0]?.onclose?.({ code: 4401 });
        expect(seen.ended).toBe(1);
        expect(timers).toHaveLength(0);
        expect(sockets).toHaveLength(1);
    });
    it("gives up a link that is silent", () => {
        const { link, sockets, timers, seen } = world();
        link.start();
        sockets[0]?.say(hello("b1", 4));
        timers[0]?.();
        expect(seen.states.at(-1)).toBe("away");
    });
    it("waits longer each time, but never long", () => {
        expect(retryDelay(1, 1)).toBeLessThan(retryDelay(4, 1));
        expect(retryDelay(50, 1)).toBeLessThanOrEqual(15000);
    });
});
