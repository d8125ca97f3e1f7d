// The page in a browser, for bench/dashboard.py: prints one JSON object of medians.
//   node dashboard.mjs AGENT_URL TOKEN AGENT_PID KEEPER_PID ROUNDS      BROWSER_NPM: a folder with playwright-core
// The limit is a static server in this process that answers with the very bytes the agent gave, and for frames a page that does nothing
// but write each figure into a text of its own. Figures come by a WebSocket of this process, to both pages alike.
import { createHash } from "node:crypto";
import { createServer, request } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

// One sentence, not a trace: bench/dashboard.py hands it on.
process.on("uncaughtException", (error) => {
    console.error(String(error.message).split("\n").slice(0, 3).join(" | "));
    process.exit(1);
});

const { chromium } = createRequire(`${process.env.BROWSER_NPM}/node_modules/x.js`)("playwright-core");
const [base, token, agentPid, keeperPid, rounds] = process.argv.slice(2);
const median = (list) => [...list].sort((left, right) => left - right)[Math.floor(list.length / 2)];
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

/** Takes over what the agent answers to a GET, once, and gives it to everybody after. `live`: where /ws goes on from those answers. */
async function staticServer(cookie, live) {
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
        if (asked.url === "/small") return answer.writeHead(200, { "Content-Type": "text/html" }).end(limit.small);
        if (asked.method !== "GET") return answer.writeHead(200, { "Content-Type": "application/json" }).end('{"success":true,"data":{}}');
        if (!kept.has(key)) kept.set(key, await fetchRaw(asked.url, { accept: asked.headers.accept ?? "*/*", "accept-encoding": asked.headers["accept-encoding"] ?? "" }));
        const { status, headers, body } = kept.get(key);
        answer.writeHead(status, { ...headers, "content-length": body.length }).end(body);
    });
    const links = new Set();
    server.on("upgrade", (asked, socket) => {
        const key = createHash("sha1").update(`${asked.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
        socket.write(said({ type: "hello", data: { ...live, heartbeatMs: 60000 } }));
        links.add(socket);
        for (const end of ["close", "error"]) socket.on(end, () => links.delete(socket));
        socket.on("data", () => undefined);
    });
    await new Promise((go) => server.listen(0, "127.0.0.1", go));
    const say = (messages) => {
        const bytes = Buffer.concat(messages.map(said));
        for (const link of links) link.write(bytes);
    };
    return { url: `http://127.0.0.1:${server.address().port}`, kept, say, close: () => server.close() };
}

/** An answer with another text, no longer packed. */
function plain(answer, change) {
    const packed = answer.headers["content-encoding"];
    const text = packed === "br" ? brotliDecompressSync(answer.body) : packed === "gzip" ? gunzipSync(answer.body) : answer.body;
    const { "content-encoding": _, ...headers } = answer.headers;
    return { ...answer, headers, body: Buffer.from(change(String(text))) };
}

/** One message as a server's frame. */
function said(message) {
    const text = Buffer.from(JSON.stringify(message));
    const head = text.length < 126 ? [0x81, text.length] : [0x81, 126, text.length >> 8, text.length & 255];
    return Buffer.concat([Buffer.from(head), text]);
}

/** What only writes the figures of each of these, once a frame. */
function smallPage(ids) {
    const script = `const at = new Map(), come = [];
        for (const id of ${JSON.stringify(ids)}) {
            const item = document.createElement("li"), texts = [0, 1, 2].map(() => document.createTextNode("0"));
            item.dataset.testid = "server-card";
            item.append(texts[0], " ", texts[1], " ", texts[2]);
            list.append(item);
            at.set(id, texts);
        }
        new WebSocket("ws://" + location.host + "/ws").onmessage = (event) => {
            const { type, data } = JSON.parse(event.data);
            if (type !== "server:stats" || come.push(data) > 1) return;
            requestAnimationFrame(() => {
                for (const each of come.splice(0)) ["memoryBytes", "cpuPercent", "calls"].forEach((key, index) => { at.get(each.id)[index].data = each[key]; });
            });
        };`;
    const style = "ul{display:grid;grid-template-columns:repeat(3,1fr)}li{height:200px;contain:strict;content-visibility:auto}";
    return `<!doctype html><title>small</title><style>${style}</style><ul id="list"></ul><script>${script}</script>`;
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

/** Frames that are missing of five seconds with so many figures a second, to a page of the static server. */
async function frames(browser, limit, ids, cookies, path, updates) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: limit.url })));
    const page = await context.newPage();
    await page.goto(limit.url + path);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="server-card"]').length >= 40);
    let from = Date.now();
    let sent = 0;
    const timer = setInterval(() => {
        const messages = [];
        for (const due = ((Date.now() - from) / 1000) * updates; sent < due; sent += 1) {
            const data = { id: ids[sent % ids.length], memoryBytes: 2e7 + (sent % 997) * 1e4, cpuPercent: (sent % 90) / 10, processes: 1, calls: sent, errors: 0 };
            messages.push({ type: "server:stats", data, timestamp: new Date().toISOString() });
        }
        if (messages.length > 0) limit.say(messages);
    }, 10);
    await pause(2500);
    const drawn = await page.evaluate(
        () =>
            new Promise((done) => {
                const begun = performance.now();
                let many = 0;
                const count = (now) => (now - begun < 5000 ? (many += 1) && requestAnimationFrame(count) : done((many * 1000) / (now - begun)));
                requestAnimationFrame(count);
            }),
    );
    clearInterval(timer);
    await context.close();
    return Math.max(0, 60 - drawn);
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
if (!signedIn.ok()) throw new Error(`cannot sign in at ${base}: ${signedIn.status()} ${await signedIn.text()}`);
const cookies = await context.cookies();
const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
const { live } = (await (await context.request.get(`${base}/api/session`)).json()).data;
const limit = await staticServer(cookie, live);
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
// All as if they ran, so that each has figures to show.
for (const [key, answer] of limit.kept)
    if (/^[/]api[/](servers|session[?]servers=1) /.test(key)) limit.kept.set(key, plain(answer, (text) => text.replaceAll('"status":"stopped"', '"status":"running"')));
const ids = (await (await context.request.get(`${base}/api/servers`)).json()).data.map((server) => server.id);
limit.small = smallPage(ids);
const small = await frames(browser, limit, ids, cookies, "/small", 1000);
for (const view of ["grid", "table", "wall"]) {
    result.mcpm[`dropped ${view}`] = await frames(browser, limit, ids, cookies, `/?view=${view}`, 1000);
    result.limit[`dropped ${view}`] = small;
}
Object.assign(result.mcpm, await watchers(cookie, 100));
limit.close();
await browser.close();
console.log(JSON.stringify(result));
