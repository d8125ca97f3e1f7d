// A server's definition apart from what the agent says of it, and the merge patch from one to another. Pure.
import type { Server } from "../api/types";

const own = ["name", "command", "args", "npm", "pypi", "image", "url", "headers", "template", "config"];

/** What may be set, without pins and states, which are the agent's word. */
export function definitionOf(server: Server): Record<string, unknown> {
    const source = server as unknown as Record<string, unknown>;
    const out: Record<string, unknown> = {};
    for (const key of own) {
        const value = source[key];
        if (value === undefined) continue;
        if ((key === "npm" || key === "pypi") && typeof value === "object" && value !== null) {
            const { pin: _, ...rest } = value as Record<string, unknown>;
            out[key] = rest;
        } else {
            out[key] = value;
        }
    }
    return out;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** RFC 7396: what has to be sent to make `after` of `before`; undefined when nothing has. */
export function mergePatch(before: unknown, after: unknown): unknown {
    if (!isObject(before) || !isObject(after))
        return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
    const patch: Record<string, unknown> = {};
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
    for (const [key, value] of Object.entries(after)) {
        const change = Object.hasOwn(before, key) ? mergePatch(before[key], value) : value;
        if (change !== undefined) patch[key] = change;
    }
    return Object.keys(patch).length > 0 ? patch : undefined;
}

/** The document with one setting changed; an empty one is taken out, and so are groups that become empty. */
export function withSetting(
    document: Record<string, unknown>,
    path: readonly string[],
    value: unknown,
): Record<string, unknown> {
    const [key, ...rest] = path;
    if (key === undefined) return document;
    const next = { ...document };
    if (rest.length === 0) {
        if (value === undefined || value === "") delete next[key];
        else next[key] = value;
    } else {
        const inner = withSetting(isObject(next[key]) ? next[key] : {}, rest, value);
        if (Object.keys(inner).length === 0) delete next[key];
        else next[key] = inner;
    }
    return next;
}

export function settingAt(document: Record<string, unknown>, path: readonly string[]): unknown {
    let at: unknown = document;
    for (const key of path) at = isObject(at) ? at[key] : undefined;
    return at;
}
