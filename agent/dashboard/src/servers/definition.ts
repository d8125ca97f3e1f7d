// From what the form holds to what the agent is asked, and to the command that will run. Pure.
import { t } from "../texts";

/** `bundle` and `registry` are looked at first: they say themselves what they need, and a form is made of that. */
export const sourceKinds = [
    "image",
    "command",
    "npm",
    "pypi",
    "go",
    "cargo",
    "binary",
    "url",
    "bundle",
    "registry",
] as const;
export type SourceKind = (typeof sourceKinds)[number];
export const lookedAt: readonly SourceKind[] = ["bundle", "registry"];
const packageKinds: readonly SourceKind[] = ["npm", "pypi", "go", "cargo", "binary"];
const withScripts: readonly SourceKind[] = ["npm", "cargo"];
const withDigest: readonly SourceKind[] = ["binary", "bundle"];
const withArguments: readonly SourceKind[] = ["image", "command", ...packageKinds];

/** What the form asks for besides the source itself. */
export const asks = {
    args: (kind: SourceKind) => withArguments.includes(kind),
    digest: (kind: SourceKind) => withDigest.includes(kind),
    program: (kind: SourceKind) => packageKinds.includes(kind) && kind !== "binary",
    scripts: (kind: SourceKind) => withScripts.includes(kind),
    headers: (kind: SourceKind) => kind === "url",
};

export interface Draft {
    name: string;
    kind: SourceKind;
    source: string;
    args: string;
    environment: string;
    secrets: string;
    labels: string;
    cwd: string;
    digest: string;
    program: string;
    headers: string;
    scripts: boolean;
}

export const emptyDraft: Draft = {
    name: "",
    kind: "image",
    source: "",
    args: "",
    environment: "",
    secrets: "",
    labels: "",
    cwd: "",
    digest: "",
    program: "",
    headers: "",
    scripts: false,
};

/** Words as a shell would split them, without being one: quotes group, a backslash takes the next as it is. */
export function words(text: string): string[] {
    const out: string[] = [];
    let word: string | undefined;
    let quote = "";
    for (let at = 0; at < text.length; at += 1) {
        const character = text.charAt(at);
        if (character === "\\" && quote !== "'" && at + 1 < text.length) {
            at += 1;
            word = (word ?? "") + text.charAt(at);
        } else if (quote) {
            if (character === quote) quote = "";
            else word = (word ?? "") + character;
        } else if (character === '"' || character === "'") {
            quote = character;
            word ??= "";
        } else if (/\s/.test(character)) {
            if (word !== undefined) out.push(word);
            word = undefined;
        } else {
            word = (word ?? "") + character;
        }
    }
    if (word !== undefined) out.push(word);
    return out;
}

export function quoted(word: string): string {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `KEY=VALUE` lines; a line without `=` is a problem that is named. */
export function pairs(text: string): { values: Record<string, string>; bad?: string } {
    const values: Record<string, string> = {};
    let bad: string | undefined;
    for (const line of text.split("\n").map((each) => each.trim())) {
        if (!line || line.startsWith("#")) continue;
        const at = line.indexOf("=");
        if (at < 1) bad ??= line;
        else values[line.slice(0, at).trim()] = line.slice(at + 1);
    }
    return bad === undefined ? { values } : { values, bad };
}

function labelPairs(text: string): Record<string, string> {
    const values: Record<string, string> = {};
    for (const label of text.split(/[\s,]+/).filter(Boolean)) {
        const at = label.indexOf("=");
        values[at < 0 ? label : label.slice(0, at)] = at < 0 ? "" : label.slice(at + 1);
    }
    return values;
}

/** `Name: value` lines. */
function headerPairs(text: string): { values: Record<string, string>; bad?: string } {
    const values: Record<string, string> = {};
    for (const line of text.split("\n").map((each) => each.trim())) {
        if (!line) continue;
        const found = /^([^\s:]+):\s*(.+)$/.exec(line);
        if (!found) return { values, bad: line };
        values[found[1] ?? ""] = found[2] ?? "";
    }
    return { values };
}

export type Problems = Partial<Record<keyof Draft, string>>;

const forbidden = /['`;\\\u0000-\u001f\u007f]|^-/;

/** What can be said before the agent is asked. The agent has the last word. */
export function problemsOf(draft: Draft): Problems {
    const problems: Problems = {};
    const name = draft.name.trim();
    if (!name) problems.name = t.add.nameRequired;
    else if (forbidden.test(name)) problems.name = t.add.invalidCharacter;
    else if ([...name].length > 64) problems.name = t.add.nameTooLong;
    if (!draft.source.trim()) problems.source = t.add.sourceRequired[draft.kind];
    else if (draft.kind === "url" && !/^https?:\/\/\S+$/i.test(draft.source.trim())) problems.source = t.add.urlWanted;
    const digest = draft.digest.trim();
    const isAddress = /^https?:/i.test(draft.source.trim());
    if (asks.digest(draft.kind) && digest && !/^sha256:[0-9a-f]{64}$/i.test(digest)) problems.digest = t.add.badDigest;
    else if (draft.kind === "binary" && isAddress && !digest) problems.digest = t.add.digestRequired;
    if (draft.kind === "cargo" && !draft.scripts) problems.scripts = t.add.scriptsRequired;
    const headers = headerPairs(asks.headers(draft.kind) ? draft.headers : "");
    if (headers.bad) problems.headers = t.add.badHeader(headers.bad);
    const environment = pairs(draft.environment);
    if (environment.bad) problems.environment = t.add.badPair(environment.bad);
    const secrets = pairs(draft.secrets);
    if (secrets.bad) problems.secrets = t.add.badPair(secrets.bad);
    return problems;
}

function filled(values: Record<string, string>): Record<string, string> | undefined {
    return Object.keys(values).length > 0 ? values : undefined;
}

/** What is left empty is absent from the request. */
export function requestOf(draft: Draft): Record<string, unknown> {
    const source = draft.source.trim();
    const args = words(draft.args);
    const request: Record<string, unknown> = { name: draft.name.trim() };
    if (draft.kind === "command") {
        const [command = "", ...rest] = words(source);
        request["command"] = command;
        request["args"] = [...rest, ...args];
    } else if (packageKinds.includes(draft.kind)) {
        const at = draft.kind === "binary" ? -1 : source.lastIndexOf("@");
        const wanted = at > 0 ? { package: source.slice(0, at), version: source.slice(at + 1) } : { package: source };
        request[draft.kind] = {
            ...wanted,
            ...(args.length > 0 ? { args } : {}),
            ...(asks.digest(draft.kind) && draft.digest.trim() ? { digest: draft.digest.trim() } : {}),
            ...(asks.program(draft.kind) && draft.program.trim() ? { program: draft.program.trim() } : {}),
            ...(asks.scripts(draft.kind) && draft.scripts ? { allowScripts: true } : {}),
        };
    } else {
        request[draft.kind] = source;
        if (draft.kind === "image" && args.length > 0) request["args"] = args;
        const headers = asks.headers(draft.kind) ? filled(headerPairs(draft.headers).values) : undefined;
        if (headers) request["headers"] = headers;
    }
    const config = {
        environment: filled(pairs(draft.environment).values),
        secrets: filled(pairs(draft.secrets).values),
        labels: filled(labelPairs(draft.labels)),
        cwd: draft.kind === "command" && draft.cwd.trim() ? draft.cwd.trim() : undefined,
    };
    if (Object.values(config).some((value) => value !== undefined)) request["config"] = config;
    return request;
}

/** The process or request that will come of it, in words that can be checked before anything runs. */
export function willRun(draft: Draft): string {
    const source = draft.source.trim();
    if (!source) return "";
    const args = words(draft.args);
    switch (draft.kind) {
        case "command":
            return [...words(source), ...args].map(quoted).join(" ");
        case "image":
            return `container of ${source}${args.length > 0 ? ` with ${args.map(quoted).join(" ")}` : ""}`;
        case "npm":
        case "pypi":
        case "go":
        case "cargo": {
            const program = draft.program.trim() ? `${draft.program.trim()} of ${source}` : `program of ${source}`;
            const by = { npm: "node ", pypi: "python ", go: "", cargo: "" }[draft.kind];
            const made = draft.kind === "go" || draft.kind === "cargo" ? "built" : "installed";
            return `${by}<${program}, ${made} once and pinned> ${args.map(quoted).join(" ")}`.trim();
        }
        case "binary":
            return `<${source}, fetched once${draft.digest.trim() ? " and compared with its digest" : ""}> ${args.map(quoted).join(" ")}`.trim();
        case "url":
            return `HTTP to ${source}; nothing runs here`;
        case "bundle":
        case "registry":
            return "";
    }
}

/** The same by the command line, to copy. */
export function asCommand(draft: Draft): string {
    const source = draft.source.trim();
    const args = words(draft.args);
    if (lookedAt.includes(draft.kind)) return `mcpm install ${quoted(source)}`;
    const parts = ["mcpm", "add", quoted(draft.name.trim() || "NAME")];
    if (draft.kind !== "command") parts.push(`--${draft.kind}`, quoted(source || draft.kind.toUpperCase()));
    if (asks.digest(draft.kind) && draft.digest.trim()) parts.push("--digest", quoted(draft.digest.trim()));
    if (asks.program(draft.kind) && draft.program.trim()) parts.push("--program", quoted(draft.program.trim()));
    if (asks.scripts(draft.kind) && draft.scripts) parts.push("--allow-scripts");
    if (asks.headers(draft.kind))
        for (const [key, value] of Object.entries(headerPairs(draft.headers).values))
            parts.push("--header", quoted(`${key}: ${value}`));
    for (const [key, value] of Object.entries(pairs(draft.environment).values))
        parts.push("-e", quoted(`${key}=${value}`));
    for (const [key, value] of Object.entries(pairs(draft.secrets).values))
        parts.push("--secret", quoted(`${key}=${value}`));
    for (const [key, value] of Object.entries(labelPairs(draft.labels)))
        parts.push("-l", quoted(value ? `${key}=${value}` : key));
    if (draft.kind === "command" && draft.cwd.trim()) parts.push("--cwd", quoted(draft.cwd.trim()));
    const rest = draft.kind === "command" ? [...words(source), ...args] : args;
    if (rest.length > 0 && asks.args(draft.kind)) parts.push("--", ...rest.map(quoted));
    return parts.join(" ");
}

/** What the agent is asked to look at, of a bundle or an entry of a registry. */
export function lookOf(draft: Draft): Record<string, string> {
    const source = draft.source.trim();
    const digest = draft.digest.trim();
    if (draft.kind === "bundle") return { bundle: source, ...(digest ? { digest } : {}) };
    if (/^https?:/i.test(source)) return { url: source };
    if (source.startsWith("{")) return { document: source };
    const at = source.lastIndexOf("@");
    return at > 0 ? { id: source.slice(0, at), version: source.slice(at + 1) } : { id: source };
}

/** The field that an error of the agent is about, by the words it uses. */
export function fieldOfFailure(message: string, details: unknown): keyof Draft | undefined {
    const named =
        typeof details === "object" && details !== null
            ? String((details as Record<string, unknown>)["field"] ?? "")
            : "";
    const text = `${named} ${message}`.toLowerCase();
    if (/invalid character|\bname\b/.test(text)) return "name";
    if (/environment|variable/.test(text)) return "environment";
    if (/digest/.test(text)) return "digest";
    if (/header/.test(text)) return "headers";
    if (/secret/.test(text)) return "secrets";
    if (/label/.test(text)) return "labels";
    if (/cwd|folder/.test(text)) return "cwd";
    if (/image|command|package|npm|pypi|url|program|not found/.test(text)) return "source";
    return undefined;
}
