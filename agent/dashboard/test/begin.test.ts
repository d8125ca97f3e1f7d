import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askEarly } from "../src/api/early";
import type { Server, Session } from "../src/api/types";

const server = (name: string, status = "stopped") => ({ id: `srv_${name}`, name, status }) as unknown as Server;
const said = (data: unknown) => ({
    status: 200,
    headers: new Headers(),
    text: async () => JSON.stringify({ success: true, data }),
});

describe("the beginning of a page", () => {
    let asked: string[] = [];
    let answers: ((answer: unknown) => void)[] = [];
    const fetched = (address: string) => {
        asked.push(String(address));
        return new Promise((done) => answers.push(done));
    };
    beforeEach(() => {
        asked = [];
        answers = [];
        vi.resetModules();
        vi.stubGlobal("window", {});
        vi.stubGlobal("document", { querySelector: () => null, hidden: false, addEventListener: () => undefined });
        vi.stubGlobal("requestAnimationFrame", (work: () => void) => work());
        vi.stubGlobal("fetch", fetched);
    });
    afterEach(() => vi.unstubAllGlobals());

    it("takes over the answers that were asked for early, once", async () => {
        const { ask } = await import("../src/api/client");
        askEarly("/");
        answers[0]?.(said({ signedIn: true }));
        expect(await ask<Session>("/api/session")).toMatchObject({ ok: true, data: { signedIn: true } });
        await vi.waitFor(() => expect(asked).toEqual(["/api/session", "/api/servers"]));
        answers[1]?.(said([server("a")]));
        expect(await ask<Server[]>("/api/servers")).toMatchObject({ ok: true, data: [{ id: "srv_a" }] });
        void ask<Server[]>("/api/servers");
        await vi.waitFor(() => expect(asked).toHaveLength(3));
    });
    it("asks for no servers where nobody is signed in", async () => {
        const { ask } = await import("../src/api/client");
        askEarly("/");
        answers[0]?.(said({ signedIn: false }));
        expect(await ask<Session>("/api/session")).toMatchObject({ data: { signedIn: false } });
        void ask<Server[]>("/api/servers"); // by who signed in meanwhile
        await vi.waitFor(() => expect(asked).toEqual(["/api/session", "/api/servers"]));
    });
    it("asks for both at once where somebody was signed in, and a refusal of that is not handed on", async () => {
        vi.stubGlobal("localStorage", { getItem: () => "1" });
        const { ask } = await import("../src/api/client");
        askEarly("/");
        expect(asked).toEqual(["/api/session", "/api/servers"]);
        answers[0]?.(said({ signedIn: false }));
        answers[1]?.({ ...said(undefined), status: 401 });
        void ask<Server[]>("/api/servers"); // by who signed in meanwhile
        await vi.waitFor(() => expect(asked).toEqual(["/api/session", "/api/servers", "/api/servers"]));
    });
    it("says that the agent is away when the early one fails", async () => {
        const { ask } = await import("../src/api/client");
        vi.stubGlobal("fetch", () => Promise.reject(new Error("refused")));
        askEarly("/");
        expect(await ask<Session>("/api/session")).toMatchObject({ ok: false, failure: { code: "UNREACHABLE" } });
    });
    it("does not lay an older answer over what /ws said meanwhile", async () => {
        vi.useFakeTimers();
        const { link, mirror, reload } = await import("../src/live/store");
        const sockets: { onmessage?: (event: { data: string }) => void }[] = [];
        vi.stubGlobal("location", { origin: "http://localhost", protocol: "http:" });
        vi.stubGlobal(
            "WebSocket",
            class {
                constructor() {
                    sockets.push(this as never);
                }
                send() {}
                close() {}
            },
        );
        link.start();
        const reading = reload();
        const data = server("a", "running");
        sockets[0]?.onmessage?.({ data: JSON.stringify({ type: "server:status", data }) });
        await vi.runAllTimersAsync();
        answers[0]?.(said([server("a", "stopped")]));
        await reading;
        expect(mirror.value.get("srv_a")?.status).toBe("running");
        vi.useRealTimers();
    });
});
