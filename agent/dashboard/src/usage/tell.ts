// Which pages are looked at, for the report on this machine. Told together now and then; never what is on them.
import { sayLast } from "../api/client";

type Use = { type: "page_view" | "error_occurred" | "session_ended"; subject?: string; value?: number };
let waiting: Use[] = [];
let last = "";
const mostWaiting = 200;
const began = Date.now();

function tell(): void {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    sayLast("/api/analytics/events", { events });
}

export function noteUse(use: Use): void {
    if (waiting.length < mostWaiting) waiting.push(use);
}

/** "/servers/srv_…/logs" → "server/logs": which kind of page, never whose. */
export function pageKind(place: string): string {
    const parts = place.split("/").filter(Boolean);
    if (parts[0] === "servers" && parts[1]) return parts[2] ? `server/${parts[2]}` : "server";
    return parts[0] ?? "servers";
}

export function notePage(place: string): void {
    const kind = pageKind(place);
    if (kind === last) return;
    last = kind;
    noteUse({ type: "page_view", subject: kind });
}

export function startTelling(): () => void {
    const timer = setInterval(() => {
        if (!document.hidden) tell();
    }, 30000);
    const leave = () => {
        noteUse({ type: "session_ended", value: Math.round((Date.now() - began) / 1000) });
        tell();
    };
    addEventListener("pagehide", leave);
    return () => {
        clearInterval(timer);
        removeEventListener("pagehide", leave);
    };
}
