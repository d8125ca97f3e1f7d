// What the frame shows over the page.
import { signal } from "@preact/signals";
import type { Template } from "../api/types";

export const isAdding = signal(false);
export const isImporting = signal(false);
export const isKeysShown = signal(false);
export const isFeedbackOpen = signal(false);
/** The palette with what was typed to open it; undefined when it is closed. */
export const paletteText = signal<string | undefined>(undefined);

/** What is set up, and where it is asked for: a template, or an entry of a registry. */
export interface Choice {
    template: Template;
    path: "/api/templates/{id}/deploy" | "/api/registry/deploy";
    body: Record<string, string>;
    name?: string;
}
export const toSetUp = signal<Choice | undefined>(undefined);
