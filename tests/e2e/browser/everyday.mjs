// What one does every day and no other story does: many servers at once, a start that fails, prompts, resources, tools hidden from clients,
// a secret and who uses it, a token that is shown once, colours that are kept.
import { base, card, check, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });
const everything = `${fixtures}/mcp_everything`;

async function manyAtOnce(page) {
    await page.goto(`${base}/?view=table&q=pair`);
    const running = page.locator(id("server-status")).getByText("running");
    await page.getByRole("checkbox", { name: "Select all that are shown" }).check();
    const bar = page.getByRole("toolbar", { name: "Selected servers" });
    await holds("all that are shown are selected", () => visible(bar.getByText("2 selected")));
    await bar.getByRole("button", { name: "Start" }).first().click();
    await holds("and started together", () => running.nth(1).waitFor());
    await bar.getByRole("button", { name: "Stop" }).click();
    await holds("and stopped", () => page.locator(id("server-status")).getByText("stopped").nth(1).waitFor());
    await bar.getByRole("button", { name: "Delete" }).click();
    await holds("a question names each before they are deleted", () => visible(page.locator("dialog").getByText(/pair one, pair two/)));
    await page.click(id("confirm-delete"));
    await holds("and they are gone", () => visible(page.getByText("No server matches")));
}

async function failing(page) {
    await page.goto(`${base}/`);
    const own = card(page, "breaks");
    await own.locator(id("start-server")).click();
    const toast = page.locator(".toast.bad");
    await holds("a start that fails says why", () => visible(toast.filter({ hasText: /exit/ })));
    await holds("and the page takes back what it had shown", () => visible(own.locator(id("server-status")).getByText("error")));
    await toast.getByRole("button", { name: "Dismiss message" }).first().click();
    await mcpm("stop", "breaks").catch(() => undefined);
}

async function offered(page) {
    await page.goto(`${base}/servers/daily/prompts`);
    await page.locator(".pick").filter({ hasText: "test_prompt_with_arguments" }).click();
    const get = page.getByRole("button", { name: "Get prompt" });
    const fields = page.locator(".card form input");
    for (let index = 0; index < (await fields.count()); index += 1) await fields.nth(index).fill(`word ${index}`);
    await get.click();
    await holds("a prompt is filled in and shown", () => visible(page.locator(".card form").getByText(/word 0/)));
    await page.goto(`${base}/servers/daily/resources`);
    await page.locator(".pick").filter({ hasText: "test://static-text" }).click();
    await page.getByRole("button", { name: "Read" }).click();
    await holds("a resource is read and shown", () => visible(page.locator(".card form .code-box")));
}

async function hidden(page) {
    await page.goto(`${base}/tools?q=echo`);
    await page.getByRole("checkbox", { name: "Select echo", exact: true }).check();
    await page.getByRole("button", { name: "Hide from clients" }).click();
    await holds("a tool is hidden from clients", () => visible(page.getByRole("row", { name: /^Select echo echo/ }).getByText("hidden")));
    check("by the agent, too", JSON.stringify(JSON.parse(await mcpm("show", "daily", "-o", "json")).config.tools?.deny) === '["echo"]');
    await page.goto(`${base}/tools`);
    await page.getByRole("checkbox", { name: "Select all that are shown" }).check();
    await page.getByRole("button", { name: "Hide from clients" }).click();
    await holds("that none would be left is asked about", () => visible(page.locator("dialog").getByText(/hides every tool of daily/)));
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Select none" }).click();
    await page.goto(`${base}/tools?q=echo`);
    await page.getByRole("row", { name: /echo/ }).first().locator("td.number").first().click();
    await holds("a click on a row opens the tool", () => page.waitForURL(/[/]tools[?]tool=/));
}

async function kept(page) {
    await page.goto(`${base}/secrets`);
    await page.getByRole("button", { name: "Store a secret" }).first().click();
    await page.locator("dialog").getByLabel("Name").fill("daily-key");
    await page.locator("dialog input[type=password]").fill("hunter2hunter2");
    await page.locator("dialog").getByRole("button", { name: "Save" }).click();
    await holds("a secret is stored", () => visible(page.getByRole("row", { name: /daily-key/ })));
    await mcpm("update", "daily", "--secret", "KEY=daily-key");
    await page.reload();
    await holds("and says who uses it", () => visible(page.getByRole("row", { name: /daily-key/ }).getByRole("link", { name: "daily" })));
    check("its value is nowhere", !(await page.content()).includes("hunter2hunter2"));
    await page.goto(`${base}/profiles`);
    await page.getByRole("button", { name: "Create token" }).click();
    await page.locator("dialog").getByLabel("Name").fill("for-my-editor");
    await page.locator("dialog").getByRole("button", { name: "Create token" }).click();
    await holds("a token is shown once", () => visible(page.locator("dialog").getByText(/^mcpm_/)));
    await page.locator("dialog").getByRole("button", { name: "Close" }).last().click();
    await holds("and then by its name alone", () => visible(page.getByRole("row", { name: /for-my-editor/ })));
    check("never again", !(await page.content()).includes("mcpm_"));
    await page.getByRole("button", { name: "Revoke for-my-editor" }).click();
    await page.click(id("confirm-delete"));
    await holds("and revoked", () => page.getByRole("row", { name: /for-my-editor/ }).waitFor({ state: "detached" }));
}

async function colours(page) {
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const first = await theme();
    for (let turn = 0; turn < 3 && (await theme()) === first; turn += 1) await page.getByRole("button", { name: /^Colours/ }).click();
    const chosen = await theme();
    await page.goto(`${base}/about`, { waitUntil: "commit" });
    await page.waitForFunction(() => document.documentElement.dataset.theme !== undefined);
    check("colours that were chosen are kept, from the first picture on", chosen !== first && (await theme()) === chosen, `${first} ${chosen} ${await theme()}`);
}

export async function everyday(browser) {
    for (const name of ["pair one", "pair two"]) await mcpm("add", name, "--", everything);
    await mcpm("add", "daily", "--start", "--", everything);
    await mcpm("add", "breaks", "--restart", "never", "--", "/bin/false");
    const visit = await open(browser, "/", { expected: /502|422/ });
    const { page } = visit;
    await manyAtOnce(page);
    await failing(page);
    await offered(page);
    await hidden(page);
    await kept(page);
    await colours(page);
    await close("every day", visit);
    for (const name of ["daily", "breaks"]) await mcpm("remove", "-f", name);
    await mcpm("secret", "remove", "-f", "daily-key").catch(() => undefined);
}
