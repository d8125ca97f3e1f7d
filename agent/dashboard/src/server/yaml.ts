// YAML as definitions need it: mappings, lists, plain and quoted scalars, `|` blocks, flow values that are JSON, comments. No anchors,
// tags or several documents: what is not known is a problem with its line, never a guess. Pure.

export class YamlProblem extends Error {}

const plainText = /^[A-Za-z_./$][\w ./@~$+:-]*$/;

function scalarText(value: unknown): string {
    if (typeof value !== "string") return JSON.stringify(value) ?? "null";
    const isPlain =
        plainText.test(value) &&
        !/^(true|false|null|yes|no|on|off|~)$/i.test(value) &&
        !/: |:$|\s$| #|^[-?]/.test(value);
    return isPlain ? value : JSON.stringify(value);
}

function isEmpty(value: object): boolean {
    return Object.keys(value).length === 0;
}

/** Text of a value, each line indented so many spaces. */
export function toYaml(value: unknown, indent = 0): string {
    const space = " ".repeat(indent);
    if (Array.isArray(value)) {
        return value
            .map((each) => {
                if (typeof each === "object" && each !== null && !isEmpty(each))
                    return `${space}- ${toYaml(each, indent + 2).slice(indent + 2)}`;
                return `${space}- ${inline(each)}\n`;
            })
            .join("");
    }
    if (typeof value !== "object" || value === null) return `${space}${scalarText(value)}\n`;
    return Object.entries(value)
        .map(([key, each]) => {
            const head = `${space}${scalarText(key)}:`;
            if (typeof each === "object" && each !== null && !isEmpty(each))
                return `${head}\n${toYaml(each, indent + 2)}`;
            return `${head} ${inline(each)}\n`;
        })
        .join("");
}

function inline(value: unknown): string {
    if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[]" : "{}";
    return scalarText(value);
}

interface Line {
    indent: number;
    text: string;
    number: number;
}

interface Reader {
    lines: Line[];
    at: number;
    raw: string[];
}

const deepest = 40;

export function fromYaml(text: string): unknown {
    const raw = text.replaceAll("\r\n", "\n").split("\n");
    const lines = raw.flatMap((each, index): Line[] => {
        if (/^\s*(#.*)?$/.test(each) || (index === 0 && each === "---")) return [];
        if (/^\s*\t/.test(each)) throw new YamlProblem(`line ${index + 1}: a tab indents; use spaces`);
        const body = each.trimStart();
        return [{ indent: each.length - body.length, text: body.trimEnd(), number: index + 1 }];
    });
    const reader: Reader = { lines, at: 0, raw };
    if (lines.length === 0) return {};
    const value = block(reader, lines[0]?.indent ?? 0, 0);
    const left = reader.lines[reader.at];
    if (left) throw new YamlProblem(`line ${left.number}: its indentation belongs to nothing above`);
    return value;
}

function block(reader: Reader, indent: number, depth: number): unknown {
    const line = reader.lines[reader.at] as Line;
    if (depth > deepest) throw new YamlProblem(`line ${line.number}: too deep`);
    if (line.text === "-" || line.text.startsWith("- ")) return list(reader, indent, depth);
    if (keyOf(line)) return mapping(reader, indent, depth);
    reader.at += 1;
    return scalar(line.text, line.number);
}

function list(reader: Reader, indent: number, depth: number): unknown[] {
    const out: unknown[] = [];
    for (
        let line = reader.lines[reader.at];
        line && line.indent === indent && /^-( |$)/.test(line.text);
        line = reader.lines[reader.at]
    ) {
        const rest = line.text.slice(1).trimStart();
        if (rest === "" || rest.startsWith("#")) {
            reader.at += 1;
            out.push(below(reader, indent, depth));
        } else {
            // What follows the dash is a block of its own, indented as far as it stands.
            const inner = indent + line.text.length - rest.length;
            reader.lines[reader.at] = { ...line, indent: inner, text: rest };
            out.push(block(reader, inner, depth + 1));
        }
    }
    return out;
}

function below(reader: Reader, indent: number, depth: number): unknown {
    const next = reader.lines[reader.at];
    const isList = next?.indent === indent && /^-( |$)/.test(next.text);
    return next && (next.indent > indent || isList) ? block(reader, next.indent, depth + 1) : null;
}

function keyOf(line: Line): { key: string; rest: string } | undefined {
    const found =
        /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#&*![\]{}|>%@`-][^#]*?|-[^\s#][^#]*?|[@/][^#]*?)\s*:(?:\s+(.*))?$/.exec(
            line.text,
        );
    if (!found?.[1]) return undefined;
    const key = /^["']/.test(found[1]) ? String(scalar(found[1], line.number)) : found[1];
    return { key, rest: (found[2] ?? "").trim() };
}

function mapping(reader: Reader, indent: number, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (let line = reader.lines[reader.at]; line && line.indent === indent; line = reader.lines[reader.at]) {
        const found = keyOf(line);
        if (!found) throw new YamlProblem(`line ${line.number}: "key: value" is expected`);
        if (Object.hasOwn(out, found.key)) throw new YamlProblem(`line ${line.number}: "${found.key}" is there twice`);
        reader.at += 1;
        const value = entryValue(reader, found.rest, line, indent, depth);
        Object.defineProperty(out, found.key, { value, enumerable: true, configurable: true, writable: true });
    }
    return out;
}

function entryValue(reader: Reader, rest: string, line: Line, indent: number, depth: number): unknown {
    if (rest === "" || rest.startsWith("#")) return below(reader, indent, depth);
    if (/^\|[-+]?$/.test(rest)) return literal(reader, line, indent, rest);
    return scalar(rest, line.number);
}

function literal(reader: Reader, line: Line, indent: number, mark: string): string {
    const body: string[] = [];
    let index = line.number;
    for (; index < reader.raw.length; index += 1) {
        const each = reader.raw[index] ?? "";
        if (each.trim() !== "" && each.length - each.trimStart().length <= indent) break;
        body.push(each);
    }
    while (reader.lines[reader.at] && (reader.lines[reader.at] as Line).number <= index) reader.at += 1;
    while (body.at(-1)?.trim() === "") body.pop();
    const first = body.find((each) => each.trim() !== "") ?? "";
    const width = first.length - first.trimStart().length;
    return body.map((each) => each.slice(width)).join("\n") + (mark === "|-" ? "" : "\n");
}

function scalar(text: string, number: number): unknown {
    const first = text.charAt(0);
    if (first === '"' || first === "[" || first === "{") {
        try {
            return JSON.parse(text.replace(/\s+#[^"\]}]*$/, "")) as unknown;
        } catch {
            throw new YamlProblem(`line ${number}: what begins with ${first} has to be JSON on one line`);
        }
    }
    if (first === "'") {
        const found = /^'((?:[^']|'')*)'\s*(?:#.*)?$/.exec(text);
        if (!found) throw new YamlProblem(`line ${number}: the quote is not closed`);
        return (found[1] ?? "").replaceAll("''", "'");
    }
    if (/^[&*!|>%@`]/.test(text) && !/^@[\w-]/.test(text))
        throw new YamlProblem(`line ${number}: "${first}" is not understood here; quote the text`);
    const plain = text.replace(/\s+#.*$/, "");
    if (plain === "null" || plain === "~") return null;
    if (plain === "true" || plain === "false") return plain === "true";
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(plain) ? Number(plain) : plain;
}
