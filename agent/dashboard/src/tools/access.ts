// Which tools of a server clients see, by its definition's allow and deny lists. Pure.
import type { Server, Tool } from "../api/types";

interface Lists {
    allow?: string[];
    deny?: string[];
}

function listsOf(server: Server): Lists {
    return (server.config?.["tools"] ?? {}) as Lists;
}

/** A name or a pattern with `*`. */
export function fitsPattern(name: string, pattern: string): boolean {
    const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${escaped}$`).test(name);
}

export function isShown(server: Server, tool: string): boolean {
    const { allow = [], deny = [] } = listsOf(server);
    if (deny.some((pattern) => fitsPattern(tool, pattern))) return false;
    return allow.length === 0 || allow.some((pattern) => fitsPattern(tool, pattern));
}

/** The merge patch that shows or hides these; other lists and settings stay as they are. */
export function patchFor(server: Server, tools: readonly string[], show: "show" | "hide"): Record<string, unknown> {
    const { allow = [], deny = [] } = listsOf(server);
    const nextDeny = show === "show" ? deny.filter((each) => !tools.includes(each)) : [...new Set([...deny, ...tools])];
    const lists: Lists = { deny: nextDeny };
    if (show === "show" && allow.length > 0) lists.allow = [...new Set([...allow, ...tools])];
    return { config: { tools: lists } };
}

export function wouldHideAll(server: Server, all: readonly Tool[], hidden: readonly string[]): boolean {
    return all.length > 0 && all.every((tool) => hidden.includes(tool.name) || !isShown(server, tool.name));
}
