// What stands above the list of servers: tiles and selects that filter, the order, the view. On a phone the selects are folded until they are
// asked for, so that the first server is in sight.
import { useMemo, useState } from "preact/hooks";
import { type BarRange, barRange, barRanges, setBarRange } from "../health/range";
import { servers } from "../live/store";
import { count } from "../parts/format";
import { Icon } from "../parts/icon";
import { SmallButton } from "../parts/small_button";
import { remember } from "../parts/use";
import { t } from "../texts";
import { countsOf, type Filter, type Sort, type SortKey, sortKeys } from "./decide";

export type View = "grid" | "table" | "wall";
type Changes = Record<string, string | undefined>;

function Choice(props: { label: string; value: string; options: readonly string[]; onPick: (value: string) => void }) {
    return (
        <select
            class="input auto"
            aria-label={props.label}
            value={props.value}
            onChange={(event) => props.onPick(event.currentTarget.value)}
        >
            <option value="">{props.label}</option>
            {props.options.map((option) => (
                <option key={option} value={option}>
                    {option}
                </option>
            ))}
        </select>
    );
}

export function Tiles({ onPick }: { onPick: (changes: Changes) => void }) {
    const counts = countsOf(servers.value);
    const none = { status: undefined, health: undefined };
    const tiles: [number, string, Changes][] = [
        [counts.total, t.servers.total(counts.total), none],
        [counts.running, t.servers.running(counts.total), { ...none, status: "running" }],
        [counts.error, t.servers.inError(counts.total), { ...none, status: "error" }],
        [counts.unhealthy, t.servers.unhealthy(counts.total), { ...none, health: "unhealthy" }],
    ];
    return (
        <div class="tiles">
            {tiles.map(([value, label, changes]) => (
                <button key={label} type="button" class="tile" onClick={() => onPick(changes)}>
                    <b>{count(value)}</b>
                    <span>{label}</span>
                </button>
            ))}
        </div>
    );
}

interface FiltersProps {
    filter: Filter;
    sort: Sort;
    by: string;
    view: View;
    labels: readonly string[];
    /** So many are shown. */
    many: number;
    onChange: (changes: Changes) => void;
    onSort: (key: SortKey) => void;
    onView: (view: View) => void;
}

function Picks({ filter, labels, onChange }: Pick<FiltersProps, "filter" | "labels" | "onChange">) {
    const rows = [
        ["status", t.servers.anyStatus, ["running", "stopped", "error", "starting", "stopping"]],
        ["health", t.servers.anyHealth, ["healthy", "unhealthy", "unknown"]],
        ["type", t.servers.anyType, ["process", "container", "remote"]],
        ["label", t.servers.anyLabel, labels],
    ] as const;
    return (
        <>
            {rows.map(
                ([key, label, options]) =>
                    options.length > 0 && (
                        <Choice
                            key={key}
                            label={label}
                            value={filter[key]}
                            options={options}
                            onPick={(value) => onChange({ [key]: value })}
                        />
                    ),
            )}
        </>
    );
}

function Order({ sort, by, view, labels, onSort, onChange }: Omit<FiltersProps, "filter" | "many" | "onView">) {
    const keys = useMemo(() => [...new Set(labels.map((label) => label.split("=")[0] ?? ""))], [labels]);
    return (
        <>
            <select
                class="input auto slim"
                aria-label={t.servers.sortBy}
                value={sort.key}
                onChange={(event) => onSort(event.currentTarget.value as SortKey)}
            >
                {sortKeys.map((key) => (
                    <option key={key} value={key}>
                        {t.servers.sorted(t.servers.sortNames[key])}
                    </option>
                ))}
            </select>
            <select
                class="input auto slim"
                aria-label={t.servers.groupBy}
                value={by}
                onChange={(event) => {
                    remember("servers.group", event.currentTarget.value);
                    onChange({ group: event.currentTarget.value });
                }}
            >
                <option value="">{t.servers.groupBy}</option>
                <option value="status">{t.servers.grouped(t.servers.sortNames.status)}</option>
                <option value="type">{t.servers.grouped(t.servers.type)}</option>
                {keys.map((key) => (
                    <option key={key} value={key}>
                        {t.servers.grouped(t.servers.label(key))}
                    </option>
                ))}
            </select>
            {view !== "wall" && (
                <select
                    class="input auto slim"
                    aria-label={t.servers.barRange}
                    value={barRange.value}
                    onChange={(event) => setBarRange(event.currentTarget.value as BarRange)}
                >
                    {barRanges.map((range) => (
                        <option key={range} value={range}>
                            {t.servers.barOf(t.common.ranges[range])}
                        </option>
                    ))}
                </select>
            )}
        </>
    );
}

export function Filters(props: FiltersProps) {
    const { filter, view, many, onChange, onView } = props;
    const used = [filter.status, filter.health, filter.type, filter.label].filter(Boolean).length;
    const [isOpen, setOpen] = useState(used > 0);
    return (
        <div class={`filters stack tight ${isOpen ? "open" : ""}`}>
            <div class="toolbar many row" role="search">
                <input
                    type="search"
                    class="input grow"
                    data-testid="search-input"
                    data-search
                    value={filter.q}
                    placeholder={t.servers.searchHint}
                    aria-label={t.servers.search}
                    onInput={(event) => onChange({ q: event.currentTarget.value })}
                />
                <Picks {...props} />
            </div>
            <div class="shown row spread">
                <p class="small muted" aria-live="polite">
                    {t.servers.shown(many, servers.value.length)}
                </p>
                <div class="row">
                    <Order {...props} />
                    <div class="row views" role="group" aria-label={t.servers.view}>
                        <SmallButton class="only-phone" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                            {used > 0 ? t.servers.filtersUsed(used) : t.servers.filters}
                        </SmallButton>
                        {(["grid", "table", "wall"] as const).map((each) => (
                            <SmallButton
                                key={each}
                                aria-pressed={view === each}
                                aria-label={t.servers.views[each]}
                                title={t.servers.views[each]}
                                onClick={() => onView(each)}
                            >
                                <Icon name={each} />
                            </SmallButton>
                        ))}
                    </div>
                </div>
            </div>
        </div>
    );
}
