// Lighthouse over the pages of a running agent, signed in, as on a desk and on a phone: one line a page, with what it names where a
// figure is below the bound. Performance is judged only while the machine has little else to do: Lighthouse takes the time that others
// used for the page's own.
//   node lighthouse.mjs     DASHBOARD_URL, DASHBOARD_TOKEN; BROWSER_NPM and LIGHTHOUSE_NPM: folders with playwright-core and lighthouse
//   FORMS="desk phone", PAGES="/ /tools"     only these
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(`${process.env.BROWSER_NPM}/node_modules/x.js`)("playwright-core");
const packages = join(process.env.LIGHTHOUSE_NPM, "node_modules/lighthouse");
const { default: lighthouse } = await import(pathToFileURL(join(packages, "core/index.js")));
const { default: desk } = await import(pathToFileURL(join(packages, "core/config/desktop-config.js")));
const base = process.env.DASHBOARD_URL;
const bound = 95;
const categories = ["performance", "accessibility", "best-practices"];
const pages = ["/", "/?view=table", "/servers/files", "/servers/files/logs", "/servers/files/tools", "/logs", "/tools", "/marketplace", "/usage", "/system"];
const forms = Object.fromEntries((process.env.FORMS ?? "desk phone").split(" ").map((form) => [form, form === "desk" ? desk : undefined]));

const freePort = () =>
    new Promise((done) => {
        const probe = createServer().listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => done(port));
        });
    });

/** What took points away: "the rule's title (its score): the first thing it is about". */
function faults({ audits }, category) {
    return category.auditRefs
        .map(({ id, weight }) => ({ ...audits[id], weight }))
        .filter(({ score, weight }) => weight > 0 && score !== null && score < 1)
        .map(({ title, score, displayValue = "", details }) => {
            const first = details?.items?.[0]?.node?.snippet ?? details?.items?.[0]?.description ?? "";
            return `${title} (${score}) ${displayValue} ${first}`.trim();
        });
}

const home = mkdtempSync(join(tmpdir(), "mcpm-lighthouse."));
const port = await freePort();
const context = await chromium.launchPersistentContext(home, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", `--remote-debugging-port=${port}`],
});
try {
    const signedIn = await context.request.post(`${base}/api/session`, { data: { token: process.env.DASHBOARD_TOKEN }, headers: { Origin: base } });
    if (!signedIn.ok()) throw new Error(`cannot sign in: ${signedIn.status()}`);
    for (const [form, config] of Object.entries(forms)) {
        for (const page of (process.env.PAGES ?? pages.join(" ")).split(" ")) {
            const { lhr } = await lighthouse(base + page, { port, logLevel: "error", onlyCategories: categories, disableStorageReset: true }, config);
            const scores = categories.map((id) => Math.round((lhr.categories[id].score ?? 0) * 100));
            const isQuiet = loadavg()[0] < cpus().length;
            const isGood = !lhr.runtimeError && scores.every((score, index) => score >= bound || (!isQuiet && categories[index] === "performance"));
            const times = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"].map((id) => lhr.audits[id]?.displayValue ?? "–");
            console.log(`${isGood ? "ok" : "FAILED"} ${form} ${page}: ${categories.map((id, index) => `${id} ${scores[index]}`).join(", ")} (paint ${times[0]}, largest ${times[1]}, blocked ${times[2]}, shift ${times[3]}${isQuiet ? "" : `; performance not judged, load ${loadavg()[0].toFixed(0)}`})`);
            if (lhr.runtimeError) console.log(`   ${lhr.runtimeError.message}`);
            for (const id of categories) if (process.env.SAY_ALL || lhr.categories[id].score < bound / 100) for (const fault of faults(lhr, lhr.categories[id])) console.log(`   ${id}: ${fault}`);
        }
    }
} finally {
    await context.close();
    rmSync(home, { recursive: true, force: true });
}
