// Light, dark or as the system has it. theme_first.ts sets the same before the first paint.
import { signal } from "@preact/signals";
import { remember, remembered } from "../parts/use";

export type Theme = "light" | "dark" | "system";
export const theme = signal<Theme>(remembered<Theme>("theme", "system"));
const dark = matchMedia("(prefers-color-scheme: dark)");

export function isDark(): boolean {
    return theme.value === "dark" || (theme.value === "system" && dark.matches);
}

function show(): void {
    document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
}

export function setTheme(next: Theme): void {
    theme.value = next;
    remember("theme", next);
    show();
}

export function nextTheme(): Theme {
    const order: readonly Theme[] = ["system", "light", "dark"];
    return order[(order.indexOf(theme.value) + 1) % order.length] as Theme;
}

dark.addEventListener("change", show);
