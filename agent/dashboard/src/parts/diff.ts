// Two texts, line by line. Pure. Bounded: very long ones are shown as removed and added as a whole.
export interface DiffLine {
    kind: "same" | "add" | "del";
    text: string;
}

const mostCells = 4_000_000;

export function diffLines(before: string, after: string): DiffLine[] {
    const left = before.split("\n");
    const right = after.split("\n");
    if (left.length * right.length > mostCells) {
        return [
            ...left.map((text): DiffLine => ({ kind: "del", text })),
            ...right.map((text): DiffLine => ({ kind: "add", text })),
        ];
    }
    const width = right.length + 1;
    const longest = new Uint32Array((left.length + 1) * width);
    for (let i = left.length - 1; i >= 0; i -= 1) {
        for (let j = right.length - 1; j >= 0; j -= 1) {
            const below = longest[(i + 1) * width + j] ?? 0;
            const beside = longest[i * width + j + 1] ?? 0;
            longest[i * width + j] =
                left[i] === right[j] ? (longest[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(below, beside);
        }
    }
    const out: DiffLine[] = [];
    let i = 0;
    let j = 0;
    while (i < left.length || j < right.length) {
        const below = longest[(i + 1) * width + j] ?? 0;
        const beside = longest[i * width + j + 1] ?? 0;
        if (i < left.length && j < right.length && left[i] === right[j]) {
            out.push({ kind: "same", text: left[i] ?? "" });
            i += 1;
            j += 1;
        } else if (j >= right.length || (i < left.length && below >= beside)) {
            out.push({ kind: "del", text: left[i] ?? "" });
            i += 1;
        } else {
            out.push({ kind: "add", text: right[j] ?? "" });
            j += 1;
        }
    }
    return out;
}

/** Only what changed, with a few lines around. */
export function hunks(lines: readonly DiffLine[], context = 3): (DiffLine | undefined)[] {
    const near = lines.map((_, index) =>
        lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.kind !== "same"),
    );
    const out: (DiffLine | undefined)[] = [];
    lines.forEach((line, index) => {
        if (near[index]) out.push(line);
        else if (out.length > 0 && out.at(-1) !== undefined) out.push(undefined);
    });
    if (out.at(-1) === undefined) out.pop();
    return out;
}
