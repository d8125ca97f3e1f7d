// Every story again, by keys alone: no click, no fill. Each stop of Tab must be seen and marked, and what changes must be said aloud.
import { base, card, check, checkHeadings, close, fixtures, holds, id, mcpm, open } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });
const mostStops = 120;

/** Presses Tab until the wanted element has the focus; remembers stops that nobody sees. */
async function tabTo(page, locator, unseen) {
    const target = await locator.first().elementHandle();
    for (let stops = 0; stops < mostStops; stops += 1) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate((wanted) => {
            const here = document.activeElement;
            const box = here.getBoundingClientRect();
            const style = getComputedStyle(here);
            const host = here.matches("input[type=radio],input[type=checkbox]") ? (here.closest("label") ?? here) : here;
            const isMarked = [here, host].some((each) => {
                const look = getComputedStyle(each);
                return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none";
            });
            const isSeen = box.bottom > 0 && box.top < innerHeight && style.visibility !== "hidden";
            return {
                isThere: here === wanted,
                trouble: here === document.body || (isMarked && isSeen) ? "" : `${here.tagName} ${here.dataset.testid ?? here.textContent.slice(0, 30)}${isMarked ? "" : " unmarked"}${isSeen ? "" : " unseen"}`,
            };
        }, target);
        if (at.trouble) unseen.add(at.trouble);
        if (at.isThere) return;
    }
    throw new Error("Tab does not come there");
}

/** With the palette: any letter opens it. */
async function jump(page, words) {
    await page.locator("#main").focus();
    await page.keyboard.press("Control+k");
    await page.locator(`${id("palette")} input`).waitFor();
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
    await page.locator(id("palette")).waitFor({ state: "detached" });
}

const typed = async (page, locator, text, unseen) => {
    await tabTo(page, locator, unseen);
    await page.keyboard.type(text);
};
const pressed = async (page, locator, unseen, key = "Enter") => {
    await tabTo(page, locator, unseen);
    await page.keyboard.press(key);
};

async function aServersLife(page, unseen) {
    await pressed(page, page.locator(id("add-server-button")), unseen);
    await visible(page.locator("dialog"));
    await page.keyboard.type("keyed");
    await tabTo(page, page.locator("input[name=kind]:checked"), unseen);
    for (let turn = 0; turn < 12 && !(await page.locator("input[name=kind][value=command]").isChecked()); turn += 1) await page.keyboard.press("ArrowRight");
    await typed(page, page.locator(id("source-command")), `${fixtures}/mcp_everything`, unseen);
    await pressed(page, page.locator(id("create-server")), unseen);
    await holds("keys alone add a server", () => visible(card(page, "keyed")));
    const own = card(page, "keyed");
    await pressed(page, own.locator(id("start-server")), unseen);
    await holds("start it", () => visible(own.locator(id("server-status")).getByText("running")));
    await holds("and what changed is said aloud", async () => {
        await page.waitForFunction(() => [...document.querySelectorAll('[aria-live="polite"],[role="status"]')].some((each) => each.textContent.includes("keyed")));
    });
    await pressed(page, own.locator(id("view-server")), unseen);
    await visible(page.getByRole("heading", { name: "keyed", level: 1 }));
    check("a new page has the focus", await page.evaluate(() => document.activeElement.id === "main"));
    await pressed(page, page.locator(id("tab-tools")), unseen);
    await pressed(page, page.getByRole("button", { name: /^echo/ }), unseen);
    await typed(page, page.locator("input[name=message]"), "by keys", unseen);
    await page.keyboard.press("Enter");
    await holds("call a tool", () => visible(page.locator(id("tool-result")).getByText("by keys")));
    await page.locator("#main").focus();
    await pressed(page, page.locator(id("tab-logs")), unseen);
    await visible(page.locator(id("log-viewer")));
    await page.keyboard.press("/");
    await page.keyboard.type("nothing has this");
    await holds("search a log", () => visible(page.getByText("No line matches")));
    await page.locator("#main").focus();
    await pressed(page, page.locator(id("tab-health")), unseen);
    await visible(page.locator(id("health-chart")));
    await page.locator("#main").focus();
    await pressed(page, page.locator(id("tab-settings")), unseen);
    await tabTo(page, page.locator(".yaml-input"), unseen);
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\n# by keys\n");
    await page.locator("#main").focus();
    await pressed(page, page.locator(id("stop-server")), unseen);
    await holds("stop it", () => visible(page.locator(id("server-status")).getByText("stopped")));
    await pressed(page, page.locator(id("delete-server")), unseen);
    await visible(page.locator("dialog"));
    check("a question has the focus in it", await page.evaluate(() => document.activeElement.closest("dialog") !== null));
    await pressed(page, page.locator(id("confirm-delete")), unseen);
    await holds("delete it", () => card(page, "keyed").waitFor({ state: "detached" }));
}

async function everyPage(page, unseen) {
    await jump(page, "marketplace");
    await visible(page.locator(id("template-card")));
    await tabTo(page, page.locator(id("deploy-template")), unseen);
    await page.keyboard.press("Enter");
    await visible(page.locator("dialog"));
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    check("Escape gives the focus back to the template", await page.evaluate(() => document.activeElement.dataset.testid === "deploy-template"));
    await jump(page, "secrets");
    await visible(page.getByRole("heading", { name: "Secrets", level: 1 }));
    await pressed(page, page.getByRole("button", { name: "Store a secret" }), unseen);
    await visible(page.locator("dialog"));
    await page.keyboard.type("keyed-secret");
    await typed(page, page.locator("dialog input[type=password]"), "hunter2", unseen);
    await page.keyboard.press("Enter");
    await holds("keys alone store a secret", () => visible(page.getByRole("row", { name: /keyed-secret/ })));
    await jump(page, "profiles and");
    await visible(page.getByRole("heading", { name: "Profiles and tokens", level: 1 }));
    await pressed(page, page.getByRole("button", { name: "Create profile" }), unseen);
    await visible(page.locator("dialog"));
    await page.keyboard.type("keyed");
    await page.keyboard.press("Enter");
    await holds("make a profile", () => page.locator("dialog").waitFor({ state: "detached" }));
    await jump(page, "events");
    await visible(page.getByRole("heading", { name: "Events", level: 1 }));
    await pressed(page, page.getByRole("button", { name: "Only failures" }), unseen, "Space");
    await holds("a filter is set", () => page.waitForURL(/failures=1/));
    await jump(page, "usage");
    await visible(page.getByRole("heading", { name: "Usage", level: 1 }));
    await tabTo(page, page.locator("main input[type=radio]:checked"), unseen);
    await page.keyboard.press("ArrowLeft");
    await holds("another span is chosen", () => page.waitForURL(/range=/));
    await jump(page, "system health");
    await pressed(page, page.locator("a.tile"), unseen);
    await holds("a number leads to its list", () => visible(page.getByRole("heading", { name: "Servers", level: 2 })));
    await page.keyboard.press("/");
    await page.keyboard.type("zzz");
    await holds("the list is searched", () => visible(page.getByText("No server matches").or(page.getByText("No servers yet"))));
}

/** Tab goes through a page as it is read: down, and never back up by more than a screen's part. */
async function order(page, path) {
    await page.goto(base + path);
    await visible(page.locator("main h1, .brand-title"));
    await page.waitForTimeout(400);
    const jumps = await page.evaluate(() => {
        const stops = [...document.querySelectorAll("#main a[href],#main button,#main input,#main select,#main textarea,#main summary")].filter(
            (each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true }),
        );
        const found = [];
        let last;
        for (const each of stops) {
            const { top, bottom, left } = each.getBoundingClientRect();
            // What stands beside it may be higher; in the same column nothing is.
            if (last && bottom < last.top - 4 && Math.abs(left - last.left) < 40) found.push(each.textContent.slice(0, 20) || each.name);
            last = { top, left };
        }
        return found;
    });
    check(`Tab goes down the page ${path}`, jumps.length === 0, jumps.slice(0, 3).join());
    await checkHeadings(page, path);
}

export async function keysAlone(browser) {
    await mcpm("add", "stays", "--start", "--", `${fixtures}/mcp_everything`);
    const visit = await open(browser, "/");
    const { page } = visit;
    const unseen = new Set();
    await visible(page.locator(id("live-state")).getByText("Live"));
    await visible(page.locator(id("server-card")));
    await aServersLife(page, unseen);
    await everyPage(page, unseen);
    check("whatever has the focus is seen and marked", unseen.size === 0, [...unseen].slice(0, 5).join(" | "));
    for (const path of ["/", "/?view=table", "/tools", "/clients", "/events", "/usage", "/system", "/profiles", "/secrets", "/servers/stays", "/servers/stays/tools?tool=echo", "/servers/stays/settings"])
        await order(page, path);
    await close("keys alone", visit);
    await mcpm("secret", "remove", "keyed-secret");
    await mcpm("profile", "remove", "keyed");
    await mcpm("remove", "-f", "stays");
}
