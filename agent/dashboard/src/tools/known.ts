// Tools that this page has seen, for the palette. Bounded by the servers there are.
import { signal } from "@preact/signals";
import type { Tool } from "../api/types";

export const knownTools = signal<ReadonlyMap<string, readonly Tool[]>>(new Map());

export function learnTools(id: string, tools: readonly Tool[]): void {
    const next = new Map(knownTools.value);
    next.set(id, tools);
    knownTools.value = next;
}
