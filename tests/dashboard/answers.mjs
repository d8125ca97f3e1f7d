// What the agent really answers, as TypeScript that has to fit the page's own types: one constant an answer.
//   node answers.mjs SOCKET OUT.ts TYPES.ts SOURCE_FOLDER
// A field that the page needs and the agent no longer sends, or sends as something else, is an error of the compiler. One that may be
// absent is looked up by its name: common/, where every name of an answer stands, has to know it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

const [socketPath, out, types, source] = process.argv.slice(2);
const server = "/api/servers/typed";
const answers = {
    "/api/servers": "Server[]",
    [server]: "Server",
    [`${server}/stats?range=1h`]: "Stats",
    [`${server}/health`]: "HealthNow",
    [`${server}/health/history?range=1h`]: "HealthHistory",
    [`${server}/runs`]: "Run[]",
    [`${server}/why`]: "Why",
    [`${server}/tools`]: "Tool[]",
    [`${server}/prompts`]: "Prompt[]",
    [`${server}/resources`]: "Resource[]",
    "/api/events?limit=50": "AgentEvent[]",
    "/api/health/system": "SystemHealth",
    "/api/usage?range=24h": "Usage",
    "/api/analytics/report?range=24h": "Report",
    "/api/clients": "ConnectedClient[]",
    "/api/ai-clients": "AiClient[]",
    "/api/tokens": "Token[]",
    "/api/profiles": "Profile[]",
    "/api/secrets": "Secret[]",
    "/api/templates": "Template[]",
    "/api/feedback": "FeedbackItem[]",
    "/api/feedback/stats": "FeedbackStats",
    "/api/agent": "Agent",
    "/api/session": "Session",
};

const ask = (path) =>
    new Promise((done, failed) => {
        request({ socketPath, path, headers: { Host: "agent" } }, (answer) => {
            let text = "";
            answer.on("data", (part) => (text += part));
            answer.on("end", () => (answer.statusCode === 200 ? done(JSON.parse(text).data) : failed(new Error(`${path}: ${answer.statusCode} ${text}`))));
        })
            .on("error", failed)
            .end();
    });

const used = [...new Set(Object.values(answers).map((type) => type.replace("[]", "")))];
const lines = [
    `import type { ${used.join(", ")} } from "./src/api/types";`,
    "type Read<T> = T extends (infer E)[] ? readonly Read<E>[] : T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;",
];
for (const [index, [path, type]] of Object.entries(answers).entries()) {
    const data = await ask(path);
    if (Array.isArray(data) && data.length === 0) console.log(`nothing to compare: ${path}`);
    // Named first, so that what the page does not read is no error.
    lines.push(`// ${path}`, `const answer${index} = ${JSON.stringify(data)} as const;`, `export const typed${index}: Read<${type}> = answer${index};`);
}
writeFileSync(out, `${lines.join("\n")}\n`);

const filesBelow = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? filesBelow(join(folder, each.name)) : [join(folder, each.name)]));
const known = filesBelow(join(source, "common")).concat(filesBelow(join(source, "cli/commands")), filesBelow(join(source, "cli/clients")), filesBelow(join(source, "agent/mcp")), filesBelow(join(source, "agent/observe"))).map((file) => readFileSync(file, "utf8")).join("\n");
const names = [...readFileSync(types, "utf8").matchAll(/^\s+(\w+)\??:/gm), ...readFileSync(types, "utf8").matchAll(/[{;] (\w+)\??: /g)].map((found) => found[1]);
// Names that MCP gives; what the page adds to a line of several logs.
const foreign = ["outputSchema", "annotations", "mimeType", "size", "resource", "blob", "colour"];
const unknown = [...new Set(names)].filter((name) => !known.includes(`"${name}"`) && !foreign.includes(name));
console.log(unknown.length === 0 ? "every name is known" : `no answer has: ${unknown.join(" ")}`);
