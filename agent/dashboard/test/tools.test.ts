import { describe, expect, it } from "vitest";
import type { Server } from "../src/api/types";
import { t } from "../src/texts";
import { fitsPattern, isShown, patchFor, wouldHideAll } from "../src/tools/access";
import { type Filled, filledFrom, isQuick, valueOfForm } from "../src/tools/filled";
import { nodeOf } from "../src/tools/schema";

const object = (properties: Record<string, unknown>, required: string[] = []) => ({
    type: "object",
    properties,
    required,
});
const send = (schema: unknown, filled: Filled) => valueOfForm(nodeOf(schema), filled, true, t.tools);

describe("a form from a schema", () => {
    it("leaves out optional fields that are empty: neither null nor an empty text", () => {
        const schema = object({ a: { type: "string" }, n: { type: "integer" }, o: object({ x: { type: "string" } }) }, [
            "a",
        ]);
        expect(
            send(schema, { fields: { a: { text: "1" }, n: { text: "" }, o: { fields: { x: { text: "" } } } } }).value,
        ).toEqual({ a: "1" });
    });
    it("sends objects as objects and numbers as numbers", () => {
        const schema = object({ o: object({ n: { type: "number" }, b: { type: "boolean" } }) });
        const filled = { fields: { o: { fields: { n: { text: "1.5" }, b: { text: "false" } } } } };
        expect(send(schema, filled).value).toEqual({ o: { n: 1.5, b: false } });
    });
    it("says what is wrong at its field", () => {
        const schema = object(
            { n: { type: "integer", minimum: 2 }, s: { type: "string", pattern: "^a" }, r: { type: "number" } },
            ["r"],
        );
        const { problems } = send(schema, { fields: { n: { text: "1" }, s: { text: "b" } } });
        expect(Object.keys(problems).sort()).toEqual(["/n", "/r", "/s"]);
    });
    it("draws anyOf, also at the root, and what stands beside it", () => {
        const schema = {
            type: "object",
            properties: { id: { type: "string" } },
            anyOf: [object({ path: { type: "string" } }, ["path"]), object({ url: { type: "string" } }, ["url"])],
        };
        const node = nodeOf(schema);
        expect(node.kind).toBe("choice");
        const filled = filledFrom(node, { id: "1", url: "u" });
        expect(filled.branch).toBe(1);
        expect(valueOfForm(node, filled, true, t.tools).value).toEqual({ id: "1", url: "u" });
    });
    it("takes a type that may be null for one that may be left out", () => {
        expect(nodeOf({ anyOf: [{ type: "string" }, { type: "null" }] }).kind).toBe("text");
        expect(nodeOf({ type: ["integer", "null"] }).kind).toBe("number");
    });
    it("follows references within the document", () => {
        const node = nodeOf({
            ...object({ p: { $ref: "#/$defs/point" } }),
            $defs: { point: object({ x: { type: "number" } }) },
        });
        expect(node.kind === "object" && node.fields[0]?.node.kind).toBe("object");
    });
    it("gives raw JSON for what is recursive, huge, foreign or no schema", () => {
        const loop = nodeOf({ ...object({ child: { $ref: "#" } }) });
        expect(JSON.stringify(loop)).toContain('"raw"');
        const wide = object(
            Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, { type: "string" }])),
        );
        expect(nodeOf(wide).kind).toBe("raw");
        let deep: unknown = { type: "string" };
        for (let level = 0; level < 200; level += 1) deep = object({ x: deep });
        expect(JSON.stringify(nodeOf(deep)).length).toBeLessThan(5000);
        for (const odd of [null, 1, "x", [], { $ref: "https://example.com" }, { type: "nonsense" }])
            expect(nodeOf(odd).kind).toBe("raw");
        expect(nodeOf({ allOf: [{ $ref: "#" }] }).kind).toBeDefined();
    });
    it("cannot be made to change the prototype", () => {
        const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}');
        const { value } = send(schema, JSON.parse('{"fields":{"__proto__":{"text":"x"}}}'));
        expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    });
    it("fills in defaults, and an earlier call's values exactly", () => {
        const schema = object({
            a: { type: "string", default: "d" },
            l: { type: "array", items: { type: "integer" } },
            e: { enum: ["x", 2] },
        });
        expect(send(schema, filledFrom(nodeOf(schema), undefined)).value).toEqual({ a: "d" });
        const earlier = { a: "z", l: [1, 2], e: 2 };
        expect(send(schema, filledFrom(nodeOf(schema), earlier)).value).toEqual(earlier);
    });
});

describe("which tools clients see", () => {
    const server = (tools: unknown) => ({ config: { tools } }) as unknown as Server;
    it("follows allow, deny and patterns", () => {
        expect(fitsPattern("read_file", "read_*")).toBe(true);
        expect(fitsPattern("aXb", "a.b")).toBe(false);
        expect(isShown(server({ allow: ["a"] }), "b")).toBe(false);
        expect(isShown(server({ deny: ["a*"] }), "ab")).toBe(false);
        expect(isShown(server(undefined), "x")).toBe(true);
    });
    it("changes only its own lists", () => {
        expect(patchFor(server({ deny: ["a"] }), ["b"], "hide")).toEqual({ config: { tools: { deny: ["a", "b"] } } });
        expect(patchFor(server({ allow: ["c"], deny: ["b"] }), ["b"], "show")).toEqual({
            config: { tools: { allow: ["c", "b"], deny: [] } },
        });
    });
    it("warns when none would be left", () => {
        expect(wouldHideAll(server({ deny: ["a"] }), [{ name: "a" }, { name: "b" }], ["b"])).toBe(true);
        expect(wouldHideAll(server({}), [{ name: "a" }, { name: "b" }], ["b"])).toBe(false);
    });
});

describe("an expression of a schema", () => {
    it("is tried when it surely ends soon", () => {
        for (const pattern of [
            "^a",
            "^[a-z(*)+]+$",
            "^[\\w.+-]+@[\\w-]+\\.[\\w.]+$",
            "^\\d{4}-\\d{2}-\\d{2}$",
            "^(a|b)$",
            "\\)+",
        ])
            expect(isQuick(pattern), pattern).toBe(true);
    });
    it("is left to the server when it could take for ever", () => {
        for (const pattern of ["^(a+)+$", "^(a|a)*$", "(\\w+\\s?)*$", "(a{1,30}){1,30}", ".*.*.*.*x"])
            expect(isQuick(pattern), pattern).toBe(false);
        const word = { word: { type: "string", pattern: "^(a|a)*$" } };
        const text = `${"a".repeat(60)}b`;
        expect(send(object(word), { fields: { word: { text } } })).toEqual({ value: { word: text }, problems: {} });
    });
});
