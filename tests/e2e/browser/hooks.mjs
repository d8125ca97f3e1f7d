// Every hook and text that other programs rely on (data-testid, headings, names of tabs) is where it is said to be.
import { card, check, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });

export async function hooks(browser) {
    const everything = `${fixtures}/mcp_everything`;
    await mcpm("add", "hooked", "--", everything);
    const visit = await open(browser, "/servers", { expected: /404/ });
    const { page } = visit;
    const has = (name, where = page) => holds(`there is ${name}`, () => visible(where.locator(id(name))));
    await visible(page.locator(id("server-grid")));
    const order = await page.evaluate(() =>
        [...document.querySelectorAll("a[href],button,input,select,textarea,[tabindex]")]
            .filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility())
            .slice(0, 2)
            .map((each) => each.dataset.testid),
    );
    check("add is the first stop of Tab, refresh the second", order.join() === "add-server-button,refresh-button", order.join());
    check("the add button reads Add Server", (await page.locator(id("add-server-button")).innerText()).trim() === "Add Server");
    check("the first heading says MCP Manager", (await page.locator("h1,h2,h3,h4").first().innerText()).trim() === "MCP Manager");
    for (const name of ["server-grid", "server-card", "search-input"]) await has(name);
    const own = card(page, "hooked");
    for (const name of ["start-server", "server-status", "view-server", "delete-server"]) await has(name, own);
    await page.click(id("add-server-button"));
    for (const name of ["server-name", "create-server"]) await has(name);
    await page.getByText("Container image", { exact: true }).click();
    await has("docker-image");
    await page.click(id("create-server"));
    await has("error-message");
    await page.keyboard.press("Escape");
    await own.locator(id("start-server")).click();
    await has("stop-server", own);
    await has("toast-success");
    await own.locator(id("view-server")).click();
    await holds("a server's page has its name as h1", () => visible(page.getByRole("heading", { name: "hooked", level: 1 })));
    for (const tab of ["Overview", "Logs", "Health", "Tools", "Settings"])
        await holds(`there is a tab ${tab}`, () => visible(page.getByRole("link", { name: tab, exact: true })));
    await page.getByRole("link", { name: "Logs", exact: true }).click();
    await has("log-viewer");
    await page.getByRole("link", { name: "Health", exact: true }).click();
    await has("health-chart");
    await page.getByRole("link", { name: "Marketplace", exact: true }).click();
    for (const name of ["search-input", "template-card", "deploy-template"]) await has(name);
    await page.fill(id("search-input"), "official filesystem");
    await page.locator(id("deploy-template")).first().click();
    for (const name of ["allowed-paths", "deploy-server"]) await has(name);
    await page.keyboard.press("Escape");
    // A slow agent: what is waited for is said.
    await page.route("**/api/servers", async (route) => {
        await new Promise((go) => setTimeout(go, 800));
        await route.continue().catch(() => undefined);
    });
    await page.goto(page.url().replace(/\/marketplace.*/, "/"));
    await has("loading-spinner");
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await visible(page.locator(id("server-grid")));
    await card(page, "hooked").locator(id("delete-server")).click();
    await has("confirm-delete");
    await page.click(id("confirm-delete"));
    await holds("what is deleted vanishes", () => card(page, "hooked").waitFor({ state: "detached" }));
    await close("hooks", visit);
}
