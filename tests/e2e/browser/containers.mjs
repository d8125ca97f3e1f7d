// The life of a real container in the page: MCPM_IMAGE is an image that the engine has.
import { card, close, holds, id, open, run } from "./house.mjs";

const visible = (locator) => locator.first().waitFor({ state: "visible" });

export async function containers(browser) {
    const visit = await open(browser, "/");
    const { page } = visit;
    await page.click(id("add-server-button"));
    await page.fill(id("server-name"), "contained");
    await page.locator("dialog").getByText("Container image", { exact: true }).click();
    await page.fill(id("docker-image"), process.env.MCPM_IMAGE);
    await page.click(id("create-server"));
    const own = card(page, "contained");
    await holds("an image is added", () => visible(own.getByText("container", { exact: true })));
    await own.locator(id("start-server")).click();
    await holds("it runs as a container", async () => {
        await visible(own.locator(id("server-status")).getByText("running"));
        const { stdout } = await run("docker", ["ps", "-q", "--filter", `ancestor=${process.env.MCPM_IMAGE}`]);
        if (stdout.trim() === "") throw new Error("the engine has none");
    });
    await own.locator(id("view-server")).click();
    await page.getByRole("link", { name: "Tools", exact: true }).click();
    await page.getByRole("button", { name: /^echo/ }).click();
    await page.locator("input[name=message]").fill("hello from a container");
    await page.click(id("call-tool"));
    await holds("a tool of it is called", () => visible(page.locator(id("tool-result")).getByText(/hello from a container/).first()));
    await page.getByRole("link", { name: "Logs", exact: true }).first().click();
    await holds("it has a log", () => visible(page.locator(id("log-viewer"))));
    await page.locator(id("stop-server")).click();
    await holds("it stops", () => visible(page.locator(id("server-status")).getByText("stopped")));
    await page.locator(id("delete-server")).click();
    await page.click(id("confirm-delete"));
    await holds("and is deleted", () => own.waitFor({ state: "detached" }));
    await close("containers", visit);
}
