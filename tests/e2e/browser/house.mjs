// What the stories share: a browser, a signed-in page, checks that are counted, and every word of a console.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const modules = createRequire(`${process.env.BROWSER_NPM}/node_modules/x.js`);
export const { chromium } = modules("playwright-core");
export const AxeBuilder = modules("@axe-core/playwright").default;
export const base = process.env.DASHBOARD_URL;
export const token = process.env.DASHBOARD_TOKEN;
export const fixtures = process.env.MCPM_FIXTURES;
export const run = promisify(execFile);

export const mcpm = (...args) => run("mcpm", args).then((done) => done.stdout);

export function check(what, isTrue, more = "") {
    console.log(isTrue ? `ok ${what}` : `FAILED ${what} ${more}`);
}

/** Runs something that throws when it is not so; the story goes on. */
export async function holds(what, work) {
    try {
        await work();
        check(what, true);
        return true;
    } catch (error) {
        check(what, false, `(${String(error.message).split("\n").slice(0, 4).join(" | ")})`);
        return false;
    }
}

export const id = (name) => `[data-testid="${name}"]`;
export const card = (page, name) => page.locator(id("server-card")).filter({ has: page.getByRole("link", { name, exact: true }) });

/** A page of its own, signed in. What its console says is a failure, unless the story says that it must. */
export async function open(browser, path = "/", { expected = /(?!)/, signedIn = true, patience = 15_000, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const said = [];
    page.on("console", (message) => {
        if (!expected.test(message.text())) said.push(`${message.type()}: ${message.text()}`);
    });
    page.on("response", (answer) => {
        if (answer.status() >= 400 && !expected.test(String(answer.status()))) said.push(`${answer.status()} ${answer.url()}`);
    });
    page.on("pageerror", (error) => said.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
        said.push(`dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    page.on("request", (request) => {
        const url = new URL(request.url());
        if (!["data:", "blob:"].includes(url.protocol) && url.host !== new URL(base).host) said.push(`foreign request: ${url}`);
    });
    if (signedIn) {
        const answer = await context.request.post(`${base}/api/session`, { data: { token }, headers: { Origin: base } });
        if (!answer.ok()) throw new Error(`cannot sign in: ${answer.status()} ${await answer.text()}`);
    }
    await page.goto(base + path);
    return { page, context, said };
}

export async function close(what, { context, said }) {
    await context.close();
    check(`${what}: the console is silent`, said.length === 0, said.slice(0, 3).join(" | ").slice(0, 600));
}

/** The levels of the headings, in order: there is one first, and none is left out on the way down. */
export async function checkHeadings(page, where) {
    const levels = await page.evaluate(() => [...document.querySelectorAll("h1,h2,h3,h4")].filter((each) => each.checkVisibility()).map((each) => Number(each.tagName[1])));
    const skips = levels.filter((level, index) => index > 0 && level > levels[index - 1] + 1);
    check(`no level of heading is left out on ${where}`, levels.filter((level) => level === 1).length === 1 && skips.length === 0, levels.join(""));
}
