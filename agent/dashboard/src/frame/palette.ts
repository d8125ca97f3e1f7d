// What the palette finds, and in which order. Pure.
export interface Entry {
    kind: "server" | "page" | "action" | "tool";
    title: string;
    more?: string;
    run: () => void;
}

/** Higher is better; undefined is no hit. A word's beginning counts more than its middle, the title more than the rest. */
export function score(entry: Pick<Entry, "title" | "more">, query: string): number | undefined {
    const title = entry.title.toLowerCase();
    const all = `${title} ${(entry.more ?? "").toLowerCase()}`;
    let sum = 0;
    for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
        const at = title.indexOf(word);
        if (at === 0) sum += 8;
        else if (at > 0) sum += /[\s\-_/.]/.test(title.charAt(at - 1)) ? 6 : 4;
        else if (all.includes(word)) sum += 2;
        else return undefined;
    }
    return sum;
}

export function find<T extends Pick<Entry, "title" | "more">>(entries: readonly T[], query: string, most: number): T[] {
    return entries
        .map((entry, index) => ({ entry, index, points: score(entry, query) }))
        .filter((each) => each.points !== undefined)
        .sort((left, right) => (right.points as number) - (left.points as number) || left.index - right.index)
        .slice(0, most)
        .map((each) => each.entry);
}
