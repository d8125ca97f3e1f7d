// What a check of the whole says, in words. Pure.
import type { Check, Condition } from "../api/types";
import { bytes, milliseconds } from "../parts/format";
import { t } from "../texts";

export const conditionKind: Record<Condition, string> = {
    healthy: "good",
    degraded: "warn",
    unhealthy: "bad",
    idle: "off",
};

/** "containerEngine" → "Container engine", also for a check that this page does not know yet. */
export function checkName(name: string): string {
    const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
    return words.charAt(0).toUpperCase() + words.slice(1);
}

export function checkText(check: Check): string {
    if (check.status === "idle") return t.system.idle;
    const parts: string[] = [];
    if (check.responseTime !== undefined) parts.push(t.system.answered(milliseconds(check.responseTime)));
    if (check.freeBytes !== undefined && check.totalBytes !== undefined)
        parts.push(t.system.free(bytes(check.freeBytes), bytes(check.totalBytes)));
    if (check.path) parts.push(check.path);
    return parts.join(" · ");
}
