// Runs before the page is drawn, so that the first paint has the right colours, and the first answers and the code of the page that is
// looked at are on their way.
import { askEarly, wasSignedIn } from "./api/early";

const base = document.querySelector<HTMLMetaElement>('meta[name="mcpm-base"]')?.content ?? "/";
askEarly(base);
const own = document.currentScript as HTMLScriptElement | null;
const place = location.pathname.slice(base.length).replace(/\/$/, "");
if (own && place && place !== "servers" && wasSignedIn()) {
    const { server, page } = own.dataset; // written by build.mjs: names of files beside this one
    for (const name of ((place.startsWith("servers/") ? server : page) ?? "").split(" ").filter(Boolean)) {
        const link = document.createElement("link");
        link.rel = "modulepreload";
        link.href = new URL(name, own.src).href;
        document.head.append(link);
    }
}
try {
    const wanted = JSON.parse(localStorage.getItem("mcpm.theme") ?? '"system"');
    const isDark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
} catch {
    document.documentElement.dataset["theme"] = "light";
}
