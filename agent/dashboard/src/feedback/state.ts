// The words of feedback that the API knows, and that there is something new of it.
import { signal } from "@preact/signals";

export const kinds = ["general", "bug", "feature", "improvement"] as const;
export const states = ["open", "in-progress", "resolved", "closed"] as const;
/** Counts up when feedback was sent or answered from this page. */
export const sentCount = signal(0);
