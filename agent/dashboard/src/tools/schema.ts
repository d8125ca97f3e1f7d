// From any JSON schema to something that can be drawn, and from what was filled in to the arguments. Pure, and bounded against
// hostile schemas: what is recursive, too deep or too large becomes a field for raw JSON.

export type Node = { title?: string; description?: string; fallback?: unknown } & (
    | { kind: "text"; format?: string; pattern?: string; min?: number; max?: number; isLong?: boolean }
    | { kind: "number"; isWhole: boolean; min?: number; max?: number }
    | { kind: "boolean" }
    | { kind: "enum"; values: unknown[] }
    | { kind: "constant"; value: unknown }
    | { kind: "object"; fields: { name: string; node: Node; isRequired: boolean }[]; isOpen: boolean }
    | { kind: "list"; item: Node; min?: number; max?: number }
    | { kind: "choice"; branches: Node[] }
    | { kind: "raw" }
);

type Schema = Record<string, unknown>;

const deepest = 8;
const mostNodes = 400;
const mostEnum = 300;

interface Walk {
    root: Schema;
    nodes: number;
}

function isObject(value: unknown): value is Schema {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows a local reference; undefined when it leads nowhere or out of the document. */
function resolve(root: Schema, reference: string): unknown {
    if (reference === "#") return root;
    if (!reference.startsWith("#/")) return undefined;
    let at: unknown = root;
    for (const part of reference.slice(2).split("/")) {
        const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
        if (!isObject(at) && !Array.isArray(at)) return undefined;
        at = Object.hasOwn(at, key) ? (at as Schema)[key] : undefined;
    }
    return at;
}

export function nodeOf(schema: unknown): Node {
    const root = isObject(schema) ? schema : {};
    return walk({ root, nodes: 0 }, schema, 0, []);
}

function about(schema: Schema): { title?: string; description?: string; fallback?: unknown } {
    return {
        ...(typeof schema["title"] === "string" ? { title: schema["title"] } : {}),
        ...(typeof schema["description"] === "string" ? { description: schema["description"] } : {}),
        ...(schema["default"] !== undefined ? { fallback: schema["default"] } : {}),
    };
}

function walk(state: Walk, schema: unknown, depth: number, references: readonly string[]): Node {
    state.nodes += 1;
    if (!isObject(schema) || depth > deepest || state.nodes > mostNodes) return { kind: "raw" };
    const reference = schema["$ref"];
    if (typeof reference === "string") {
        const target = references.includes(reference) ? undefined : resolve(state.root, reference);
        if (target === undefined) return { ...about(schema), kind: "raw" };
        return { ...walk(state, target, depth + 1, [...references, reference]), ...about(schema) };
    }
    if (schema["const"] !== undefined) return { ...about(schema), kind: "constant", value: schema["const"] };
    if (Array.isArray(schema["enum"])) return enumOf(schema, schema["enum"]);
    const merged = Array.isArray(schema["allOf"]) ? mergeAll(state, schema) : schema;
    const branches = merged["anyOf"] ?? merged["oneOf"];
    if (Array.isArray(branches) && branches.length > 0) return choiceOf(state, merged, branches, depth, references);
    return plainOf(state, merged, depth, references);
}

function enumOf(schema: Schema, values: unknown[]): Node {
    return values.length > mostEnum ? { ...about(schema), kind: "raw" } : { ...about(schema), kind: "enum", values };
}

/** Members of all parts together. Conflicts are the server's to refuse. */
function mergeAll(state: Walk, schema: Schema): Schema {
    const parts = (schema["allOf"] as unknown[]).slice(0, 20).map((part) => {
        const target = isObject(part) && typeof part["$ref"] === "string" ? resolve(state.root, part["$ref"]) : part;
        return isObject(target) ? target : {};
    });
    const { allOf: _, ...own } = schema;
    const merged: Schema = {};
    for (const part of [...parts, own]) {
        for (const [key, value] of Object.entries(part)) {
            const before = merged[key];
            if (key === "properties" && isObject(before) && isObject(value)) merged[key] = { ...before, ...value };
            else if (key === "required" && Array.isArray(before) && Array.isArray(value))
                merged[key] = [...before, ...value];
            else if (key !== "allOf") merged[key] = value;
        }
    }
    return merged;
}

/** Members beside anyOf belong to each branch. `null` as a branch only says that the value may be left out. */
function choiceOf(
    state: Walk,
    schema: Schema,
    branches: unknown[],
    depth: number,
    references: readonly string[],
): Node {
    const { anyOf: _, oneOf: __, title: ___, description: ____, default: _____, ...shared } = schema;
    const real = branches.filter((branch) => !(isObject(branch) && branch["type"] === "null")).slice(0, 20);
    const nodes = real.map((branch) => {
        if (!isObject(branch)) return { kind: "raw" } as Node;
        const named = typeof branch["$ref"] === "string" ? (branch["$ref"].split("/").at(-1) ?? "") : "";
        const full =
            Object.keys(shared).length > 0 && (isObject(shared["properties"]) || shared["type"])
                ? { allOf: [shared, branch] }
                : branch;
        const node = walk(state, full, depth + 1, references);
        return named && !node.title ? { ...node, title: named } : node;
    });
    if (nodes.length === 1) return { ...(nodes[0] as Node), ...about(schema) };
    return { ...about(schema), kind: "choice", branches: nodes };
}

function number(value: unknown): number | undefined {
    return typeof value === "number" ? value : undefined;
}

function limits(low: unknown, high: unknown): { min?: number; max?: number } {
    const min = number(low);
    const max = number(high);
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function plainOf(state: Walk, schema: Schema, depth: number, references: readonly string[]): Node {
    const types = (Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]]).filter((type) => type !== "null");
    if (types.length > 1) {
        const branches = types
            .slice(0, 8)
            .map((type) => walk(state, { ...schema, title: String(type), type }, depth + 1, references));
        return { ...about(schema), kind: "choice", branches };
    }
    const type = types[0] ?? (isObject(schema["properties"]) ? "object" : schema["items"] ? "array" : undefined);
    switch (type) {
        case "string":
            return {
                ...about(schema),
                kind: "text",
                ...limits(schema["minLength"], schema["maxLength"]),
                ...(typeof schema["pattern"] === "string" && schema["pattern"].length < 500
                    ? { pattern: schema["pattern"] }
                    : {}),
                ...(typeof schema["format"] === "string" ? { format: schema["format"] } : {}),
            };
        case "integer":
        case "number":
            return {
                ...about(schema),
                kind: "number",
                isWhole: type === "integer",
                ...limits(schema["minimum"], schema["maximum"]),
            };
        case "boolean":
            return { ...about(schema), kind: "boolean" };
        case "array": {
            if (!isObject(schema["items"])) return { ...about(schema), kind: "raw" };
            const item = walk(state, schema["items"], depth + 1, references);
            return { ...about(schema), kind: "list", item, ...limits(schema["minItems"], schema["maxItems"]) };
        }
        case "object":
            return objectOf(state, schema, depth, references);
        default:
            return { ...about(schema), kind: "raw" };
    }
}

function objectOf(state: Walk, schema: Schema, depth: number, references: readonly string[]): Node {
    const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
    const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
    if (properties.length === 0 && depth > 0) return { ...about(schema), kind: "raw" };
    if (properties.length > 150) return { ...about(schema), kind: "raw" };
    const fields = properties.map(([name, each]) => ({
        name,
        node: walk(state, each, depth + 1, references),
        isRequired: required.has(name),
    }));
    fields.sort((left, right) => Number(right.isRequired) - Number(left.isRequired));
    return { ...about(schema), kind: "object", fields, isOpen: schema["additionalProperties"] === true };
}

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

function checkText(node: Node & { kind: "text" }, text: string, path: string, problems: Problems, words: Words): void {
    const length = [...text].length;
    if (node.min !== undefined && length < node.min) problems[path] = words.tooShort(node.min);
    if (node.max !== undefined && length > node.max) problems[path] = words.tooLong(node.max);
    // A foreign expression on a long text could take for ever; the server looks anyway.
    if (node.pattern && length < 1000 && !/[*+}]\)?[*+{]/.test(node.pattern)) {
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
