// Takes the pictures of screenshots.sh. node screenshots.mjs FOLDER COUNT-OF-SERVERS
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

const { chromium } = createRequire(`${process.env.BROWSER_NPM}/node_modules/x.js`)("playwright-core");
const base = process.env.DASHBOARD_URL;
const token = process.env.DASHBOARD_TOKEN;
const [, , out, count = "3"] = process.argv;
const only = new RegExp(process.env.ONLY ?? "");

const everywhere = {
    servers: "/",
    table: "/?view=table",
    wall: "/?view=wall",
    groups: "/?group=team",
    "all-logs": "/logs",
    "all-tools": "/tools",
    events: "/events",
    usage: "/usage",
    system: "/system",
    profiles: "/profiles",
    clients: "/clients",
};
/** They look alike however many servers there are. */
const alone = {
    marketplace: "/marketplace",
    secrets: "/secrets",
    feedback: "/feedback",
    about: "/about",
    missing: "/no/such/page",
    "missing-server": "/servers/nobody",
};
const ofServers = {
    server: "/servers/files?use=1h",
    why: "/servers/broken",
    asleep: "/servers/notes",
    logs: "/servers/worker/logs",
    "logs-search": "/servers/worker/logs?q=request%2041&level=error",
    health: "/servers/files/health",
    tools: "/servers/files/tools?tool=echo",
    "tools-stopped": "/servers/broken/tools",
    prompts: "/servers/files/prompts",
    resources: "/servers/files/resources",
    traffic: "/servers/files/traffic",
    settings: "/servers/files/settings",
    "no-hits": "/?q=nothing%20fits%20this",
};
const click = (name, role = "button") => (page) => page.getByRole(role, { name }).first().click();
const kindOf = (label) => async (page) => {
    await page.click('[data-testid="add-server-button"]');
    await page.locator("dialog").getByText(label, { exact: true }).click();
};
/** What opens over a page: [where, what is done there]. */
const opened = {
    add: ["/", kindOf("Container image")],
    "add-url": ["/", kindOf("Remote URL")],
    "add-crate": ["/", kindOf("Rust crate")],
    "add-command": [
        "/",
        async (page) => {
            await kindOf("Command")(page);
            await page.fill('[data-testid="server-name"]', "bad;name");
            await page.fill('[data-testid="source-command"]', "npx -y '@modelcontextprotocol/server-filesystem' /home/me/a/long/folder");
            await page.getByText("Environment, secrets, labels").click();
            await page.fill("textarea[name=environment]", "no pair");
            await page.click('[data-testid="create-server"]');
        },
    ],
    import: [
        "/",
        async (page) => {
            await page.click('[data-testid="add-server-button"]');
            await click("Take over a client's servers")(page);
            await page.fill("textarea[name=configuration]", '{"mcpServers": {"files": {"command": "node", "args": ["server.js"]}, "odd": {"args": 3}, "far": {"url": "https://example.com/mcp"}}}');
        },
    ],
    palette: ["/", (page) => page.keyboard.press("Control+k")],
    keys: ["/", (page) => page.keyboard.press("?")],
    "give-feedback": ["/", (page) => page.click('[data-testid="feedback-button"]')],
    "set-up": ["/marketplace", click(/^Set up/)],
    "create-profile": ["/profiles", click("Create profile")],
    "create-token": ["/profiles", click("Create token")],
    "store-secret": ["/secrets", click("Store a secret")],
};
const openedOfServers = {
    delete: ["/servers/files", (page) => page.click('[data-testid="delete-server"]')],
    columns: ["/?view=table", (page) => page.getByText("Columns", { exact: true }).first().click()],
    chosen: ["/?view=table", (page) => page.getByRole("checkbox", { name: "Select all that are shown" }).check()],
    "log-time": ["/servers/worker/logs", (page) => page.getByText("From – To", { exact: true }).first().click()],
    call: [
        "/servers/files/tools?tool=echo",
        async (page) => {
            await page.getByRole("textbox", { name: /message/ }).fill("hello");
            await page.getByRole("button", { name: "Call tool" }).click();
            await page.getByText("Calls from this page").waitFor();
        },
    ],
    review: [
        "/servers/files/settings",
        async (page) => {
            await page.locator(".yaml-input").fill(`${await page.locator(".yaml-input").inputValue()}\nlazy: true\n`);
            await page.locator('[data-testid="diff"]').scrollIntoViewIfNeeded();
        },
    ],
};

const mime = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain" };

/** A page from a folder in place of the agent's. */
async function serveFrom(context, folder) {
    await context.route(/^[^?]*[/](assets[/][^?]*|[^.?]*)([?].*)?$/, (route) => {
        const { pathname } = new URL(route.request().url());
        if (/^[/](api|ws|mcp)/.test(pathname)) return route.continue();
        const file = join(folder, pathname.startsWith("/assets/") ? pathname : "index.html");
        return route.fulfill({ body: readFileSync(file), contentType: mime[extname(file)] });
    });
}

async function take(page, name, suffix, isWhole) {
    await page.screenshot({ path: join(out, `${name}${suffix}.png`), fullPage: isWhole });
    console.log(join(out, `${name}${suffix}.png`));
}

async function visit(page, place) {
    await page.goto(base + place);
    await page.locator("main h1, .brand-title").first().waitFor();
    await page.waitForTimeout(Number(process.env.WAIT ?? 900));
}

async function picturesOf(page, suffix, isNarrow) {
    const places = { ...everywhere, ...(count === "0" || count === "3" ? alone : {}), ...(count === "3" ? ofServers : {}) };
    for (const [name, place] of Object.entries(places)) {
        if (!only.test(name)) continue;
        await visit(page, place);
        const isWhole = (isNarrow || Boolean(process.env.WHOLE)) && count.length < 3;
        await take(page, name, suffix, isWhole);
    }
    const more = count === "3" ? { ...opened, ...openedOfServers } : count === "0" ? opened : { palette: opened.palette, "create-profile": opened["create-profile"] };
    for (const [name, [place, work]] of Object.entries(more)) {
        if (!only.test(name)) continue;
        await visit(page, place);
        try {
            await work(page);
        } catch (error) {
            console.log(`not opened: ${name}${suffix}: ${String(error.message).split("\n")[0]}`);
        }
        await page.waitForTimeout(400);
        await take(page, name, suffix, false);
    }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
for (const colorScheme of (process.env.THEMES ?? "light").split(" ")) {
    for (const width of (process.env.WIDTHS ?? "1280").split(" ").map(Number)) {
        const context = await browser.newContext({ viewport: { width, height: width < 500 ? 800 : width > 1500 ? 1080 : 860 }, colorScheme, reducedMotion: "reduce" });
        context.setDefaultTimeout(5000);
        if (process.env.PAGE) await serveFrom(context, process.env.PAGE);
        const suffix = `${width === 1280 ? "" : `-${width}`}${colorScheme === "light" ? "" : `-${colorScheme}`}`;
        const page = await context.newPage();
        if (count === "0" && only.test("sign-in")) {
            await page.goto(`${base}/`);
            await page.waitForTimeout(700);
            await take(page, "sign-in", suffix, false);
        }
        await context.request.post(`${base}/api/session`, { data: { token }, headers: { Origin: base } });
        await picturesOf(page, suffix, width < 500);
        await context.close();
    }
}
await browser.close();
