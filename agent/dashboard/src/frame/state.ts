// What the frame shows over the page.
import { signal } from "@preact/signals";

export const isAdding = signal(false);
export const isKeysShown = signal(false);
export const isFeedbackOpen = signal(false);
/** The palette with what was typed to open it; undefined when it is closed. */
export const paletteText = signal<string | undefined>(undefined);
