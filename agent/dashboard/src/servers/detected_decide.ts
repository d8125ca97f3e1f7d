// What came of a look at a client's file. Pure.
import type { ImportItem } from "../api/types";
import { t } from "../texts";

export function newOf(items: readonly ImportItem[]): number {
    return items.filter((item) => item.state === "new").length;
}

/** What is to be known of one entry beside what it runs: why it is left out, which secrets still need a value. */
export function itemText(item: ImportItem): string {
    const needs = item.secrets.filter((secret) => !secret.set).map((secret) => t.importing.needs(secret.name));
    const moved = item.secrets.filter((secret) => secret.set).map((secret) => t.importing.moves(secret.name));
    const state =
        item.state === "left out" && item.why
            ? `${t.importing.states["left out"]}: ${item.why}`
            : t.importing.states[item.state];
    return [state, ...moved, ...needs, ...item.notes].join("; ");
}
