// A choice of how far back, kept in the address. Small tables of figures that several pages show.

import { t } from "../texts";
import { Columns } from "./columns";
import { Link } from "./link";

export const ranges = ["1h", "24h", "7d", "30d"] as const;
export type Range = (typeof ranges)[number];
/** Checks of health are kept for longer. */
export const healthRanges = [...ranges, "90d"] as const;
export type HealthRange = (typeof healthRanges)[number];

export function rangeOf(said: string | null, otherwise: Range): Range {
    return ranges.find((each) => each === said) ?? otherwise;
}

interface PickProps<T extends string> {
    name: string;
    label: string;
    options: readonly T[];
    texts?: Record<T, string>;
    value: T;
    onPick: (value: T) => void;
}

/** A few that exclude one another, all in sight. */
export function Segmented<T extends string>({ name, label, options, texts, value, onPick }: PickProps<T>) {
    return (
        <fieldset class="segmented" aria-label={label}>
            {options.map((each) => (
                <label key={each}>
                    <input type="radio" name={name} checked={each === value} onChange={() => onPick(each)} />
                    {texts?.[each] ?? each}
                </label>
            ))}
        </fieldset>
    );
}

export function RangePick(props: { name: string; value: Range; onPick: (value: Range) => void }) {
    return <Segmented {...props} label={t.health.range} options={ranges} texts={t.common.ranges} />;
}

export interface TileRow {
    value: string;
    label: string;
    href?: string;
    isBad?: boolean;
}

/** Figures side by side; what was not said is left out, what has a list behind it leads there. */
export function Tiles({ rows }: { rows: readonly TileRow[] }) {
    return (
        <div class="tiles">
            {rows
                .filter((row) => row.value !== "–")
                .map(({ value, label, href, isBad }) => {
                    const inside = (
                        <>
                            <b class={isBad ? "trouble" : ""}>{value}</b>
                            <span>{label}</span>
                        </>
                    );
                    return href ? (
                        <Link key={label} class="tile" href={href}>
                            {inside}
                        </Link>
                    ) : (
                        <div key={label} class="tile">
                            {inside}
                        </div>
                    );
                })}
        </div>
    );
}

export interface Heading {
    text: string;
    isNumber?: boolean;
    /** Of the cells: a line to itself on a phone. */
    isWhole?: boolean;
    /** The last, which cannot be hidden: what can be done with a row. */
    isKept?: boolean;
    sort?: "ascending" | "descending" | undefined;
    onSort?: () => void;
}

/** A table that scrolls by itself; its first column names the row, the others can be hidden. */
export function Rows(props: {
    id: string;
    label: string;
    headings: readonly Heading[];
    rows: readonly { key: string; cells: readonly preact.ComponentChildren[] }[];
}) {
    return (
        <Columns id={props.id} names={props.headings.slice(1).flatMap(({ text, isKept }) => (isKept ? [] : text))}>
            <div class="table-wrap rows" role="region" aria-label={props.label} tabIndex={0}>
                <table>
                    <thead>
                        <tr>
                            {props.headings.map(({ text, isNumber, sort, onSort }) => (
                                <th key={text} class={isNumber ? "number" : ""} aria-sort={sort}>
                                    {onSort ? (
                                        <button type="button" onClick={onSort}>
                                            {text} {sort === undefined ? "" : sort === "descending" ? "↓" : "↑"}
                                        </button>
                                    ) : (
                                        text
                                    )}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {props.rows.map(({ key, cells }) => (
                            <tr key={key}>
                                {cells.map((cell, index) => {
                                    const { text, isNumber, isWhole, isKept } = props.headings[index] as Heading;
                                    return index === 0 ? (
                                        <th key={index} scope="row">
                                            {cell}
                                        </th>
                                    ) : (
                                        <td
                                            key={index}
                                            class={isNumber ? "number" : isWhole ? "whole" : ""}
                                            data-label={isKept ? undefined : text}
                                        >
                                            {cell}
                                        </td>
                                    );
                                })}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </Columns>
    );
}
