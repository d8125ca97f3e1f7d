// Somebody who has an AI client with servers of its own, and a first server here: what the agent finds is taken over from the page, what is
// added leads to its page, who is connected says from where.
import { mkdirSync, writeFileSync } from "node:fs";
import { base, card, check, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });
const gone = (locator) => locator.waitFor({ state: "detached" });
const everything = `${fixtures}/mcp_everything`;

async function takenOver(page) {
    const folder = `${process.env.HOME}/.cursor`;
    mkdirSync(folder, { recursive: true });
    const file = { mcpServers: { "from cursor": { command: everything, args: [], env: { API_TOKEN: "hunter2hunter2" } }, odd: { args: 3 } } };
    writeFileSync(`${folder}/mcp.json`, JSON.stringify(file));
    await page.click(id("add-server-button"));
    await page.locator("dialog").getByRole("button", { name: "Take over a client's servers" }).click();
    const found = page.locator(`dialog ${id("ai-client")}[data-client=cursor]`);
    await holds("the page shows which AI clients the agent found", () => visible(found));
    await found.getByRole("button", { name: "Look at the servers of Cursor" }).click();
    await holds("what would be taken over is shown before it is", () => visible(found.getByText("from cursor")));
    check("no value of the file is on the page", !(await page.content()).includes("hunter2hunter2"));
    check("looking changes nothing", !(await mcpm("list", "-q")).includes("from cursor"));
    await page.click(`dialog ${id("take-over")}`);
    await holds("and then is", () => visible(card(page, "from cursor")));
    check("the client's file stays as it was", JSON.stringify(JSON.parse(await import("node:fs").then((fs) => fs.readFileSync(`${folder}/mcp.json`, "utf8")))) === JSON.stringify(file));
}

async function firstOne(page) {
    await page.goto(`${base}/`);
    await page.click(id("add-server-button"));
    await page.fill(id("server-name"), "first one");
    await page.getByText("Command", { exact: true }).click();
    await page.fill(id("source-command"), everything);
    await page.keyboard.press("Enter");
    await holds("Enter creates and starts a server, and goes to its page", () => visible(page.getByRole("heading", { name: "first one", level: 1 })));
    await holds("where it runs", () => visible(page.locator(id("server-status")).getByText("running")));
}

async function beforeItIsSaved(page) {
    await page.goto(`${base}/`);
    await page.click(id("add-server-button"));
    await page.locator("dialog").getByText("Remote URL", { exact: true }).click();
    await page.fill(id("source-url"), "http://127.0.0.1:9/mcp");
    await page.click(id("test-connection"));
    await holds("a remote is tried before it is saved, and before it has a name", () => visible(page.locator("dialog").getByText(/Connection refused/)));
    await page.keyboard.press("Escape");
    check("and nothing is left of it", !(await mcpm("list", "-q")).includes("test"));
}

async function connected(page) {
    const token = (await mcpm("token", "create", "visitor", "-q")).trim();
    const hello = { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "visitor", version: "1" } } };
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
    await (await fetch(`${base}/mcp`, { method: "POST", headers, body: JSON.stringify(hello) })).text();
    await page.goto(`${base}/clients`);
    const row = page.locator(`${id("connected-clients")} li`).filter({ hasText: "visitor" });
    await holds("who is connected says from which address", () => visible(row.getByText(/from 127\.0\.0\.1:\d+/)));
    await row.getByRole("button", { name: "Disconnect visitor" }).click();
    await holds("and is sent away after a question", async () => {
        await page.click(id("confirm-delete"));
        await gone(row);
    });
    await mcpm("token", "revoke", "visitor");
}

export async function newcomer(browser) {
    const visit = await open(browser, "/", { expected: /502/ });
    const { page } = visit;
    await takenOver(page);
    await beforeItIsSaved(page);
    await firstOne(page);
    await connected(page);
    await page.goto(`${base}/servers/${encodeURIComponent("first one")}/health?range=90d`);
    await holds("health is shown over ninety days, too", () => visible(page.getByRole("radio", { name: /90 days/ })));
    await close("a newcomer", visit);
    await mcpm("remove", "-f", "first one");
    await mcpm("remove", "-f", "from cursor");
}
