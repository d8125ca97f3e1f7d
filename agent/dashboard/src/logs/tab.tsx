// The log of a server with everything around it. Each filter is in the address; the looks are remembered.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { basePath, fill, firstLine } from "../api/client";
import type { LogLine, Server } from "../api/types";
import { Chips } from "../parts/chips";
import { Fold } from "../parts/fold";
import { exact } from "../parts/format";
import { Icon } from "../parts/icon";
import { copyLink, Empty, FailureNotice, Skeletons } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { toast } from "../parts/toast";
import { remember, remembered, useAddress } from "../parts/use";
import { t } from "../texts";
import {
    chipsOf,
    clockOf,
    contextOf,
    filterOf,
    type LogFilter,
    placeOf,
    queryOf,
    timeParameter,
    withRecent,
} from "./buffer";
import { Histogram } from "./histogram";
import { Toggle, useLooks } from "./looks";
import { useLog } from "./reading";
import { plain, searchOf } from "./text";
import { LogView } from "./view";

type SetAddress = (changes: Record<string, string | undefined>) => void;
const levels = ["trace", "debug", "info", "warn", "error", "fatal"];

interface SearchProps {
    filter: LogFilter;
    problem: string | undefined;
    hits: readonly number[];
    hit: number;
    onHit: (next: number) => void;
    set: SetAddress;
}

function SearchField({ filter, problem, hits, hit, onHit, set }: SearchProps) {
    const [text, setText] = useState(filter.q);
    const [recent, setRecent] = useState<string[]>(remembered("logs.recent", []));
    const timer = useRef<ReturnType<typeof setTimeout>>();
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => setText(filter.q), [filter.q]);
    // The browser's own search sees only the lines that are drawn. Pressed again within the field, it is the browser's.
    useEffect(() => {
        const onKeyDown = (event: KeyboardEvent) => {
            const isFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f";
            if (!isFind || document.activeElement === field.current || document.querySelector("dialog[open]")) return;
            event.preventDefault();
            field.current?.focus();
            field.current?.select();
        };
        document.addEventListener("keydown", onKeyDown);
        return () => document.removeEventListener("keydown", onKeyDown);
    }, []);
    const commit = (value: string) => {
        clearTimeout(timer.current);
        set({ q: value });
        if (value.length < 2) return;
        const next = withRecent(recent, value);
        setRecent(next);
        remember("logs.recent", next);
    };
    return (
        <div class="row grow log-search" role="search">
            <input
                ref={field}
                type="search"
                class="input grow"
                data-search
                list="recent-searches"
                aria-label={t.logs.search}
                placeholder={t.logs.searchHint}
                value={text}
                aria-invalid={problem ? "true" : undefined}
                spellcheck={false}
                onInput={(event) => {
                    const value = event.currentTarget.value;
                    setText(value);
                    clearTimeout(timer.current);
                    timer.current = setTimeout(() => set({ q: value }), 250);
                }}
                onKeyDown={(event) => {
                    if (event.key !== "Enter") return;
                    if (text !== filter.q) commit(text);
                    else onHit(event.shiftKey ? hit - 1 : hit + 1);
                }}
                onBlur={() => text && commit(text)}
            />
            <datalist id="recent-searches">
                {recent.map((each) => (
                    <option key={each} value={each} />
                ))}
            </datalist>
            <button
                type="button"
                class="button"
                aria-pressed={filter.isRegex}
                aria-label={t.logs.regex}
                title={t.logs.regex}
                onClick={() => set({ regex: filter.isRegex ? undefined : "1" })}
            >
                <span class="mono">.*</span>
            </button>
            <Toggle
                label={t.logs.onlyMatches}
                isOn={filter.isOnly}
                onToggle={() => set({ only: filter.isOnly ? "0" : undefined })}
            />
            {filter.q && !problem && (
                <>
                    <span class="small muted number" role="status">
                        {t.logs.hits(hits.length === 0 ? 0 : hit + 1, hits.length)}
                    </span>
                    <button
                        type="button"
                        class="button"
                        aria-label={t.logs.previous}
                        disabled={hits.length === 0}
                        onClick={() => onHit(hit - 1)}
                    >
                        <Icon name="up" />
                    </button>
                    <button
                        type="button"
                        class="button"
                        aria-label={t.logs.next}
                        disabled={hits.length === 0}
                        onClick={() => onHit(hit + 1)}
                    >
                        <Icon name="down" />
                    </button>
                </>
            )}
        </div>
    );
}

function Filters({ filter, server, set }: { filter: LogFilter; server: Server; set: SetAddress }) {
    const runs = Array.from({ length: Math.min(20, server.run ?? 0) }, (_, index) => String((server.run ?? 0) - index));
    const choice = (key: string, value: string, label: string, options: readonly (readonly [string, string])[]) => (
        <select
            class="input auto"
            aria-label={label}
            value={value}
            onChange={(event) => set({ [key]: event.currentTarget.value })}
        >
            <option value="">{label}</option>
            {value && !options.some(([each]) => each === value) && <option value={value}>{value}</option>}
            {options.map(([each, name]) => (
                <option key={each} value={each}>
                    {name}
                </option>
            ))}
        </select>
    );
    return (
        <>
            {choice(
                "level",
                filter.level,
                t.logs.level,
                levels.map((each) => [each, `${each} +`] as const),
            )}
            {choice("stream", filter.stream, t.logs.stream, [
                ["stderr", "stderr"],
                ["stdout", "stdout"],
            ])}
            {choice(
                "run",
                filter.run,
                t.logs.run,
                runs.map((each) => [each, t.logs.runOf(Number(each))] as const),
            )}
            {choice("since", filter.since, t.logs.time, Object.entries(t.logs.times))}
            <Fold label={`${t.logs.from} – ${t.logs.to}`}>
                <div class="row">
                    {(["since", "until"] as const).map((key) => (
                        <label key={key} class="field small">
                            {key === "since" ? t.logs.from : t.logs.to}
                            <input
                                type="datetime-local"
                                step="1"
                                class="input auto"
                                value={clockOf(filter[key])}
                                onChange={(event) => set({ [key]: timeParameter(event.currentTarget.value) })}
                            />
                        </label>
                    ))}
                </div>
            </Fold>
        </>
    );
}

/** Which fields of JSON lines stand in the line itself. */
function JsonFields({ fields, onChange }: { fields: string; onChange: (next: string) => void }) {
    return (
        <Fold label={t.logs.fields}>
            <label class="field small">
                {t.logs.fieldsHelp}
                <input
                    class="input mono"
                    value={fields}
                    placeholder="user, request.id"
                    spellcheck={false}
                    onInput={(event) => onChange(event.currentTarget.value)}
                />
            </label>
        </Fold>
    );
}

export default function LogsTab({ server }: { server: Server }) {
    const [address, set] = useAddress();
    const filter = useMemo(() => filterOf(address), [address]);
    const at = address.get("at") ?? "";
    const { looks, switches, setFields } = useLooks();
    const [isOpen, setOpen] = useState(false);
    const search = useMemo(() => searchOf(filter.q, filter.isRegex), [filter.q, filter.isRegex]);
    const asked = search.problem ? { ...filter, q: "" } : filter;
    const canGrow = server.status !== "stopped" && (!filter.run || Number(filter.run) === server.run);
    const { buffer, isLoading, failure, older, again } = useLog(
        server.id,
        at ? { ...asked, q: "", level: "", stream: "", since: "", until: "" } : asked,
        at,
        canGrow,
    );
    const [hit, setHit] = useState(-1);
    const hits = useMemo(() => {
        const { pattern } = search;
        if (!pattern) return [];
        return buffer.lines.flatMap((line, index) => {
            pattern.lastIndex = 0;
            return pattern.test(plain(line.text)) ? [buffer.first + index] : [];
        });
    }, [buffer.lines, buffer.first, search]);
    useEffect(() => setHit(-1), [filter.q, filter.isRegex]);
    const goTo = (next: number) => hits.length > 0 && setHit((next + hits.length) % hits.length);
    const toOldest = async () => {
        const query = { ...queryOf(filter), tail: "all", format: "jsonl", notes: "0" };
        const line = await firstLine<LogLine>(fill("/api/servers/{id}/logs", { id: server.id }, query));
        if (line) set({ at: placeOf(line) });
    };
    const isFiltered = chipsOf(filter).length > 0 && !at;
    const download = (query: Record<string, string | undefined>) =>
        basePath() + fill("/api/servers/{id}/logs/export", { id: server.id }, query).slice(1);
    return (
        <section class="stack tight" aria-label={t.server.tabs.logs}>
            <div class="toolbar row">
                <SearchField filter={filter} problem={search.problem} hits={hits} hit={hit} onHit={goTo} set={set} />
                <button
                    type="button"
                    class="button only-narrow"
                    aria-expanded={isOpen}
                    onClick={() => setOpen(!isOpen)}
                >
                    {t.logs.filters}
                </button>
                <div class={`row log-controls ${isOpen ? "open" : ""}`}>
                    <Filters filter={filter} server={server} set={set} />
                    {switches}
                    <JsonFields fields={looks.fields} onChange={setFields} />
                    <button type="button" class="button" onClick={() => void toOldest()}>
                        <Icon name="up" />
                        {t.logs.toTop}
                    </button>
                    <button
                        type="button"
                        class="button"
                        onClick={() => {
                            set({ since: new Date().toISOString() });
                            toast(t.logs.cleared);
                        }}
                    >
                        {t.logs.clear}
                    </button>
                    <a class="button" href={download(queryOf(filter))} download>
                        {t.logs.download}
                    </a>
                    {isFiltered && (
                        <a class="button" href={download({})} download>
                            {t.logs.downloadAll}
                        </a>
                    )}
                </div>
            </div>
            {search.problem && (
                <p class="problem" role="alert">
                    {t.logs.badRegex(search.problem)}
                </p>
            )}
            <Chips
                rows={chipsOf(filter).map(([key, value]) => [
                    key,
                    key === "q" ? t.common.search : key,
                    clockOf(value) ? exact(value) : value,
                ])}
                set={set}
            />
            {at && (
                <div class="notice row spread">
                    <span>{t.logs.inContext}</span>
                    <SmallButton onClick={() => set({ at: undefined })}>{t.logs.backToLive}</SmallButton>
                </div>
            )}
            {!at && (
                <Histogram
                    lines={buffer.lines}
                    onSpan={(from, to) =>
                        set({ since: new Date(from).toISOString(), until: new Date(to).toISOString() })
                    }
                />
            )}
            {buffer.missed > 0 && <div class="notice warn">{t.logs.missed}</div>}
            {failure && <FailureNotice failure={failure} retry={again} />}
            {isLoading && buffer.lines.length === 0 && <Skeletons many={6} />}
            {!isLoading && !failure && buffer.lines.length === 0 && (
                <div data-testid="log-viewer">
                    <Empty title={isFiltered ? t.logs.noMatch : t.logs.noLines}>
                        <p>{isFiltered ? t.logs.noMatchText : t.logs.noLinesText}</p>
                        {isFiltered && (
                            <button
                                type="button"
                                class="button"
                                onClick={() =>
                                    set({
                                        q: undefined,
                                        level: undefined,
                                        stream: undefined,
                                        run: undefined,
                                        since: undefined,
                                        until: undefined,
                                    })
                                }
                            >
                                {t.logs.clearFilters}
                            </button>
                        )}
                    </Empty>
                </div>
            )}
            {buffer.lines.length > 0 && (
                <LogView
                    key={`${at} ${JSON.stringify(queryOf(asked))}`}
                    name={server.name}
                    buffer={buffer}
                    pattern={search.pattern}
                    looks={looks}
                    canGrow={canGrow && !at}
                    marked={at}
                    isFiltered={isFiltered}
                    hitAt={hits[hit]}
                    onOlder={older}
                    onContext={(line) => set({ at: placeOf(line), q: undefined, level: undefined, stream: undefined })}
                    onLink={(line) => void copyLink(contextOf(server.id, line))}
                />
            )}
        </section>
    );
}
