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
        // A container that comes or goes changes the machine's network, and Chromium asks again.
        if (message.text().includes("net::ERR_NETWORK_CHANGED")) return;
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

/** Without what was asked of a server just when it was removed: the answer is right, and Chromium logs every 404. */
async function withoutRemoved(said, context) {
    const left = [];
    let late = 0;
    for (const line of said) {
        const server = /^404 .*(\/api\/servers\/srv_[a-z0-9]+)\//.exec(line)?.[1];
        const isGone = server && (await context.request.get(base + server)).status() === 404;
        if (isGone) late += 1;
        else left.push(line);
    }
    return left.filter((line) => !(line.includes("the server responded with a status of 404") && late-- > 0));
}

export async function close(what, { context, said }) {
    const left = await withoutRemoved(said, context);
    await context.close();
    check(`${what}: the console is silent`, left.length === 0, left.slice(0, 3).join(" | ").slice(0, 600));
}

/** The levels of the headings, in order: there is one first, and none is left out on the way down. */
export async function checkHeadings(page, where) {
    const levels = await page.evaluate(() => [...document.querySelectorAll("h1,h2,h3,h4")].filter((each) => each.checkVisibility()).map((each) => Number(each.tagName[1])));
    const skips = levels.filter((level, index) => index > 0 && level > levels[index - 1] + 1);
    check(`no level of heading is left out on ${where}`, levels.filter((level) => level === 1).length === 1 && skips.length === 0, levels.join(""));
}
