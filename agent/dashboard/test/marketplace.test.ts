import { expect, it } from "vitest";
import { commandOf, givenOf, problemsOf } from "../src/marketplace/deploy";
import { badgesOf } from "../src/marketplace/facts";
import { matching } from "../src/marketplace/page";

const parameters = [
    { name: "allowed-paths", type: "paths", required: true },
    { name: "read-only", type: "boolean" },
    { name: "key", type: "string", secret: true, required: true, default: "x" },
];

it("gives a list for what takes several, and nothing for what is empty", () => {
    expect(givenOf(parameters, { "allowed-paths": " /a b \n\n/c\n", "read-only": "", key: " k " })).toEqual({
        "allowed-paths": ["/a b", "/c"],
        key: "k",
    });
});

it("says what is missing unless it has a default", () => {
    expect(Object.keys(problemsOf(parameters, { "allowed-paths": " \n" }))).toEqual(["allowed-paths"]);
});

it("finds templates that have every word, in the name first", () => {
    const templates = [
        { id: "pdf", name: "PDF", description: "reads files", category: "files" },
        { id: "files", name: "Files", description: "reads and writes", category: "files" },
        { id: "git", name: "Git", description: "history", category: "code" },
    ];
    expect(matching(templates, "Files reads", "").map((each) => each.id)).toEqual(["files", "pdf"]);
    expect(matching(templates, "", "code").map((each) => each.id)).toEqual(["git"]);
});

it("shows the command that does the same, and no secret in it", () => {
    const choice = { template: { id: "files", name: "Files" }, path: "/api/registry/deploy" as const };
    const given = { "allowed-paths": ["/a b", "/c"], key: "hunter2" };
    expect(commandOf({ ...choice, body: { id: "io.x/files", version: "1" } }, "mine", parameters, given)).toBe(
        "mcpm install io.x/files@1 --name mine 'allowed-paths=/a b' allowed-paths=/c key=secret:NAME",
    );
    expect(commandOf({ ...choice, body: { bundle: "/x.mcpb" } }, "", [], {})).toBe("mcpm install /x.mcpb --name files");
});

it("shows what was measured, and nothing of what nobody has tried", () => {
    const measured = { date: "2026-11-29", tools: 4, tokens: 600, memoryBytes: 73400320, revision: "2025-11-25" };
    expect(badgesOf({ id: "a", name: "A", measured })).toEqual([
        "4 tools, about 600 tokens",
        "70.0 MiB of memory",
        "speaks 2025-11-25",
        "tried 2026-11-29",
    ]);
    expect(badgesOf({ id: "a", name: "A" })).toEqual([]);
});
