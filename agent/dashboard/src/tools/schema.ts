// From any JSON schema to something that can be drawn. Pure, and bounded against hostile schemas: what is recursive, too deep or
// too large becomes a field for raw JSON.

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

export type Schema = Record<string, unknown>;

const deepest = 8;
const mostNodes = 400;
const mostEnum = 300;

interface Walk {
    root: Schema;
    nodes: number;
}

export function isObject(value: unknown): value is Schema {
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
