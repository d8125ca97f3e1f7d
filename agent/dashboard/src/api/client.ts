// One door to the agent. What fails comes back as a value with the agent's own words; only a bug throws.
import type { paths } from "mcpm-openapi";
import { takeEarly, usual } from "./early";

export interface Failure {
    status: number;
    code: string;
    message: string;
    hint?: string;
    details?: unknown;
}

export type Result<T> = { ok: true; data: T; message?: string } | { ok: false; failure: Failure };
export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
/** A path of the agent's OpenAPI document. One that goes away there no longer compiles here. */
export type Path = keyof paths;

let onUnauthorized: () => void = () => undefined;
let onReachable: (reachable: boolean) => void = () => undefined;

export function watchAnswers(unauthorized: () => void, reachable: (yes: boolean) => void): void {
    onUnauthorized = unauthorized;
    onReachable = reachable;
}

/** Where the page is served from: "/" or a proxy's prefix with a slash at its end. */
export function basePath(): string {
    const said = document.querySelector<HTMLMetaElement>('meta[name="mcpm-base"]')?.content ?? "/";
    return said.endsWith("/") ? said : `${said}/`;
}

export type Query = Record<string, string | number | boolean | undefined>;

export function fill(path: string, parts: Record<string, string> = {}, query: Query = {}): string {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ""));
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
        if (value !== undefined && value !== "" && value !== false) search.set(key, value === true ? "1" : `${value}`);
    }
    const text = search.toString();
    return text ? `${filled}?${text}` : filled;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an answer whatever it is: the envelope, a bare JSON document or a proxy's page. */
export function readAnswer<T>(status: number, body: string): Result<T> {
    let json: unknown;
    try {
        json = body === "" ? {} : JSON.parse(body);
    } catch {
        json = undefined;
    }
    if (status >= 200 && status < 300 && json !== undefined) {
        if (isObject(json) && json["success"] === true) {
            return { ok: true, data: json["data"] as T, message: json["message"] as string | undefined };
        }
        if (!isObject(json) || json["success"] !== false) return { ok: true, data: json as T };
    }
    const said = isObject(json) ? json : {};
    return {
        ok: false,
        failure: {
            status,
            code: typeof said["code"] === "string" ? said["code"] : "UNEXPECTED",
            message: typeof said["error"] === "string" ? said["error"] : `HTTP ${status}`,
            hint: typeof said["hint"] === "string" ? said["hint"] : undefined,
            details: said["details"],
        },
    };
}

async function exchange<T>(
    method: Method,
    address: string,
    body: unknown,
    { signal, onHead }: Options = {},
    isLast = false,
): Promise<Result<T>> {
    try {
        const headers: Record<string, string> = { Accept: "application/json" };
        if (method !== "GET") headers["Content-Type"] = "application/json";
        const early = method === "GET" ? await takeEarly(address) : undefined;
        const answer =
            early ??
            (await fetch(basePath() + address.slice(1), {
                ...usual,
                method,
                headers,
                body: method === "GET" || body === undefined ? undefined : JSON.stringify(body),
                keepalive: isLast,
                signal,
            }));
        onHead?.({ status: answer.status, headers: Object.fromEntries(answer.headers) });
        const result = readAnswer<T>(answer.status, await answer.text());
        onReachable(true);
        if (answer.status === 401) onUnauthorized();
        return result;
    } catch (error) {
        if (signal?.aborted) return { ok: false, failure: { status: 0, code: "ABORTED", message: "" } };
        onReachable(false);
        return { ok: false, failure: { status: 0, code: "UNREACHABLE", message: String((error as Error).message) } };
    }
}

export interface Options {
    parts?: Record<string, string>;
    query?: Query;
    signal?: AbortSignal;
    onHead?: (head: Head) => void;
}
/** Of an answer, as HTTP has it. */
export interface Head {
    status: number;
    headers: Record<string, string>;
}

export function get<T>(path: Path, options: Options = {}): Promise<Result<T>> {
    return exchange("GET", fill(path, options.parts, options.query), undefined, options);
}

export function send<T>(method: Method, path: Path, body?: unknown, options: Options = {}): Promise<Result<T>> {
    return exchange(method, fill(path, options.parts, options.query), body, options);
}

/** The first line of an answer that is a stream of JSON lines; the rest is not read. */
export async function firstLine<T>(address: string): Promise<T | undefined> {
    const abort = new AbortController();
    try {
        const answer = await fetch(basePath() + address.slice(1), { signal: abort.signal, credentials: "same-origin" });
        const reader = answer.ok ? answer.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
        let text = "";
        while (reader && !text.includes("\n") && text.length < 1_000_000) {
            const { value, done } = await reader.read();
            if (done) break;
            text += value;
        }
        return text ? (JSON.parse(text.split("\n", 1)[0] ?? "") as T) : undefined;
    } catch {
        return undefined;
    } finally {
        abort.abort();
    }
}

/** For what the document may not have yet: the page asks, and shows what there is. */
export function ask<T>(address: string, method: Method = "GET", body?: unknown): Promise<Result<T>> {
    return exchange(method, address, body);
}

/** A small word that is also to arrive when the page is being left. */
export function sayLast(path: Path, body: unknown): void {
    void exchange("POST", path, body, {}, true);
}
