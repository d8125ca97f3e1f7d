// Runs before the page is drawn, so that the first paint has the right colours.
try {
    const wanted = JSON.parse(localStorage.getItem("mcpm.theme") ?? '"system"');
    const isDark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
} catch {
    document.documentElement.dataset["theme"] = "light";
}
