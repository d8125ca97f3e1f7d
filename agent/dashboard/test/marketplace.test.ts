import { expect, it } from "vitest";
import { givenOf, matching, problemsOf } from "../src/marketplace/page";

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
