// Takes the pictures of screenshots.sh. node screenshots.mjs FOLDER
import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(`${process.env.BROWSER_NPM}/node_modules/x.js`)("playwright-core");
const base = process.env.DASHBOARD_URL;
const token = process.env.DASHBOARD_TOKEN;
const out = process.argv[2];
const pages = {
    servers: "/",
    table: "/?view=table",
    groups: "/?group=team",
    server: "/servers/files?use=1h",
    why: "/servers/broken",
    logs: "/servers/worker/logs",
    health: "/servers/files/health",
    tools: "/servers/files/tools?tool=echo",
    settings: "/servers/files/settings",
    "all-tools": "/tools",
    marketplace: "/marketplace",
    clients: "/clients",
    events: "/events",
    usage: "/usage",
    system: "/system",
    profiles: "/profiles",
    secrets: "/secrets",
    feedback: "/feedback",
    about: "/about",
};
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
for (const colorScheme of (process.env.THEMES ?? "light").split(" ")) {
    for (const width of (process.env.WIDTHS ?? "1280").split(" ").map(Number)) {
        const context = await browser.newContext({ viewport: { width, height: width < 500 ? 800 : 860 }, colorScheme, reducedMotion: "reduce" });
        await context.request.post(`${base}/api/session`, { data: { token }, headers: { Origin: base } });
        const page = await context.newPage();
        const suffix = `${width === 1280 ? "" : `-${width}`}${colorScheme === "light" ? "" : `-${colorScheme}`}`;
        for (const [name, place] of Object.entries(pages)) {
            await page.goto(base + place);
            await page.locator("main h1, .brand-title").first().waitFor();
            await page.waitForTimeout(1500);
            await page.screenshot({ path: join(out, `${name}${suffix}.png`) });
            console.log(`${name}${suffix}.png`);
        }
        await page.goto(`${base}/`);
        await page.click('[data-testid="add-server-button"]');
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(out, `add${suffix}.png`) });
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+k");
        await page.waitForTimeout(500);
        await page.screenshot({ path: join(out, `palette${suffix}.png`) });
        await context.close();
    }
}
await browser.close();
