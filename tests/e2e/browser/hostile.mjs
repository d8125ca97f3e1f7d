// A server that says whatever a page could stumble over: every tab of it is opened, every tool looked at, one called.
import { base, check, close, holds, id, mcpm, open } from "./house.mjs";

const program = `${process.env.MCPM_SOURCE_DIR}/tests/programs/hostile/server.py`;
const name = "<b>hostile</b> & co";
const visible = (locator) => locator.waitFor({ state: "visible" });

export async function hostile(browser) {
    await mcpm("add", name, "--start", "--", "python3", program);
    const visit = await open(browser, "/");
    const { page } = visit;
    await page.getByRole("link", { name, exact: true }).first().click();
    await holds("its name is text in its heading", () => visible(page.getByRole("heading", { name, level: 1 })));
    const place = page.url();
    for (const tab of ["", "/logs", "/health", "/prompts", "/resources", "/traffic", "/settings"]) {
        await page.goto(place + tab);
        await holds(`its page ${tab || "/"} stands`, () => visible(page.getByRole("heading", { name, level: 1 })));
    }
    await page.goto(`${place}/logs`);
    await holds("its lines are text", () => visible(page.getByText('<img src=x onerror="alert(1)">').first()));
    await page.goto(`${place}/tools`);
    const tools = page.locator(".pick");
    await visible(tools.first());
    const many = await tools.count();
    check("all its tools are listed", many === 10, `${many}`);
    for (let index = 0; index < many; index += 1) {
        await tools.nth(index).click();
        await holds(`tool ${index} can be looked at`, () => visible(page.getByRole("button", { name: "Call tool" })));
    }
    for (const [tool, why] of [["loop", "recursive"], ["deep", "too deep"], ["itself", "a reference to itself"]]) {
        await page.goto(`${place}/tools?tool=${tool}`);
        await holds(`a schema that is ${why} gets a field for JSON`, () => visible(page.locator("textarea.json-input, .form-fields textarea").first()));
    }
    await page.goto(`${place}/tools?tool=slow`);
    await page.getByRole("textbox", { name: /word/ }).fill(`${"a".repeat(60)}b`);
    await page.getByRole("button", { name: "Call tool" }).click();
    await holds("an expression without an end does not hold the page", () => visible(page.getByText("Calls from this page")));
    await holds("what it answers is shown as text", () => visible(page.getByText("<script>alert(2)</script>").first()));
    check("and nothing of it became a part of the page", (await page.locator('main script, main img[src="x"], main a[href^="javascript"], main svg[onload]').count()) === 0);
    await page.goto(`${base}/tools`);
    await holds("the page of all tools stands", () => visible(page.getByRole("heading", { name: "All tools", level: 1 })));
    await page.keyboard.press("Control+k");
    await page.keyboard.type("hostile");
    await holds("the palette finds it", () => visible(page.locator('dialog [role="option"]').filter({ hasText: "hostile" }).first()));
    await page.keyboard.press("Escape");
    check("the page never fell", (await page.locator(id("error-boundary")).count()) === 0);
    await close("a hostile server", visit);
}
