// The details that people praise, seen working: settings of a log that are kept, the level by a line's shape, a table that is sorted by its
// heads, rows that open, the palette that finds by what a server runs and by its tools, one crosshair in all charts.
import { readFileSync } from "node:fs";
import { base, check, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });
const gone = (locator) => locator.waitFor({ state: "detached" });
const everything = `${fixtures}/mcp_everything`;
const script = `for i in 1 2 3; do echo "INFO the word error is here $i"; done; echo '{"level":"warn","msg":"disk is filling","user":"ann","free":12}'; echo "ERROR it broke"; sleep 600`;

async function aLog(page) {
    await page.goto(`${base}/servers/teller/logs`);
    const box = page.locator(id("log-viewer"));
    const row = (text) => box.locator(".line:not(.note)").filter({ hasText: text }).first();
    await visible(row("the word error is here 3"));
    check("a line of INFO with the word error stays INFO", (await row("the word error is here 3").locator(".line-level").textContent()).trim().toUpperCase() === "INFO");
    check("an ERROR is one", (await row("it broke").locator(".line-level").textContent()).trim().toUpperCase() === "ERROR");
    check("of a line of JSON its message comes first", (await row("disk is filling").locator(".line-text").textContent()).trim().startsWith("disk is filling"));
    check("a log that can grow is followed", await page.getByText("Following").isVisible());
    const wrote = async (link) => {
        const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link, exact: true }).click()]);
        return readFileSync(await download.path(), "utf8");
    };
    const whole = await wrote("Download");
    check("the log can be downloaded", whole.includes("the word error is here 1") && whole.includes("it broke"), whole.slice(0, 200));
    await page.goto(`${base}/servers/teller/logs?q=broke`);
    await visible(row("it broke"));
    await gone(row("the word error is here 3"));
    const filtered = await wrote("Download");
    check("what is filtered is what is downloaded", filtered.includes("it broke") && !filtered.includes("is here 3"), filtered.slice(0, 200));
    check("and all of it by choice", (await wrote("Download all")).includes("the word error is here 1"));
    await page.goto(`${base}/servers/teller/logs?since=2026-01-02T03:04:05.000Z`);
    await visible(page.getByRole("button", { name: "Remove filter since" }));
    check("a time is told by the clock of whoever looks", (await page.getByRole("button", { name: "Remove filter since" }).innerText()).includes("2026-01-02 05:04:05 UTC+2"));
    await page.getByText("From – To", { exact: true }).click();
    check("and so in its field", (await page.getByLabel("From", { exact: true }).inputValue()).startsWith("2026-01-02T05:04:05"));
    await page.goto(`${base}/servers/teller/logs`);
    await visible(row("it broke"));
    const wrap = page.getByRole("button", { name: "Wrap", exact: true });
    const before = await wrap.getAttribute("aria-pressed");
    await wrap.click();
    await page.goto(`${base}/events`);
    await page.goto(`${base}/servers/teller/logs`);
    await visible(row("it broke"));
    check("how a log is shown is kept", (await page.getByRole("button", { name: "Wrap", exact: true }).getAttribute("aria-pressed")) !== before);
    await page.getByRole("button", { name: "Wrap", exact: true }).click();
    await page.locator("[data-search]").fill("broke");
    await page.getByRole("button", { name: "Remove filter q" }).click();
    await page.getByRole("button", { name: "Clear view" }).click();
    await holds("clear means from now on", () => gone(row("it broke")));
    await page.getByRole("button", { name: "Remove filter since" }).click();
    await holds("and is taken back", () => visible(row("it broke")));
    await mcpm("stop", "teller");
    await holds("a log that cannot grow has no follow switch", () => visible(page.getByText("Not running: no more lines come")));
}

async function allLogs(page) {
    await page.goto(`${base}/logs?q=broke`);
    const line = page.locator(`${id("log-viewer")} .line`).filter({ hasText: "it broke" }).first();
    await visible(line);
    await page.evaluate(() => {
        navigator.clipboard.writeText = async (text) => {
            window.copied = text;
        };
    });
    await line.hover();
    await line.getByRole("button", { name: "Copy link to line" }).click();
    check("among all logs a line has a link", new URL(await page.evaluate(() => window.copied)).searchParams.has("at"));
    await line.getByRole("button", { name: "Show in context" }).click();
    await holds("and its context is one click away", async () => {
        await visible(page.getByText("Around one line of the whole log"));
        await visible(page.getByText("the word error is here 3"));
    });
}

async function aTable(page) {
    await page.goto(`${base}/?view=table`);
    const names = () => page.locator(`${id("server-card")} th`).allInnerTexts();
    await visible(page.locator(id("server-card")));
    await page.getByRole("button", { name: /^Name/ }).click();
    const up = await names();
    await page.getByRole("button", { name: /^Name/ }).click();
    const down = await names();
    check("a second click on a head reverses the order", up.length > 1 && JSON.stringify([...up].reverse()) === JSON.stringify(down), `${up} ${down}`);
    await page.goto(`${base}/?view=table`);
    await visible(page.locator(id("server-card")));
    check("and the order is kept", JSON.stringify(await names()) === JSON.stringify(down));
    const one = await page.locator(id("server-card")).filter({ hasText: "spoken" }).boundingBox();
    const all = await page.locator(id("server-grid")).evaluate((box) => box.scrollWidth - box.clientWidth);
    check("at 1280 px a row is one line, and all of it in sight", one.height < 50 && all === 0, `${one.height} high, ${all} too wide`);
    await page.locator(id("server-card")).filter({ hasText: "spoken" }).locator("td.number").first().click();
    await holds("a click on a row opens it", () => visible(page.getByRole("heading", { name: "spoken", level: 1 })));
}

async function finding(page) {
    for (const [words, kind] of [["mcp_everything", "what it runs"], ["echo", "the name of a tool"]]) {
        await page.goto(`${base}/events`);
        await visible(page.getByRole("heading", { name: "Events", level: 1 }));
        await page.locator("#main").focus();
        await page.keyboard.type(words);
        await holds(`the palette finds by ${kind}`, () => visible(page.locator(`${id("palette")} [role=option]`)));
        await page.keyboard.press("Escape");
    }
}

async function charts(page) {
    await page.goto(`${base}/servers/spoken?use=1h`);
    const plots = page.locator(`${id("stats-charts")} .plot`);
    await visible(plots.locator("svg"));
    const place = await plots.first().boundingBox();
    await page.mouse.move(place.x + place.width * 0.6, place.y + place.height / 2);
    await holds("the crosshair moves in all charts together", async () => {
        await plots.locator(".cross").first().waitFor({ state: "attached" });
        const [many, crossed] = [await plots.count(), await plots.locator(".cross").count()];
        if (many < 2 || crossed !== many) throw new Error(`${crossed} of ${many}`);
    });
    await page.goto(`${base}/servers/spoken?use=24h`);
    await holds("a chart says how fine it is", () => visible(page.getByText("One point a minute")));
    await holds("and has the least and the most beside the average", async () => {
        const legend = page.locator(`${id("stats-charts")} figcaption`).first();
        for (const word of ["average", "most", "least"]) await visible(legend.getByText(word));
    });
}

async function toolsOfAll(page) {
    await page.goto(`${base}/tools`);
    const calls = async () => (await page.locator("tbody tr td:nth-child(4)").allInnerTexts()).map(Number);
    const head = page.locator("thead th").filter({ hasText: /^Calls/ });
    await holds("all tools have those that were called counted", () => visible(page.getByRole("row", { name: /echo.* 1 0/ })));
    await head.getByRole("button").click();
    await page.waitForFunction(() => location.search.includes("sort=calls"));
    const most = await calls();
    check("a click on a head of all tools sorts by it", most.length > 5 && most[0] > 0 && most.every((many, index) => index === 0 || many <= most[index - 1]), most.slice(0, 5).join());
    check("and says so", (await head.getAttribute("aria-sort")) === "descending");
    await head.getByRole("button").click();
    await page.waitForFunction(() => location.search.includes("sort=calls.reversed"));
    const least = await calls();
    check("a second click reverses", least[0] === 0 && least.every((many, index) => index === 0 || many >= least[index - 1]), least.slice(0, 5).join());
    check("and says that, too", (await head.getAttribute("aria-sort")) === "ascending");
    await page.goto(`${base}/servers/spoken/tools?tool=echo`);
    await page.getByRole("textbox", { name: /message/ }).fill("once");
    await page.goto(`${base}/servers/spoken/tools?tool=add`);
    await holds("nothing of one tool's form is left in the next", async () => {
        await visible(page.getByRole("button", { name: "Call tool" }));
        if ((await page.locator(".call-panel").innerHTML()).includes("once")) throw new Error("it is");
    });
}

export async function details(browser) {
    await mcpm("add", "teller", "--transport", "none", "--start", "--", "sh", "-c", script);
    await mcpm("add", "spoken", "--start", "--", everything);
    await mcpm("call", "spoken", "echo", "message=hi");
    const visit = await open(browser, "/", { timezoneId: "Europe/Helsinki" });
    const { page } = visit;
    await allLogs(page);
    await aLog(page);
    await aTable(page);
    await finding(page);
    await charts(page);
    await toolsOfAll(page);
    await close("details", visit);
    await mcpm("remove", "-f", "teller");
    await mcpm("remove", "-f", "spoken");
}
