// Others than the one person at one page: a page of another origin, fifty people at once, reloads and the keys back and forward.
import { createServer } from "node:http";
import { base, card, check, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });
const everything = `${fixtures}/mcp_everything`;

/** A page of another port: of the same site, so that a browser sends the cookie. Only the agent's look at the origin is left. */
export async function foreignPage(browser) {
    await mcpm("add", "guarded", "--", everything);
    const visit = await open(browser, "/", { expected: /./ });
    const foreign = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>other</title><body></body>"));
    await new Promise((go) => foreign.listen(0, "127.0.0.1", go));
    const there = `http://127.0.0.1:${foreign.address().port}`;
    const page = await visit.context.newPage();
    await page.goto(there);
    const tried = await page.evaluate(async (target) => {
        const attempt = (address, options) =>
            fetch(target + address, { credentials: "include", ...options }).then(
                (answer) => `${answer.type} ${answer.status}`,
                () => "refused",
            );
        const json = { "Content-Type": "application/json" };
        const socket = await new Promise((done) => {
            const link = new WebSocket(`${target.replace("http", "ws")}/ws`);
            link.onopen = () => done("open");
            link.onerror = () => done("refused");
        });
        return {
            read: await attempt("/api/servers", {}),
            simple: await attempt("/api/servers/guarded/start", { method: "POST", mode: "no-cors", body: "{}" }),
            json: await attempt("/api/servers/guarded", { method: "DELETE" }),
            typed: await attempt("/api/profiles", { method: "POST", headers: json, body: '{"name":"x"}' }),
            socket,
        };
    }, base);
    for (const what of ["read", "json", "typed", "socket"]) check(`a page of another origin is refused: ${what}`, tried[what] === "refused", tried[what]);
    check("a request that needs no leave gives nothing to read", tried.simple === "refused" || tried.simple.startsWith("opaque"), tried.simple);
    const sent = page.waitForURL((url) => url.href.startsWith(base));
    await page.evaluate((target) => {
        const form = document.createElement("form");
        form.method = "post";
        form.action = `${target}/api/servers/guarded/start`;
        form.enctype = "text/plain";
        document.body.append(form);
        form.submit();
    }, base);
    await sent;
    check("a form of another page changes nothing", JSON.parse(await mcpm("show", "guarded", "-o", "json")).status === "stopped");
    await page.goto(there);
    await page.evaluate((target) => {
        const frame = document.createElement("iframe");
        frame.src = `${target}/`;
        document.body.append(frame);
        return new Promise((go) => {
            frame.onload = go;
            setTimeout(go, 3000);
        });
    }, base);
    const framed = await Promise.all(page.frames().map((frame) => frame.locator(id("server-grid")).count().catch(() => 0)));
    check("no other page has this one in a frame", framed.every((count) => count === 0));
    await visit.context.close();
    foreign.close();
    await mcpm("remove", "-f", "guarded");
}

export async function crowd(browser) {
    const people = 50;
    const visits = [];
    const failures = [];
    for (let start = 0; start < people; start += 5) {
        const come = Array.from({ length: 5 }, async () => {
            const visit = await open(browser, "/", { patience: 90_000 });
            visits.push(visit);
            await visit.page.locator(id("live-state")).getByText("Live").waitFor();
        });
        for (const done of await Promise.allSettled(come)) if (done.status === "rejected") failures.push(String(done.reason).slice(0, 200));
    }
    check("fifty people come", failures.length === 0 && visits.length === people, failures[0] ?? "");
    await mcpm("add", "for all", "--", everything);
    const seen = await Promise.allSettled(visits.map(({ page }) => card(page, "for all").first().waitFor({ state: "attached" })));
    check("each sees at once what one adds", seen.every((done) => done.status === "fulfilled"), `${seen.filter((done) => done.status === "rejected").length} do not`);
    await mcpm("remove", "-f", "for all");
    const said = visits.flatMap((visit) => visit.said);
    check("no console says a word", said.length === 0, said[0] ?? "");
    await Promise.all(visits.map(({ context }) => context.close()));
}

export async function ways(browser) {
    await mcpm("add", "way", "--", everything);
    const visit = await open(browser, "/");
    const { page } = visit;
    await visible(card(page, "way"));
    const places = ["/logs?view=beside", "/tools", "/marketplace?q=git", "/clients?server=way", "/events?type=server", "/usage?by=client", "/system", "/profiles", "/secrets", "/feedback", "/about", "/servers/way/logs?level=warn", "/servers/way/settings"];
    const titles = [];
    for (const place of places) {
        await page.goto(base + place);
        await visible(page.locator("main h1, .brand-title"));
        await page.waitForFunction(() => document.title.includes(" · ")); // it is told after the first picture
        const before = await page.title();
        await page.reload();
        await visible(page.locator("main h1, .brand-title"));
        await page.waitForFunction((title) => document.title === title, before).catch(() => undefined);
        check(`a reload stays at ${place}`, page.url() === base + place && (await page.title()) === before, `${page.url()} ${await page.title()}`);
        titles.push(before);
    }
    for (let index = places.length - 2; index >= places.length - 4; index -= 1) {
        await page.goBack();
        await holds(`back leads to ${places[index]}`, () => page.waitForFunction((title) => document.title === title, titles[index]));
    }
    await page.goForward();
    await holds("and forward again", () => page.waitForFunction((title) => document.title === title, titles[places.length - 3]));
    await close("reload, back and forward", visit);
    await mcpm("remove", "-f", "way");
}
