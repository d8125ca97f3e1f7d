// The newest figures of each server, each a signal of its own: what shows one is drawn again when that one changes, and nothing else is.
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Figures, type StatsTrail, trailWith } from "./messages";

const trails = new Map<string, Signal<StatsTrail | undefined>>();
const turn = signal(0);
const turnMs = 1000;
let isTurning = false;

function own(id: string): Signal<StatsTrail | undefined> {
    let trail = trails.get(id);
    if (!trail) {
        trail = signal(undefined);
        trails.set(id, trail);
    }
    return trail;
}

export function trailOf(id: string): ReadonlySignal<StatsTrail | undefined> {
    return own(id);
}

/** Counts up at most once a second while figures come: for what looks at those of all servers at once. */
export const figuresTurn: ReadonlySignal<number> = turn;

export function keepFigures(found: ReadonlyMap<string, Figures>, at: number): void {
    if (found.size === 0) return;
    for (const [id, figures] of found) {
        const trail = own(id);
        trail.value = trailWith(trail.peek(), figures, at);
    }
    if (isTurning) return;
    isTurning = true;
    setTimeout(() => {
        isTurning = false;
        turn.value += 1;
    }, turnMs);
}

/** What is not among `ids` is gone. */
export function keepOnly(ids: ReadonlyMap<string, unknown>): void {
    for (const [id, trail] of trails) if (!ids.has(id)) trail.value = undefined;
}
