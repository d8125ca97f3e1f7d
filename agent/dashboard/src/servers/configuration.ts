// An AI client's configuration, as it is pasted: which servers it names, and which entries cannot be taken as they are. Pure.
import { t } from "../texts";
import { quoted } from "./definition";

export interface Found {
    name: string;
    /** As it was written, to be mended. */
    text: string;
    request?: Record<string, unknown>;
    problem?: string;
}

const most = 200;
const places = ["mcpServers", "servers", "context_servers", "mcp_servers", "mcp"];

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON as people write it: without comments and commas too many. What stands in quotes is not touched. */
export function plainJson(text: string): string {
    const bare = text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
        part[0] === '"' ? part : " ",
    );
    return bare.replace(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g, (part) => (part[0] === '"' ? part : ""));
}

const isTexts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((each) => typeof each === "string");
const isTextMap = (value: unknown): value is Record<string, string> =>
    isObject(value) && Object.values(value).every((each) => typeof each === "string");

/** What the agent would be asked for one entry, or what is wrong with it. */
export function readEntry(name: string, text: string): Found {
    let entry: unknown;
    try {
        entry = JSON.parse(plainJson(text));
    } catch (error) {
        return { name, text, problem: t.tools.badJson((error as Error).message) };
    }
    const bad = (problem: string): Found => ({ name, text, problem });
    if (!isObject(entry)) return bad(t.importing.noObject);
    const environment = entry["env"] ?? {};
    if (!isTextMap(environment)) return bad(t.importing.badMap("env"));
    const config = {
        ...(Object.keys(environment).length > 0 ? { environment } : {}),
        ...(typeof entry["cwd"] === "string" ? { cwd: entry["cwd"] } : {}),
    };
    const rest = Object.keys(config).length > 0 ? { config } : {};
    const url = entry["url"] ?? entry["serverUrl"] ?? entry["httpUrl"];
    if (typeof url === "string") {
        const headers = entry["headers"] ?? {};
        if (!isTextMap(headers)) return bad(t.importing.badMap("headers"));
        const head = Object.keys(headers).length > 0 ? { headers } : {};
        return { name, text, request: { name, url, ...head, ...rest } };
    }
    const args = entry["args"] ?? [];
    if (typeof entry["command"] !== "string" || entry["command"] === "") return bad(t.importing.noSource);
    if (!isTexts(args)) return bad(t.importing.badArgs);
    return { name, text, request: { name, command: entry["command"], args, ...rest } };
}

export function readConfiguration(text: string): { found: Found[]; problem?: string } {
    let whole: unknown;
    try {
        whole = JSON.parse(plainJson(text));
    } catch (error) {
        return { found: [], problem: t.tools.badJson((error as Error).message) };
    }
    if (!isObject(whole)) return { found: [], problem: t.importing.noObject };
    const root = whole;
    let named = places.map((place) => root[place]).find(isObject) ?? root;
    if (isObject(named["servers"])) named = named["servers"];
    const found = Object.entries(named)
        .slice(0, most)
        .map(([name, entry]) => readEntry(name, JSON.stringify(entry, null, 2)));
    return found.length > 0 ? { found } : { found, problem: t.importing.nothing };
}

/** What would run, without values of the environment. */
export function runsAs(found: Found): string {
    const request = found.request ?? {};
    if (typeof request["url"] === "string") return request["url"];
    return [request["command"] as string, ...((request["args"] as string[] | undefined) ?? [])].map(quoted).join(" ");
}
