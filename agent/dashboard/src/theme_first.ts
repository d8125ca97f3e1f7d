// Runs before the page is drawn, so that the first paint has the right colours and the first answers are on their way.
import { askEarly } from "./api/early";

askEarly(document.querySelector<HTMLMetaElement>('meta[name="mcpm-base"]')?.content ?? "/");
try {
    const wanted = JSON.parse(localStorage.getItem("mcpm.theme") ?? '"system"');
    const isDark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
} catch {
    document.documentElement.dataset["theme"] = "light";
}
