// What the forms of tools send, what approving keeps, what a list does under somebody's hands, what is said of one that went away.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { base, card, check, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });
const gone = (locator) => locator.waitFor({ state: "detached" });
const everything = `${fixtures}/mcp_everything`;
const program = `${process.env.MCPM_SOURCE_DIR}/tests/programs/forms/server.py`;
const field = (page, name) => page.locator(`.call-panel input[name="${name}"]`);
const toolAt = (page, tool) => page.goto(`${base}/servers/forms/tools?tool=${tool}`);

/** Calls what stands in the form: what was sent is what the agent got. */
async function sent(page) {
    const [request] = await Promise.all([page.waitForRequest((each) => /[/]call$/.test(each.url())), page.click(id("call-tool"))]);
    await visible(page.locator(id("tool-result")));
    return JSON.stringify(request.postDataJSON().arguments);
}

async function nested(page) {
    await toolAt(page, "nested");
    await holds("an object within an object has fields", () => visible(field(page, "city")));
    await field(page, "name").fill("Ann");
    await field(page, "city").first().fill("Oslo");
    await page.getByRole("button", { name: "Add item" }).click();
    await field(page, "1").fill("first");
    await page.getByRole("button", { name: "Add item" }).click();
    await field(page, "2").fill("second");
    await page.getByRole("button", { name: "Add item" }).click();
    await field(page, "3").fill("third");
    await page.getByRole("button", { name: "Move item 2 up" }).click();
    await page.getByRole("button", { name: "Remove item 3" }).click();
    const wanted = { user: { name: "Ann", address: { city: "Oslo" } }, tags: ["second", "first"] };
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    const json = await page.locator(".json-input").inputValue();
    check("a field for JSON is one click away, with what was filled in", JSON.stringify(JSON.parse(json)) === JSON.stringify(wanted), json);
    await page.getByRole("button", { name: "Form", exact: true }).click();
    check("and the form again has it", (await field(page, "name").inputValue()) === "Ann" && (await field(page, "1").inputValue()) === "second");
    const asked = await sent(page);
    check("objects are sent as objects, lists in their order, what is empty not at all", asked === JSON.stringify(wanted), asked);
}

async function either(page) {
    await toolAt(page, "either");
    await holds("a choice at the root shows the fields of one branch", () => visible(field(page, "number")));
    await field(page, "number").fill("7");
    await page.getByLabel("Variant").selectOption({ label: "By name" });
    await field(page, "name").fill("seven");
    check("and of no other", (await field(page, "number").count()) === 0);
    const asked = await sent(page);
    check("and sends what that branch has", asked === '{"name":"seven"}', asked);
}

async function ofOthers(page) {
    await toolAt(page, "noted");
    await field(page, "note").fill("of this tool");
    await sent(page);
    await page.getByRole("button", { name: "Change and run" }).first().click();
    await holds("a past call can be changed", async () => {
        if ((await field(page, "note").inputValue()) !== "of this tool") throw new Error("its values are not there");
    });
    await page.locator(".pick").filter({ hasText: "nested" }).click();
    await visible(field(page, "city"));
    check("what one tool was called with is not in the form of another", (await field(page, "note").inputValue()) === "", await field(page, "note").inputValue());
}

async function manyFields(page) {
    await page.setViewportSize({ width: 1280, height: 620 });
    await toolAt(page, "many");
    await visible(field(page, "parameter 29"));
    await field(page, "parameter 3").scrollIntoViewIfNeeded();
    const place = await page.locator(id("call-tool")).boundingBox();
    check("the button of a long form stays in sight", place !== null && place.y + place.height <= 620, JSON.stringify(place));
    await field(page, "parameter 29").scrollIntoViewIfNeeded();
    check("and the form scrolls", (await field(page, "parameter 29").boundingBox()).y < 620);
    await page.setViewportSize({ width: 1280, height: 800 });
}

async function traffic(page) {
    await page.goto(`${base}/servers/forms/traffic`);
    await visible(page.getByText(/Waiting for the next message/));
    // The stream is open a moment later: it is called until it is seen.
    await holds("messages appear as they pass", async () => {
        for (let turn = 0; turn < 20 && (await page.locator("tbody tr").count()) === 0; turn += 1) {
            await mcpm("call", "forms", "noted", "note=x");
            await page.waitForTimeout(200);
        }
        await mcpm("call", "forms", "fails").catch(() => undefined);
        await visible(page.locator("tbody .badge.bad"));
    });
    await holds("a line above sums them up", () => visible(page.getByText(/\d+ messages · [1-9]\d* failures? · slowest/)));
    await page.getByRole("button", { name: /^tools\/call fails/ }).first().click();
    check("what is clicked filters, in the address", new URL(page.url()).searchParams.get("what") === "tools/call fails", page.url());
    await holds("and only that is shown", () => page.waitForFunction(() => [...document.querySelectorAll("tbody tr")].every((row) => row.textContent.includes("fails"))));
    await page.getByRole("button", { name: "Remove filter what" }).click();
    await holds("a filter is a chip that takes itself away", () => visible(page.locator("tbody tr").filter({ hasText: "noted" })));
}

async function approving(page, context, words) {
    const rules = { config: { labels: { team: "docs" }, environment: { COLOUR: "blue" }, tools: { deny: ["many"] } } };
    const changed = await context.request.patch(`${base}/api/servers/forms`, { data: rules, headers: { Origin: base } });
    check("a server has settings of its own", changed.ok(), await changed.text());
    await mcpm("tools", "approve", "forms");
    const before = JSON.stringify(JSON.parse(await mcpm("show", "forms", "-o", "json")).config);
    writeFileSync(words, "Other words than those that were approved.\n");
    await page.goto(`${base}/servers/forms/tools`);
    const notice = page.getByRole("region", { name: "Approval" });
    await holds("a tool that says something else is shown with the difference", () => visible(notice.locator(".diff-add").filter({ hasText: "Other words" })));
    await notice.getByRole("button", { name: "Approve", exact: true }).click();
    await holds("it is approved", () => gone(notice));
    await mcpm("tools", "verify", "forms");
    const after = JSON.stringify(JSON.parse(await mcpm("show", "forms", "-o", "json")).config);
    check("and nothing else of the server has changed", after === before && after.includes("docs") && after.includes("blue") && after.includes("many"), `${before} ${after}`);
}

async function mended(page) {
    const file = `${process.env.HOME}/.cursor/mcp.json`;
    const broken = '{"mcpServers": {"cut": {"command": "node", ';
    mkdirSync(`${process.env.HOME}/.cursor`, { recursive: true });
    writeFileSync(file, broken);
    await page.goto(`${base}/`);
    await page.click(id("add-server-button"));
    await page.getByRole("button", { name: "Take over a client's servers" }).click();
    await holds("a client's file that cannot be read is named with what is wrong", () => visible(page.locator(`${id("ai-client")}[data-client=cursor] .problem`)));
    await page.fill("textarea[name=configuration]", JSON.stringify({ mcpServers: { whole: { command: everything }, odd: { command: everything, args: 3 } } }));
    await page.getByLabel("Mend odd").fill(JSON.stringify({ command: everything, args: [] }));
    await page.click(id("import-servers"));
    await holds("an entry that cannot be taken is mended in its place", () => visible(card(page, "odd")));
    await holds("beside those that could be", () => visible(card(page, "whole")));
    check("and the client's file is as it was", readFileSync(file, "utf8") === broken);
    writeFileSync(file, "{}");
    for (const name of ["odd", "whole"]) await mcpm("remove", "-f", name);
}

const order = (page) => page.locator(`${id("server-card")} th`).allInnerTexts();

async function held(browser) {
    await mcpm("add", "first by name", "--", everything);
    await mcpm("add", "second by name", "--start", "--", everything);
    const visit = await open(browser, "/?view=table&sort=status&q=by+name");
    const { page } = visit;
    await visible(page.locator(id("server-card")).nth(1));
    const before = (await order(page)).join();
    check("what runs comes first", before === "second by name,first by name", before);
    const runs = (name) => page.locator(id("server-card")).filter({ hasText: name }).locator(id("server-status")).getByText("running");
    await page.getByRole("link", { name: "second by name" }).focus();
    await mcpm("start", "first by name");
    await visible(runs("first by name"));
    check("a list holds still while the keys are in it", (await order(page)).join() === before, (await order(page)).join());
    await page.locator(id("search-input")).focus();
    await holds("and is in order when they leave", () => page.waitForFunction(() => document.querySelector('[data-testid="server-card"] th').innerText === "first by name"));
    await page.setViewportSize({ width: 1280, height: 300 });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    check("the page is one that scrolls", (await page.evaluate(() => scrollY)) > 60);
    await page.waitForFunction(() => new Promise((go) => requestAnimationFrame(() => go(true))));
    await mcpm("stop", "first by name");
    await visible(page.locator(id("server-card")).filter({ hasText: "first by name" }).locator(id("server-status")).getByText("stopped"));
    check("so it does while it is scrolled", (await order(page)).join() === "first by name,second by name", (await order(page)).join());
    await page.evaluate(() => scrollTo(0, 0));
    await holds("until one is at its top again", () => page.waitForFunction(() => document.querySelector('[data-testid="server-card"] th').innerText === "second by name"));
    await close("a list under somebody's hands", visit);
    const small = await open(browser, "/servers/second%20by%20name?use=1h", { viewport: { width: 360, height: 740 } });
    const plot = small.page.locator(".plot").first();
    await visible(plot.locator("svg"));
    const place = await plot.boundingBox();
    await small.page.mouse.move(place.x + place.width - 14, place.y + 30);
    await small.page.locator(".health-bar").first().hover();
    check("what is pointed at says what it is within the screen", (await small.page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
    await holds("and within the bar", () => small.page.waitForFunction(() => document.querySelector(".health-bar title").textContent !== ""));
    await close("what is pointed at", small);
    for (const name of ["first by name", "second by name"]) await mcpm("remove", "-f", name);
}

/** As little of an MCP server over HTTP as can be asked. */
async function aRemote() {
    const results = { initialize: { protocolVersion: "2025-06-18", serverInfo: { name: "far", version: "1" }, capabilities: { tools: {} } }, ping: {}, "tools/list": { tools: [] } };
    const server = createServer((request, answer) => {
        let body = "";
        request.on("data", (part) => {
            body += part;
        });
        request.on("end", () => {
            const { id: number, method } = request.method === "POST" ? JSON.parse(body) : {};
            if (number === undefined) return answer.writeHead(request.method === "POST" ? 202 : 405).end();
            const said = results[method] ? { result: results[method] } : { error: { code: -32601, message: "no such method" } };
            answer.setHeader("Content-Type", "application/json");
            return answer.end(JSON.stringify({ jsonrpc: "2.0", id: number, ...said }));
        });
    });
    await new Promise((go) => server.listen(0, "127.0.0.1", go));
    return { server, url: `http://127.0.0.1:${server.address().port}/mcp` };
}

async function wentAway(browser) {
    const { server, url } = await aRemote();
    await mcpm("add", "far", "--url", url, "--health-interval", "1s", "--start");
    const visit = await open(browser, "/");
    const { page } = visit;
    const own = card(page, "far");
    await holds("a remote server is well", () => visible(own.getByText("healthy", { exact: true })));
    server.closeAllConnections();
    server.close();
    await holds("and unwell when it went away", () => visible(own.locator(".badge.bad")));
    check("then it shows its address", await own.getByText(url).isVisible());
    check("and not what was measured before", (await own.locator(".meter").count()) === 0);
    await page.goto(`${base}/?view=table`);
    const row = page.locator(id("server-card")).filter({ hasText: "far" });
    await visible(row);
    check("in the table neither", /^\s*–\s*$/.test(await row.locator(".cell-cpu").innerText()), await row.locator(".cell-cpu").innerText());
    await close("one that went away", visit);
    await mcpm("remove", "-f", "far");
}

export async function promises(browser) {
    const words = `${process.env.HOME}/words`;
    writeFileSync(words, "Takes a note.\n");
    await mcpm("add", "forms", "--start", "--", "python3", program, words);
    const visit = await open(browser, "/");
    const { page, context } = visit;
    await nested(page);
    await either(page);
    await ofOthers(page);
    await manyFields(page);
    await traffic(page);
    await approving(page, context, words);
    await mended(page);
    await close("forms and what they keep", visit);
    await mcpm("remove", "-f", "forms");
    await held(browser);
    await wentAway(browser);
}
