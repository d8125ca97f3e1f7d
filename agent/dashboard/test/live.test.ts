import { describe, expect, it } from "vitest";
import { applyMessages, figuresAmong, type Message, type Mirror, parseMessage, trailWith } from "../src/live/messages";
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
const empty: Mirror = new Map();

describe("the mirror", () => {
    it("follows a server from its making to its end", () => {
        let mirror = applyMessages(empty, [{ type: "server:created", data: server }]);
        expect(mirror.get("srv_a")?.name).toBe("a");
        mirror = applyMessages(mirror, [{ type: "server:status", data: { ...server, status: "running" } }]);
        expect(mirror.get("srv_a")?.status).toBe("running");
        mirror = applyMessages(mirror, [{ type: "server:deleted", data: { id: "srv_a" } }]);
        expect(mirror.size).toBe(0);
    });
    it("is the same object when nothing changed", () => {
        expect(applyMessages(empty, [{ type: "heartbeat", data: {} }, { type: "server:status" }])).toBe(empty);
    });
    it("is not touched by figures", () => {
        const said = { type: "server:stats", data: { id: "srv_a", calls: 1, memoryBytes: "much", cpuPercent: 2 } };
        expect(applyMessages(empty, [said])).toBe(empty);
        expect([...figuresAmong([said, { type: "server:stats" }])]).toEqual([["srv_a", { calls: 1, cpuPercent: 2 }]]);
    });
    it("keeps a bounded trail and never makes up a figure", () => {
        let trail = trailWith(undefined, { calls: 1, memoryBytes: 1 }, 0);
        for (let turn = 1; turn < 100; turn += 1)
            trail = trailWith(trail, { calls: turn, memoryBytes: 1000 + turn }, turn * 1000);
        expect(trail.memory).toHaveLength(60);
        trail = trailWith(trail, { calls: 100 }, 100000);
        expect(trail.memory).toEqual([]);
        expect(trail.cpu).toEqual([]);
    });
    it("draws at most one point a second, and loses no call by it", () => {
        let trail = trailWith(undefined, { calls: 10, memoryBytes: 5 }, 0);
        for (let turn = 1; turn <= 9; turn += 1)
            trail = trailWith(trail, { calls: 10 + turn, memoryBytes: turn }, turn * 90);
        expect([trail.memory, trail.now.calls]).toEqual([[5], 19]);
        trail = trailWith(trail, { calls: 20, memoryBytes: 7 }, 1000);
        expect([trail.memory, trail.calls]).toEqual([
            [5, 7],
            [0, 10],
        ]);
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
    it("begins where the page was read, so that nothing is missed between", () => {
        const { link, sockets, timers, seen } = world();
        link.beginAt(5, "b1");
        link.start();
        expect(sockets[0]?.address).toBe("ws?after=5&boot=b1");
        sockets[0]?.say(hello("b1", 8));
        expect(seen.resets).toBe(0);
        sockets[0]?.say({ type: "server:status", data: server, seq: 6 });
        link.beginAt(2, "b1"); // it knows better
        sockets[0]?.onclose?.({ code: 1006 });
        timers.at(-1)?.();
        expect(sockets[1]?.address).toBe("ws?after=6&boot=b1");
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
