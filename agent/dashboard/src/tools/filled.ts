// What a person filled in: from defaults of the schema to the form as it is at first, and from the form to the arguments. Pure.
import { isObject, type Node, type Schema } from "./schema";

/** What was filled in. Text for everything that is typed, so that nothing is lost while typing. */
export interface Filled {
    text?: string;
    fields?: Record<string, Filled>;
    items?: Filled[];
    branch?: number;
    branches?: Record<number, Filled>;
    isSet?: boolean;
}

export type Problems = Record<string, string>;

export interface Words {
    required: string;
    wantNumber: string;
    wantInteger: string;
    badJson: (why: string) => string;
    tooShort: (length: number) => string;
    tooLong: (length: number) => string;
    tooSmall: (limit: number) => string;
    tooLarge: (limit: number) => string;
    tooFew: (count: number) => string;
    badPattern: (pattern: string) => string;
}

/** The form as it is at first: defaults of the schema filled in, the rest empty. */
export function filledFrom(node: Node, value: unknown): Filled {
    const given = value === undefined ? node.fallback : value;
    switch (node.kind) {
        case "object": {
            const source = isObject(given) ? given : {};
            const fields = Object.fromEntries(
                node.fields.map((field) => [
                    field.name,
                    filledFrom(field.node, Object.hasOwn(source, field.name) ? source[field.name] : undefined),
                ]),
            );
            return { fields, isSet: isObject(given) };
        }
        case "list":
            return {
                items: Array.isArray(given) ? given.slice(0, 200).map((each) => filledFrom(node.item, each)) : [],
                isSet: Array.isArray(given),
            };
        case "choice": {
            const branch =
                given === undefined
                    ? 0
                    : Math.max(
                          0,
                          node.branches.findIndex((each) => fits(each, given)),
                      );
            return { branch, branches: { [branch]: filledFrom(node.branches[branch] as Node, given) } };
        }
        case "constant":
            return {};
        case "text":
            return { text: typeof given === "string" ? given : "" };
        case "enum": {
            const index = node.values.findIndex((each) => JSON.stringify(each) === JSON.stringify(given));
            return { text: given === undefined || index < 0 ? "" : String(index) };
        }
        default:
            return { text: given === undefined ? "" : JSON.stringify(given, null, node.kind === "raw" ? 2 : 0) };
    }
}

function fits(node: Node, value: unknown): boolean {
    switch (node.kind) {
        case "text":
            return typeof value === "string";
        case "number":
            return typeof value === "number";
        case "boolean":
            return typeof value === "boolean";
        case "list":
            return Array.isArray(value);
        case "object":
            return (
                isObject(value) &&
                node.fields.every(
                    (field) =>
                        !field.isRequired || (Object.hasOwn(value, field.name) && fits(field.node, value[field.name])),
                )
            );
        case "enum":
            return node.values.some((each) => JSON.stringify(each) === JSON.stringify(value));
        case "constant":
            return JSON.stringify(node.value) === JSON.stringify(value);
        case "choice":
            return node.branches.some((branch) => fits(branch, value));
        case "raw":
            return true;
    }
}

/** What will be sent. An optional field that was left empty is absent: neither null nor "". */
export function valueOfForm(
    node: Node,
    filled: Filled,
    isRequired: boolean,
    words: Words,
): { value: unknown; problems: Problems } {
    const problems: Problems = {};
    const value = read(node, filled, isRequired, "", problems, words);
    return { value, problems };
}

function read(
    node: Node,
    filled: Filled | undefined,
    isRequired: boolean,
    path: string,
    problems: Problems,
    words: Words,
): unknown {
    switch (node.kind) {
        case "constant":
            return node.value;
        case "object":
            return readObject(node, filled, isRequired, path, problems, words);
        case "list": {
            const items = filled?.items ?? [];
            if (items.length === 0 && !isRequired && !filled?.isSet) return undefined;
            if (node.min !== undefined && items.length < node.min) problems[path] = words.tooFew(node.min);
            return items.map((item, index) => read(node.item, item, true, `${path}/${index}`, problems, words));
        }
        case "choice": {
            const branch = filled?.branch ?? 0;
            return read(
                node.branches[branch] as Node,
                filled?.branches?.[branch],
                isRequired,
                `${path}|${branch}`,
                problems,
                words,
            );
        }
        default:
            return readScalar(node, filled?.text ?? "", isRequired, path, problems, words);
    }
}

function readObject(
    node: Node & { kind: "object" },
    filled: Filled | undefined,
    isRequired: boolean,
    path: string,
    problems: Problems,
    words: Words,
): unknown {
    const isAsked = isRequired || hasContent(node, filled);
    if (!isAsked) return undefined;
    const out: Schema = {};
    for (const field of node.fields) {
        const value = read(
            field.node,
            filled?.fields?.[field.name],
            field.isRequired,
            `${path}/${field.name}`,
            problems,
            words,
        );
        if (value !== undefined)
            Object.defineProperty(out, field.name, { value, enumerable: true, configurable: true, writable: true });
    }
    return out;
}

function hasContent(node: Node, filled: Filled | undefined): boolean {
    if (!filled) return false;
    if (node.kind === "object") return node.fields.some((field) => hasContent(field.node, filled.fields?.[field.name]));
    if (node.kind === "list") return (filled.items?.length ?? 0) > 0;
    if (node.kind === "choice") {
        const branch = filled.branch ?? 0;
        return hasContent(node.branches[branch] as Node, filled.branches?.[branch]);
    }
    return (filled.text ?? "") !== "";
}

function readScalar(
    node: Node,
    text: string,
    isRequired: boolean,
    path: string,
    problems: Problems,
    words: Words,
): unknown {
    if (text === "" && node.kind === "text" && isRequired && !node.min) return "";
    if (text === "") {
        if (isRequired) problems[path] = words.required;
        return undefined;
    }
    switch (node.kind) {
        case "text":
            checkText(node, text, path, problems, words);
            return text;
        case "number":
            return readNumber(node, text, path, problems, words);
        case "boolean":
            return text === "true";
        case "enum":
            return node.values[Number(text)];
        default:
            try {
                return JSON.parse(text) as unknown;
            } catch (error) {
                problems[path] = words.badJson((error as Error).message);
                return undefined;
            }
    }
}

const longestChecked = 200;

/** Whether a foreign expression surely ends soon: no group is repeated, little else is. Of others the server decides. */
export function isQuick(pattern: string): boolean {
    const bare = pattern.replace(/\\./gs, "x").replace(/\[[^\]]*\]/g, "x");
    return !/\)[*+{]/.test(bare) && (bare.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0) <= 3;
}

function checkText(node: Node & { kind: "text" }, text: string, path: string, problems: Problems, words: Words): void {
    const length = [...text].length;
    if (node.min !== undefined && length < node.min) problems[path] = words.tooShort(node.min);
    if (node.max !== undefined && length > node.max) problems[path] = words.tooLong(node.max);
    if (node.pattern && length <= longestChecked && isQuick(node.pattern)) {
        try {
            if (!new RegExp(node.pattern, "u").test(text)) problems[path] = words.badPattern(node.pattern);
        } catch {
            // No expression of this browser: the server decides.
        }
    }
}

function readNumber(
    node: Node & { kind: "number" },
    text: string,
    path: string,
    problems: Problems,
    words: Words,
): unknown {
    const value = Number(text);
    if (!Number.isFinite(value) || text.trim() === "") problems[path] = words.wantNumber;
    else if (node.isWhole && !Number.isInteger(value)) problems[path] = words.wantInteger;
    else if (node.min !== undefined && value < node.min) problems[path] = words.tooSmall(node.min);
    else if (node.max !== undefined && value > node.max) problems[path] = words.tooLarge(node.max);
    return value;
}
