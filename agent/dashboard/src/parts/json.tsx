// A JSON value as a tree that folds. Big ones are folded at first; what is very big is cut and says so.
import { useState } from "preact/hooks";
import { t } from "../texts";
import { bytes } from "./format";
import { SmallButton } from "./small_button";

const shownItems = 200;
const shownText = 4000;

function Scalar({ value }: { value: unknown }) {
    const [isWhole, setWhole] = useState(false);
    const text = typeof value === "string" ? JSON.stringify(value) : String(value);
    const kind = value === null ? "null" : typeof value;
    if (text.length <= shownText || isWhole) return <span class={`json-${kind}`}>{text}</span>;
    return (
        <span class={`json-${kind}`}>
            {text.slice(0, shownText)}…{" "}
            <SmallButton onClick={() => setWhole(true)}>{t.tools.showAll(bytes(text.length))}</SmallButton>
        </span>
    );
}

export function JsonTree({
    value,
    name,
    isOpen = false,
    depth = 0,
}: {
    value: unknown;
    name?: string;
    isOpen?: boolean;
    depth?: number;
}) {
    const label = name === undefined ? null : <span class="json-key">{name}: </span>;
    if (typeof value !== "object" || value === null) {
        return (
            <div class="json">
                {label}
                <Scalar value={value} />
            </div>
        );
    }
    const entries = Array.isArray(value)
        ? value.map((each, index) => [String(index), each] as const)
        : Object.entries(value);
    if (entries.length === 0) {
        return (
            <div class="json">
                {label}
                {Array.isArray(value) ? "[]" : "{}"}
            </div>
        );
    }
    return (
        <Branch
            label={label}
            isArray={Array.isArray(value)}
            entries={entries}
            isOpen={isOpen && depth < 6}
            depth={depth}
        />
    );
}

interface BranchProps {
    label: preact.JSX.Element | null;
    isArray: boolean;
    entries: readonly (readonly [string, unknown])[];
    isOpen: boolean;
    depth: number;
}

/** What is folded is not drawn, so that a huge value costs nothing until somebody looks into it. */
function Branch({ label, isArray, entries, isOpen, depth }: BranchProps) {
    const [open, setOpen] = useState(isOpen);
    return (
        <details class="json" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
                {label}
                <span class="muted">{isArray ? `[${entries.length}]` : `{${entries.length}}`}</span>
            </summary>
            {open && (
                <div class="json-inner">
                    {entries.slice(0, shownItems).map(([key, each]) => (
                        <JsonTree
                            key={key}
                            name={key}
                            value={each}
                            isOpen={isOpen && entries.length <= 20}
                            depth={depth + 1}
                        />
                    ))}
                    {entries.length > shownItems && <div class="muted small">… {entries.length - shownItems}</div>}
                </div>
            )}
        </details>
    );
}
