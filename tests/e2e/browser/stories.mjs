// Each a user's story in a real browser against the real agent with real servers. Figures are printed, not asserted.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { containers } from "./containers.mjs";
import { details } from "./details.mjs";
import { everyday } from "./everyday.mjs";
import { hooks } from "./hooks.mjs";
import { hostile } from "./hostile.mjs";
import { keysAlone } from "./keys.mjs";
import { newcomer } from "./newcomer.mjs";
import { promises } from "./promises.mjs";
import { crowd, foreignPage, ways } from "./strangers.mjs";
import { AxeBuilder, base, card, check, checkHeadings, chromium, close, fixtures, holds, id, mcpm, open, token } from "./house.mjs";

const everything = `${fixtures}/mcp_everything`;
const visible = (locator) => locator.waitFor({ state: "visible" });
const gone = (locator) => locator.waitFor({ state: "detached" });

async function addByForm(page, name, command, button) {
    await page.click(id("add-server-button"));
    await page.fill(id("server-name"), name);
    await page.getByText("Command", { exact: true }).click();
    await page.fill(id("source-command"), command);
    await page.click(id(button));
}

async function signingIn(browser) {
    const visit = await open(browser, "/events?failures=1", { signedIn: false, expected: /401/ });
    const { page } = visit;
    await holds("without a session the page says what to do", () => visible(page.getByText("mcpm dashboard", { exact: true })));
    await page.fill(id("token-input"), "mcpm_wrong");
    await page.click(id("sign-in"));
    await holds("a wrong token is said at its field", () => visible(page.locator(id("error-message"))));
    check("and what was typed stays", (await page.inputValue(id("token-input"))) === "mcpm_wrong");
    await page.fill(id("token-input"), token);
    await page.click(id("sign-in"));
    await holds("a right one leads to where one wanted to be", () => visible(page.getByRole("heading", { name: "Events", level: 1 })));
    check("with its filter", page.url().endsWith("/events?failures=1"));
    await page.reload();
    await holds("a reload keeps the session", () => visible(page.getByRole("heading", { name: "Events", level: 1 })));
    check("no script can read the cookie", (await page.evaluate(() => document.cookie)) === "");
    await page.getByRole("button", { name: "Sign out" }).click();
    await holds("signing out ends it", () => visible(page.locator(id("sign-in"))));
    await close("signing in", visit);
}

async function firstRun(browser) {
    const visit = await open(browser, "/");
    const { page } = visit;
    await holds("a first run teaches three steps", () => visible(page.getByText("No servers yet")));
    check("the first heading says MCP Manager", (await page.locator("h1,h2,h3").first().textContent()) === "MCP Manager");
    for (const [path, said] of [["/logs", "No servers yet"], ["/tools", "No servers yet"], ["/usage", "No calls in this time"], ["/events", "Events"]]) {
        await page.goto(base + path);
        await visible(page.getByRole("heading", { name: said }).first());
        await checkHeadings(page, `${path} of a first run`);
    }
    await close("first run", visit);
}

async function workflow(browser) {
    const visit = await open(browser, "/");
    const { page } = visit;
    await page.click(id("add-server-button"));
    await page.click(id("create-server"));
    await holds("an empty name is said at its field", () => visible(page.getByText("Server name is required")));
    await page.fill(id("server-name"), "bad;name");
    await page.fill(id("docker-image"), "some/image");
    await page.click(id("create-server"));
    await holds("so is a forbidden character", () => visible(page.getByText(/Invalid character/)));
    check("what was typed stays", (await page.inputValue(id("docker-image"))) === "some/image");
    await page.keyboard.press("Escape");
    await holds("Escape closes the form", () => gone(page.locator("dialog")));
    await addByForm(page, "flow", everything, "create-server");
    await holds("a server is added", () => visible(card(page, "flow")));
    await holds("and it is said", () => visible(page.locator(id("toast-success")).first()));
    const own = card(page, "flow");
    await own.locator(id("start-server")).click();
    await holds("it starts", () => visible(own.locator(id("server-status")).getByText("running")));
    await own.locator(id("view-server")).click();
    await holds("its page has its name as heading", () => visible(page.getByRole("heading", { name: "flow", level: 1 })));
    await page.getByRole("link", { name: "Logs", exact: true }).first().click();
    await holds("it has a log", () => visible(page.locator(id("log-viewer"))));
    await page.getByRole("link", { name: "Health", exact: true }).click();
    await holds("and a health chart", () => visible(page.locator(id("health-chart"))));
    await page.getByRole("link", { name: "Tools", exact: true }).click();
    await page.getByRole("button", { name: /^echo/ }).click();
    await page.locator("input[name=message]").fill("hello <b>there</b>");
    await page.click(id("call-tool"));
    await holds("a tool is called with a form and answers", () => visible(page.locator(id("tool-result")).getByText(/hello <b>there<\/b>/).first()));
    await page.getByRole("button", { name: "Run again" }).click();
    await holds("calls are kept and grouped", () => visible(page.getByRole("button", { name: "echo ×2" })));
    for (const tab of ["Overview", "Prompts", "Resources", "Traffic", "Settings"]) {
        await page.getByRole("navigation", { name: "flow" }).getByRole("link", { name: tab, exact: true }).click();
        await page.waitForTimeout(150);
    }
    const yaml = page.locator(".yaml-input");
    await yaml.fill(`${await yaml.inputValue()}\n`.replace(/^config:.*\n/m, "").concat("config:\n  labels:\n    team: docs\n"));
    await holds("a change of the definition is shown before it is saved", () => visible(page.locator(id("diff")).getByText("team: docs")));
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await holds("and saved", async () => {
        await visible(page.getByText(/Saved/).first());
        if (!(await mcpm("show", "flow", "-o", "json")).includes('"team": "docs"')) throw new Error("the agent does not have it");
    });
    await page.locator(id("stop-server")).click();
    await holds("it stops", () => visible(page.locator(id("server-status")).getByText("stopped")));
    await page.locator(id("delete-server")).click();
    await page.click(id("confirm-delete"));
    await holds("it is deleted after a question", () => visible(page.locator(".brand-title")));
    await holds("and is gone", () => gone(card(page, "flow")));
    await page.goBack();
    await holds("back leads to a page that says so", () => visible(page.getByRole("heading", { name: "This server does not exist", level: 1 })));
    await close("the whole workflow", { ...visit, said: visit.said.filter((line) => !/404/.test(line)) });
}

async function live(browser) {
    const visit = await open(browser, "/");
    const other = await open(browser, "/");
    const { page } = visit;
    await visible(page.locator(id("live-state")).getByText("Live"));
    const name = '<script>alert("x")</script>';
    await mcpm("add", name, "--", everything);
    await mcpm("add", "elsewhere", "--", everything);
    await holds("what is added elsewhere appears by itself", () => visible(card(page, "elsewhere")));
    await holds("markup in a name is text", () => visible(page.getByRole("link", { name, exact: true })));
    await page.fill(id("search-input"), "else");
    await holds("the search filters", () => gone(page.getByRole("link", { name, exact: true })));
    check("and is in the address", page.url().includes("q=else"));
    await mcpm("start", "elsewhere");
    await holds("a start elsewhere is seen", () => visible(card(page, "elsewhere").locator(id("server-status")).getByText("running")));
    await holds("in every tab", () => visible(card(other.page, "elsewhere").locator(id("server-status")).getByText("running")));
    check("the focus stays where it was", (await page.evaluate(() => document.activeElement?.dataset.testid)) === "search-input");
    await mcpm("remove", "-f", "elsewhere");
    await holds("what is removed elsewhere vanishes", () => gone(card(page, "elsewhere")));
    await close("live", visit);
    await close("live, the other tab", other);
}

async function keyboard(browser) {
    await mcpm("add", "keyed too", "--", everything);
    const visit = await open(browser, "/");
    const { page } = visit;
    const at = () => page.evaluate(() => document.activeElement?.dataset.testid ?? "");
    await visible(page.locator(id("live-state")).getByText("Live"));
    await page.keyboard.press("Tab");
    check("the first stop is Add Server", (await at()) === "add-server-button", await at());
    await page.keyboard.press("Tab");
    check("the second is Refresh", (await at()) === "refresh-button", await at());
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await visible(page.locator("dialog"));
    await page.keyboard.type("typed");
    check("the form has the focus", (await page.inputValue(id("server-name"))) === "typed");
    for (let stop = 0; stop < 40; stop += 1) await page.keyboard.press("Tab");
    check("the focus stays in the dialog", await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null));
    await page.keyboard.press("Escape");
    await gone(page.locator("dialog"));
    check("Escape gives it back", (await at()) === "add-server-button", await at());
    await page.keyboard.press("Control+k");
    await holds("Ctrl+K opens the palette", () => visible(page.locator(id("palette"))));
    await page.keyboard.press("Escape");
    await page.locator("#main").focus();
    await page.keyboard.press("s");
    await holds("a letter opens it too, with the letter", async () => {
        if ((await page.inputValue(`${id("palette")} input`)) !== "s") throw new Error("another text");
    });
    await page.keyboard.press("Escape");
    await gone(page.locator(id("palette")));
    await page.locator("#main").focus();
    await page.keyboard.type("secret");
    await holds("and loses none of those that follow at once", async () => {
        if ((await page.inputValue(`${id("palette")} input`)) !== "secret") throw new Error("another text");
    });
    await page.keyboard.press("Enter");
    await holds("Enter goes there", () => visible(page.getByRole("heading", { name: "Secrets", level: 1 })));
    await page.keyboard.press("?");
    await holds("? shows the keys", () => visible(page.getByRole("heading", { name: "Keys" })));
    await page.keyboard.press("Escape");
    await page.goto(`${base}/`);
    await visible(page.locator(id("search-input")));
    await page.keyboard.press("/");
    check("/ searches", (await at()) === "search-input", await at());
    await close("keyboard only", visit);
    await mcpm("remove", "-f", "keyed too");
}

async function logs(browser) {
    await mcpm("add", "talker", "--transport", "none", "--start", "--", "sh", "-c", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo \"line $i\"; done; while :; do i=$((i+1)); echo \"\\033[31mlate $i\\033[0m <i>x</i>\"; sleep 0.2; done");
    const visit = await open(browser, "/servers/talker/logs");
    const { page } = visit;
    const box = page.locator(id("log-viewer"));
    await holds("a log opens at its end", () => visible(box.getByText(/late \d+/).last()));
    await holds("and follows", () => visible(page.getByText("Following")));
    await box.hover();
    await page.mouse.wheel(0, -900);
    await holds("scrolling up pauses it and counts what comes", () => visible(page.getByRole("button", { name: /new line/ })));
    const before = await box.evaluate((element) => element.scrollTop);
    await page.waitForTimeout(700);
    check("it stays where one scrolled", Math.abs((await box.evaluate((element) => element.scrollTop)) - before) < 2);
    await page.click(id("new-lines"));
    await holds("the pill leads to the end", () => visible(page.getByText("Following")));
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await holds("what is printed is every line that is loaded", () => page.waitForFunction(() => document.querySelectorAll(".log-box .line").length >= 500));
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await holds("and what is seen afterwards only those in sight", () => page.waitForFunction(() => document.querySelectorAll(".log-box .line").length < 200));
    await page.locator("[data-search]").fill("line 2999");
    await holds("a search filters", () => gone(box.getByText(/late/).first()));
    await page.getByRole("button", { name: "Show in context" }).first().click();
    await holds("a hit is shown in its context", async () => {
        await visible(box.getByText("line 2998", { exact: true }));
        await visible(page.getByText("Around one line of the whole log"));
    });
    await page.goto(`${base}/servers/talker/logs?q=(&regex=1`);
    await holds("a wrong expression is said", () => visible(page.getByText(/Not a regular expression/)));
    await close("logs", visit);
    await mcpm("remove", "-f", "talker");
}

/** One that needs no network: what a person wrote. */
async function ownTemplate(page) {
    const folder = `${process.env.HOME}/.local/share/mcpm/custom-templates`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/mine.yaml`, `id: mine\nname: Mine\ndescription: A template of my own.\ncategory: demo\nparameters:\n  word: {required: true, description: what it says}\nserver:\n  command: ${everything}\n  env: {WORD: "\${word}"}\n`);
    await page.goto(`${base}/marketplace?q=template+of+my+own`);
    await page.getByRole("button", { name: "Set up Mine" }).click();
    await page.getByLabel("word").fill("hello");
    await holds("what will run is shown before it does", () => visible(page.locator(id("will-run")).getByText(/"WORD": "hello"/)));
    await page.click(id("deploy-server"));
    await holds("a template is deployed", () => visible(page.getByRole("heading", { name: "mine", level: 1 })));
    await holds("and runs", () => visible(page.locator(id("server-status")).getByText("running")));
    rmSync(`${folder}/mine.yaml`);
    await mcpm("remove", "-f", "mine");
}

async function marketplace(browser) {
    await mcpm("add", "resting", "--lazy", "-l", `note=${"x".repeat(250)}`, "--", everything);
    const visit = await open(browser, "/marketplace", { expected: /400/ });
    const { page } = visit;
    await page.fill(id("search-input"), "official filesystem");
    await holds("every word of a search must fit", () => visible(page.getByRole("heading", { name: "Filesystem Access" })));
    await page.getByRole("button", { name: "Set up Filesystem Access" }).click();
    await page.fill(id("allowed-paths"), "/tmp\nrelative");
    await page.click(id("deploy-server"));
    await holds("what is wrong with a value is said at its field", () => visible(page.getByText('is an absolute path, not "relative"')));
    check("and what was typed stays", (await page.inputValue(id("allowed-paths"))) === "/tmp\nrelative");
    await page.keyboard.press("Escape");
    await ownTemplate(page);
    await page.goto(`${base}/`);
    await visible(card(page, "resting"));
    check("a long label does not widen the page", await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await card(page, "resting").locator(id("view-server")).click();
    await visible(page.getByRole("heading", { name: "resting", level: 1 }));
    await page.waitForTimeout(1000);
    await holds("what one offers that sleeps and never ran is not known", async () => {
        await page.goto(`${base}/tools`);
        await visible(page.getByText("Not known before their first run: resting"));
        for (const tab of ["tools", "prompts", "resources"]) {
            await page.goto(`${base}/servers/resting/${tab}`);
            await visible(page.getByText("The server does not run"));
            await checkHeadings(page, `${tab} of one that does not run`);
        }
    });
    const shown = JSON.parse(await mcpm("show", "resting", "-o", "json"));
    check("looking at one that sleeps does not wake it", !shown.pid, shown.status);
    await close("the marketplace", visit);
    await mcpm("remove", "-f", "resting");
}

async function figures(browser) {
    await mcpm("add", "counted", "--start", "--", everything);
    for (let times = 0; times < 3; times += 1) await mcpm("call", "counted", "echo", "message=hi");
    const visit = await open(browser, "/system");
    const { page } = visit;
    for (const name of ["Database", "Container engine", "File system", "Disk space"])
        await holds(`system health says what it found: ${name}`, () => visible(page.locator(id("system-checks")).getByText(name, { exact: true })));
    await holds("numbers lead to the list behind them", async () => {
        await page.locator("a.tile", { hasText: /running of/ }).click();
        await visible(page.locator(id("server-grid")));
        if (!page.url().includes("status=running")) throw new Error(page.url());
    });
    await page.goto(`${base}/usage?range=24h`);
    await holds("usage counts calls by tool", () => visible(page.getByRole("row", { name: /echo counted 3/ }).first()));
    await holds("and names what nobody called", () => visible(page.locator(id("unused-tools")).getByText(/counted/)));
    for (const by of ["Server", "Client", "Day"]) await page.getByText(by, { exact: true }).last().click();
    check("the choice is in the address", page.url().includes("by=day") && page.url().includes("range=24h"), page.url());
    await page.goto(`${base}/servers/counted?use=1h`);
    await holds("what a server used is drawn", () => visible(page.locator(id("stats-charts")).locator("figure svg").first()));
    const plot = page.locator(".plot").first();
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.97, box.y + 30, { steps: 4 });
    await page.mouse.up();
    await holds("a drag over a chart chooses a time for the page", () => visible(page.getByRole("link", { name: "Log of this time" })));
    const window = new URL(page.url()).searchParams;
    check("which is in the address", Date.parse(window.get("from")) < Date.parse(window.get("to")), page.url());
    await page.getByRole("button", { name: new RegExp(`^${window.get("from").slice(0, 10)}.* to `) }).click();
    check("and is given up again", !new URL(page.url()).searchParams.has("from"), page.url());
    await plot.focus();
    await page.keyboard.press("ArrowLeft");
    await holds("a chart says its values by the arrow keys", () => plot.locator(".cross").waitFor({ state: "attached" }));
    await page.goto(`${base}/servers/counted/health`);
    await holds("uptime of an hour, a day, a week, a month and ninety days", async () => {
        const strips = page.locator(`${id("uptime-strip")} .health-bar`);
        await visible(strips.last());
        if ((await strips.count()) !== 5) throw new Error(`${await strips.count()} strips`);
    });
    await close("figures", visit);
    await mcpm("remove", "-f", "counted");
}

async function feedback(browser) {
    const visit = await open(browser, "/events");
    const { page } = visit;
    await page.click(id("feedback-button"));
    await page.click(id("send-feedback"));
    await holds("feedback without a title says so at its field", () => visible(page.getByText("A title is required")));
    await page.getByLabel("Title").fill("<b>Logs</b> are great");
    await page.getByLabel("What happened, or what would help").fill("They stay where I scrolled.");
    await page.getByText("4", { exact: true }).click();
    await page.click(id("send-feedback"));
    await holds("it is stored", () => visible(page.locator(id("toast-success")).first()));
    check("with what the page knows", /"page": "\/events"/.test(await mcpm("feedback", "list", "-o", "json")));
    await page.goto(`${base}/feedback`);
    const item = page.locator(id("feedback-item")).filter({ hasText: "<b>Logs</b> are great" });
    await holds("and listed, its markup as text", () => visible(item));
    await item.getByRole("button", { name: "Answer" }).click();
    await page.getByRole("textbox", { name: "Answer" }).fill("Thank you.");
    await page.getByRole("button", { name: "Save" }).click();
    await holds("an answer is shown with it", () => visible(item.getByText("Thank you.")));
    await holds("and its status", () => visible(item.getByText("resolved")));
    await close("feedback", visit);
}

async function profiles(browser) {
    await mcpm("add", "one of two", "--", everything);
    await mcpm("add", "other of two", "--", everything);
    const visit = await open(browser, "/profiles");
    const { page, context } = visit;
    const data = { name: "writer", description: "first words", servers: [{ server: "one of two", tools: { allow: ["echo"] } }] };
    await context.request.post(`${base}/api/profiles`, { data, headers: { Origin: base } });
    await page.reload();
    await page.getByRole("button", { name: "Change profile writer" }).click();
    await page.locator("dialog").getByLabel("Description").fill("other words");
    await page.locator("dialog").getByLabel("other of two").check();
    await page.getByRole("button", { name: "Save" }).click();
    await holds("a profile is changed", () => visible(page.getByText("other words")));
    const kept = JSON.parse(await mcpm("profile", "show", "writer", "-o", "json"));
    check("with the servers that were chosen", kept.servers.map((each) => each.server).join() === "one of two,other of two", JSON.stringify(kept));
    check("and nothing of them is lost", kept.servers[0].tools?.allow?.join() === "echo", JSON.stringify(kept));
    await close("profiles", visit);
    await mcpm("profile", "remove", "writer");
    for (const name of ["one of two", "other of two"]) await mcpm("remove", "-f", name);
}

const places = ["/", "/logs", "/logs?view=beside", "/?group=status", "/?view=table", "/?view=wall", "/tools", "/marketplace", "/clients", "/events", "/usage", "/system", "/profiles", "/secrets", "/feedback", "/about", "/nothing"];
const tabs = ["", "/logs", "/health", "/tools?tool=echo", "/prompts", "/resources", "/traffic", "/settings"];

async function access(browser) {
    await mcpm("add", "seen", "--start", "-l", "team=docs", "--", everything);
    for (const colorScheme of ["light", "dark"]) {
        const visit = await open(browser, "/", { colorScheme, reducedMotion: "reduce" });
        const { page } = visit;
        // Everything in the light; in the dark what colours change.
        const look = async (what) => {
            const axe = new AxeBuilder({ page });
            const asked = colorScheme === "light" ? axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]) : axe.withRules(["color-contrast"]);
            const found = await asked.analyze();
            const text = found.violations.map((each) => `${each.id}: ${each.nodes.slice(0, 2).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join("; ")}`);
            check(`nobody is shut out: ${what}, ${colorScheme}`, text.length === 0, text.join(" | ").slice(0, 700));
        };
        for (const place of [...places, ...tabs.map((tab) => `/servers/seen${tab}`)]) {
            await page.goto(base + place);
            await visible(page.locator("main h1, .brand-title").first());
            await page.waitForTimeout(150);
            await look(place);
        }
        await page.click(id("add-server-button"));
        await look("the form of a new server");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+k");
        await look("the palette");
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await look("the keys");
        await page.keyboard.press("Escape");
        await page.click(id("feedback-button"));
        await look("the form of feedback");
        await page.keyboard.press("Escape");
        for (const [place, button] of [["/profiles", "Create profile"], ["/profiles", "Create token"], ["/secrets", "Store a secret"], ["/marketplace", /^Set up/]]) {
            await page.goto(base + place);
            await page.getByRole("button", { name: button }).first().click();
            await visible(page.locator("dialog[open]"));
            await look(`the dialog ${button}`);
            await page.keyboard.press("Escape");
        }
        await page.click(id("add-server-button"));
        for (const kind of ["Rust crate", "Remote URL", "Program by address"]) {
            await page.locator("dialog").getByText(kind, { exact: true }).click();
            await look(`the form of a new server, ${kind}`);
        }
        await page.getByRole("button", { name: "Take over a client's servers" }).click();
        await page.fill("textarea[name=configuration]", '{"mcpServers": {"one": {"command": "node"}, "odd": {"args": 3}}}');
        await visible(page.getByText("Mend odd"));
        await look("the dialog that takes over servers");
        await page.keyboard.press("Escape");
        await page.goto(`${base}/?view=table`);
        await page.getByText("Columns", { exact: true }).click();
        await page.getByRole("checkbox", { name: "Select all that are shown" }).check();
        await look("the table with its columns and all selected");
        await page.goto(`${base}/servers/seen`);
        await page.click(id("delete-server"));
        await look("the question before deleting");
        await page.keyboard.press("Escape");
        await close(`every page, ${colorScheme}`, { ...visit, said: visit.said.filter((line) => !/404/.test(line)) });
    }
    const small = await open(browser, "/", { viewport: { width: 360, height: 740 } });
    await small.page.goto(`${base}/?view=table`);
    for (const name of ["stop-server", "delete-server", "view-server"]) {
        const place = await small.page.locator(id(name)).first().boundingBox();
        check(`360 px have ${name} of the table in reach`, place !== null && place.x >= 0 && place.x + place.width <= 360, JSON.stringify(place));
    }
    for (const place of ["/", "/servers/seen", "/servers/seen/logs", "/servers/seen/tools?tool=echo", "/tools", "/events", "/clients", "/system", "/usage", "/feedback", "/servers/seen?use=1h", "/servers/seen/health", "/logs", "/profiles", "/secrets", "/about", "/marketplace", "/?view=table", "/servers/seen/settings"]) {
        await small.page.goto(base + place);
        await visible(small.page.locator("main h1, .brand-title").first());
        await small.page.waitForTimeout(250);
        const wide = await small.page.evaluate(() => document.documentElement.scrollWidth);
        check(`360 px hold ${place}`, wide <= 360, `${wide}`);
        const here = await small.page.locator('nav[aria-label="Pages"] [aria-current]').boundingBox();
        check(`the menu shows where one is at ${place}`, here !== null && here.x >= 0 && here.x + here.width <= 361, JSON.stringify(here));
    }
    await small.page.goto(`${base}/`);
    const heading = await small.page.getByRole("heading", { name: "Servers", level: 2 }).boundingBox();
    const menu = await small.page.locator('nav[aria-label="Pages"]').boundingBox();
    check("and covers nothing of the page", menu.y + menu.height <= heading.y, JSON.stringify([menu, heading]));
    await close("a phone", small);
}

async function manyServers(browser) {
    const visit = await open(browser, "/about");
    const { page, context } = visit;
    for (let index = 0; index < 100; index += 1) {
        const data = { name: `many ${index}`, command: "/bin/true", config: { transport: "none" } };
        await context.request.post(`${base}/api/servers`, { data, headers: { Origin: base } });
    }
    const from = Date.now();
    await page.goto(`${base}/`);
    await page.locator(id("server-card")).nth(99).waitFor({ state: "attached" });
    console.log(`   figure: 100 servers on the page ${Date.now() - from} ms after navigation`);
    check("a hundred servers are shown", (await page.locator(id("server-card")).count()) >= 100);
    await page.fill(id("search-input"), "many 77");
    await holds("and one of them is found", async () => {
        await visible(page.getByText(/^1 of \d+ servers shown$/));
    });
    await close("a hundred servers", visit);
}

async function away(browser) {
    await mcpm("add", "left behind", "--", everything);
    const visit = await open(browser, "/", { expected: /Failed to load|WebSocket|ERR_|net::|401|503/ });
    const { page } = visit;
    await visible(page.locator(id("live-state")).getByText("Live"));
    await mcpm("agent", "stop");
    await holds("an agent that is away is said", () => visible(page.locator(id("error-boundary"))));
    await holds("what was seen stays", () => visible(page.locator(id("server-card")).first()));
    await mcpm("agent", "start");
    await holds("it comes back by itself, without a reload", () => page.locator(id("error-boundary")).waitFor({ state: "detached", timeout: 40_000 }));
    await holds("and is live again", () => visible(page.locator(id("live-state")).getByText("Live")));
    check("who was signed in still is", !(await page.locator(id("sign-in")).isVisible()));
    await page.goto(`${base}/events?failures=1`);
    await visible(page.getByRole("heading", { name: "Events", level: 1 }));
    await mcpm("token", "revoke", "--sessions");
    await holds("a session that ends shows how to sign in", () => visible(page.locator(id("sign-in"))));
    await mcpm("agent", "restart");
    await page.reload();
    await holds("and stays ended over a restart", () => visible(page.locator(id("sign-in"))));
    await page.fill(id("token-input"), token);
    await page.click(id("sign-in"));
    await holds("signing in leads back to the same place", () => visible(page.getByRole("heading", { name: "Events", level: 1 })));
    check("with its filter, too", page.url().endsWith("/events?failures=1"), page.url());
    await close("the agent away", visit);
    await mcpm("remove", "-f", "left behind");
}

const stories = { signingIn, firstRun, newcomer, details, promises, everyday, workflow, live, keyboard, keysAlone, logs, marketplace, figures, feedback, profiles, hooks, ways, foreignPage, crowd, access, manyServers, containers, away, hostile };
// Every page light and dark, and fifty people, take longer than all others together, and containers need an engine: they have files of
// their own (browser_*.sh).
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(stories).filter((name) => !["access", "containers", "crowd", "keysAlone"].includes(name));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
for (const [name, story] of Object.entries(stories)) {
    if (!wanted.includes(name)) continue;
    const from = Date.now();
    await holds(`the story comes to its end: ${name}`, () => story(browser));
    console.log(`   ${name}: ${((Date.now() - from) / 1000).toFixed(1)} s`);
}
await browser.close();
