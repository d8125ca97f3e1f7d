// The page in a browser, for bench/dashboard.py: prints one JSON object of medians.
//   node dashboard.mjs AGENT_URL TOKEN AGENT_PID KEEPER_PID ROUNDS      BROWSER_NPM: a folder with playwright-core
// The limit is a static server in this process that answers with the very bytes the agent gave.
import { createServer, request } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.env.BROWSER_NPM}/node_modules/x.js`)("playwright-core");
const [base, token, agentPid, keeperPid, rounds] = process.argv.slice(2);
const median = (list) => [...list].sort((left, right) => left - right)[Math.floor(list.length / 2)];
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

/** Takes over what the agent answers to a GET, once, and gives it to everybody after. */
async function staticServer(cookie) {
    const kept = new Map();
    const fetchRaw = (path, headers) =>
        new Promise((done, failed) => {
            request(base + path, { headers: { ...headers, host: new URL(base).host, cookie } }, (answer) => {
                const parts = [];
                answer.on("data", (part) => parts.push(part));
                answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
            })
                .on("error", failed)
                .end();
        });
    const server = createServer(async (asked, answer) => {
        const key = `${asked.url} ${asked.headers["accept-encoding"] ?? ""} ${asked.headers.accept ?? ""}`;
        if (asked.method !== "GET") return answer.writeHead(200, { "Content-Type": "application/json" }).end('{"success":true,"data":{}}');
        if (!kept.has(key)) kept.set(key, await fetchRaw(asked.url, { accept: asked.headers.accept ?? "*/*", "accept-encoding": asked.headers["accept-encoding"] ?? "" }));
        const { status, headers, body } = kept.get(key);
        answer.writeHead(status, { ...headers, "content-length": body.length }).end(body);
    });
    server.on("upgrade", (_, socket) => socket.destroy());
    await new Promise((go) => server.listen(0, "127.0.0.1", go));
    return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function cards(browser, url, cookies) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url })));
    const page = await context.newPage();
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    let bytes = 0;
    network.on("Network.loadingFinished", (event) => {
        bytes += event.encodedDataLength;
    });
    await page.addInitScript(() => {
        const many = () => document.querySelectorAll('[data-testid="server-card"]').length;
        const look = () => {
            const now = performance.now();
            if (many() >= 100) window.first100 ??= now;
            if (many() >= 1000) window.first1000 ??= now;
            if (window.first1000 === undefined) requestAnimationFrame(look);
        };
        look();
    });
    await page.goto(`${url}/`);
    await page.waitForFunction(() => window.first1000 !== undefined, undefined, { timeout: 60_000 });
    const times = await page.evaluate(() => [window.first100, window.first1000]);
    await context.close();
    return { first100: times[0], first1000: times[1], bytes };
}

/** Frames that are missing of five seconds with so many updates a second. */
async function frames(browser, cookies, view, updates) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: base })));
    const page = await context.newPage();
    let say = () => undefined;
    await page.routeWebSocket(/\/ws/, (link) => {
        const agent = link.connectToServer();
        link.onMessage((text) => agent.send(text));
        agent.onMessage((text) => link.send(text));
        say = (message) => link.send(JSON.stringify(message));
    });
    await page.goto(`${base}/?view=${view}`);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="server-card"]').length >= 40);
    const ids = await page.evaluate(async () => (await (await fetch("/api/servers")).json()).data.map((server) => server.id));
    await pause(1500);
    await page.evaluate(() => {
        window.frames_ = 0;
        const count = () => {
            window.frames_ += 1;
            requestAnimationFrame(count);
        };
        count();
    });
    const from = Date.now();
    let sent = 0;
    while (Date.now() - from < 5000) {
        const due = ((Date.now() - from) / 1000) * updates;
        for (; sent < due; sent += 1) {
            const data = { id: ids[sent % ids.length], memoryBytes: 2e7 + (sent % 997) * 1e4, cpuPercent: (sent % 90) / 10, processes: 1, calls: sent, errors: 0 };
            say({ type: "server:stats", data, timestamp: new Date().toISOString() });
        }
        await pause(20);
    }
    const seconds = (Date.now() - from) / 1000;
    const drawn = await page.evaluate(() => window.frames_);
    await context.close();
    return { dropped: Math.max(0, 60 * seconds - drawn) / seconds, sent: sent / seconds };
}

const cpuMs = () => [agentPid, keeperPid].reduce((sum, pid) => sum + Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).reduce((left, right) => Number(left) + Number(right))) * 10, 0);
const rssMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${agentPid}/status`, "utf8"))[1]) / 1024;

/** What the agent needs for a hundred that watch everything: the links that a hundred pages have, and no browser. */
async function watchers(cookie, many) {
    const { default: net } = await import("node:net");
    const { hostname, port } = new URL(base);
    const frame = (text) => {
        const payload = Buffer.from(text);
        const mask = Buffer.from([1, 2, 3, 4]);
        return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload.map((byte, index) => byte ^ mask[index % 4])]);
    };
    const before = rssMib();
    const sockets = await Promise.all(
        Array.from({ length: many }, async () => {
            const socket = net.connect(Number(port), hostname);
            socket.on("error", () => undefined);
            socket.write(`GET /ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: ${base}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
            await new Promise((go) => socket.once("data", go));
            socket.on("data", () => undefined);
            ["servers", "events", "stats"].forEach((topic, index) => socket.write(frame(JSON.stringify({ type: "subscribe", id: index + 1, topic }))));
            return socket;
        }),
    );
    await pause(2000);
    const cpu = cpuMs();
    await pause(10_000);
    const used = (cpuMs() - cpu) / 10_000;
    const memory = rssMib() - before;
    for (const socket of sockets) socket.destroy();
    return { cpu: used * 100, memory };
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const context = await browser.newContext();
const signedIn = await context.request.post(`${base}/api/session`, { data: { token }, headers: { Origin: base } });
if (!signedIn.ok()) throw new Error(`cannot sign in: ${signedIn.status()}`);
const cookies = await context.cookies();
const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
const limit = await staticServer(cookie);
const ours = [];
const theirs = [];
for (let round = 0; round < Number(rounds); round += 1) {
    ours.push(await cards(browser, base, cookies));
    theirs.push(await cards(browser, limit.url, cookies));
}
const of = (list, key) => median(list.map((each) => each[key]));
const result = { mcpm: {}, limit: {} };
for (const key of ["first100", "first1000", "bytes"]) {
    result.mcpm[key] = of(ours, key);
    result.limit[key] = of(theirs, key);
}
for (const view of ["grid", "table", "wall"]) {
    result.mcpm[`dropped ${view}`] = (await frames(browser, cookies, view, 1000)).dropped;
    result.limit[`dropped ${view}`] = (await frames(browser, cookies, view, 0)).dropped;
}
Object.assign(result.mcpm, await watchers(cookie, 100));
limit.close();
await browser.close();
console.log(JSON.stringify(result));
