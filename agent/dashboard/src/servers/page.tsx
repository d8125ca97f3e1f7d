// The list of servers: tiles that filter, search, grid, table or wall, and what is done to many at once.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Server } from "../api/types";
import { loaded, loadFailure, reload, servers } from "../live/store";
import { figuresTurn, trailOf } from "../live/trails";
import { Link } from "../parts/link";
import { Confirm, FailureNotice, Skeletons } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { remember, remembered, useAddress, useTitle } from "../parts/use";
import { t } from "../texts";
import { remove, runAll } from "./actions";
import { ServerCard } from "./card";
import { useChosen } from "./chosen";
import {
    type Action,
    type Filter,
    frozen,
    labelsOf,
    matches,
    type Sort,
    type SortKey,
    sorted,
    sortKeys,
} from "./decide";
import { FirstRun, NoHits } from "./empty";
import { Filters, Tiles, type View } from "./filters";
import { Groups } from "./groups";
import { ServerTable } from "./table";
import { Wall } from "./wall";

function figures(id: string) {
    const trail = trailOf(id).peek();
    return { memory: trail?.now.memoryBytes ?? 0, cpu: trail?.cpu.at(-1) ?? 0 };
}

function filterOf(address: URLSearchParams): Filter {
    const part = (key: string) => address.get(key) ?? "";
    return { q: part("q"), status: part("status"), health: part("health"), type: part("type"), label: part("label") };
}

function BulkBar({ chosen, onDone }: { chosen: readonly Server[]; onDone: () => void }) {
    const [isAsking, setAsking] = useState(false);
    const act = (action: Action) => void runAll(chosen, action);
    return (
        <div class="bulk row" role="toolbar" aria-label={t.servers.bulk}>
            <strong>{t.servers.chosen(chosen.length)}</strong>
            <SmallButton onClick={() => act("start")}>{t.actions.start}</SmallButton>
            <SmallButton onClick={() => act("stop")}>{t.actions.stop}</SmallButton>
            <SmallButton onClick={() => act("restart")}>{t.actions.restart}</SmallButton>
            <Link class="button small" href={`/logs?servers=${chosen.map((server) => server.id).join()}`}>
                {t.nav.logs}
            </Link>
            <SmallButton class="danger" onClick={() => setAsking(true)}>
                {t.actions.delete}
            </SmallButton>
            <SmallButton class="quiet" onClick={onDone}>
                {t.servers.chooseNone}
            </SmallButton>
            {isAsking && (
                <Confirm
                    title={t.servers.deleteMany(chosen.length)}
                    text={t.servers.deleteManyText(chosen.map((server) => server.name))}
                    action={t.actions.delete}
                    onConfirm={async () => {
                        for (const server of chosen) await remove(server);
                        onDone();
                    }}
                    onClose={() => setAsking(false)}
                />
            )}
        </div>
    );
}

/** Servers in the order that was chosen; held still while the focus is in the list or it is scrolled. */
function useOrder(
    filter: Filter,
    sort: Sort,
): { shown: Server[]; hold: (why: "focus" | "scroll", yes: boolean) => void } {
    const held = useRef<string[]>();
    const last = useRef<readonly string[]>([]);
    const isLive = sort.key === "memory" || sort.key === "cpu";
    const all = servers.value;
    const turn = isLive ? figuresTurn.value : undefined;
    // Depends on less than it reads: the turn stands for what figures() reads
    const fresh = useMemo(() => {
        // From the last order: a list that is nearly in order is sorted in a tenth of the time.
        const fitting = all.filter((server) => matches(server, filter));
        const ordered = sorted(last.current.length > 0 ? frozen(fitting, last.current) : fitting, sort, figures);
        last.current = ordered.map((server) => server.id);
        return ordered;
    }, [all, turn, filter, sort]);
    const shown = held.current ? frozen(fresh, held.current) : fresh;
    const latest = useRef(shown);
    latest.current = shown;
    const reasons = useRef(new Set<string>());
    const [, draw] = useState(0);
    const hold = useCallback((why: "focus" | "scroll", yes: boolean) => {
        if (yes) reasons.current.add(why);
        else reasons.current.delete(why);
        if (reasons.current.size > 0) held.current ??= latest.current.map((server) => server.id);
        else if (held.current) {
            held.current = undefined;
            draw((before) => before + 1);
        }
    }, []);
    useEffect(() => {
        held.current = undefined;
    }, [sort, filter]);
    useEffect(() => {
        const look = () => hold("scroll", scrollY > aLittle);
        addEventListener("scroll", look, { passive: true });
        return () => removeEventListener("scroll", look);
    }, [hold]);
    return { shown, hold };
}

/** Scrolled so far, one looks at servers and no longer at what is above them. */
const aLittle = 60;

/** Of so many servers each card is whole, wherever it is; of more only the first and those near what is seen. */
const wholeCards = 200;
const firstScreen = 30;

/** The first cards at once and the others a frame later, those on the first screen whole before the rest of them: who opens the page
 *  sees something before all is drawn. */
function useGrowing(total: number): { drawn: number; whole: number } {
    const [step, setStep] = useState(0);
    const drawn = step === 0 ? 100 : total;
    const whole = total > wholeCards ? firstScreen : firstScreen + step * 85;
    const isAll = drawn >= total && (total > wholeCards || whole >= total);
    useEffect(() => {
        if (isAll) return;
        const frame = requestAnimationFrame(() => setTimeout(() => setStep((before) => before + 1), 0));
        return () => cancelAnimationFrame(frame);
    }, [step, isAll]);
    return { drawn, whole };
}

export default function ServersPage() {
    useTitle(t.nav.servers);
    const [address, setAddress] = useAddress();
    const filter = useMemo(() => filterOf(address), [address]);
    const view = (address.get("view") ?? remembered<string>("servers.view", "grid")) as View;
    const sort = useMemo<Sort>(() => {
        const [key = "name", direction] = (address.get("sort") ?? remembered<string>("servers.sort", "status")).split(
            ".",
        );
        return {
            key: (sortKeys as readonly string[]).includes(key) ? (key as SortKey) : "name",
            descending: direction === "down",
        };
    }, [address]);
    const { shown, hold } = useOrder(filter, sort);
    const by = address.get("group") ?? remembered("servers.group", "");
    const { ids, choose, setIds } = useChosen();
    const { drawn, whole } = useGrowing(shown.length);
    const [doomed, setDoomed] = useState<Server>();
    const setSort = (key: SortKey) => {
        const text = `${key}${sort.key === key && !sort.descending ? ".down" : ""}`;
        remember("servers.sort", text);
        setAddress({ sort: text });
    };
    const setView = (next: View) => {
        remember("servers.view", next);
        setAddress({ view: next });
    };
    const chosen = shown.filter((server) => ids.has(server.id));
    const labels = useMemo(() => [...new Set(servers.value.flatMap(labelsOf))].sort(), [servers.value]);
    const list = { shown, ids, choose, onDelete: setDoomed };
    return (
        <>
            <h2 class="page-title">{t.nav.servers}</h2>
            {loadFailure.value && !loaded.value && (
                <FailureNotice failure={loadFailure.value} retry={() => void reload()} />
            )}
            {!loaded.value && !loadFailure.value && <Skeletons many={6} tall />}
            {loaded.value && servers.value.length === 0 && <FirstRun />}
            {loaded.value && servers.value.length > 0 && (
                <>
                    <Tiles onPick={setAddress} />
                    <Filters
                        filter={filter}
                        sort={sort}
                        by={by}
                        view={view}
                        labels={labels}
                        many={shown.length}
                        onChange={setAddress}
                        onSort={setSort}
                        onView={setView}
                    />
                    {chosen.length > 0 && <BulkBar chosen={chosen} onDone={() => setIds(new Set())} />}
                    {shown.length === 0 && (
                        <NoHits
                            onClear={() =>
                                setAddress({
                                    q: undefined,
                                    status: undefined,
                                    health: undefined,
                                    type: undefined,
                                    label: undefined,
                                })
                            }
                        />
                    )}
                    <div
                        onFocusIn={() => hold("focus", true)}
                        onFocusOut={(event) => {
                            if (!event.currentTarget.contains(event.relatedTarget as Node | null)) hold("focus", false);
                        }}
                    >
                        <Groups
                            shown={view === "table" || by ? shown : shown.slice(0, drawn)}
                            by={view === "wall" ? "" : by}
                            isSearched={Object.values(filter).some(Boolean)}
                        >
                            {(part) => (
                                <>
                                    {view === "table" && (
                                        <ServerTable
                                            {...list}
                                            shown={part}
                                            sort={sort}
                                            onSort={setSort}
                                            onAll={(all) => setIds(new Set(all))}
                                        />
                                    )}
                                    {view === "wall" && <Wall shown={part} />}
                                    {view !== "table" && view !== "wall" && (
                                        <ul class="server-grid" data-testid="server-grid">
                                            {part.map((server, index) => (
                                                <ServerCard
                                                    key={server.id}
                                                    server={server}
                                                    isFull={index < whole}
                                                    isSelected={ids.has(server.id)}
                                                    onSelect={choose}
                                                    onDelete={setDoomed}
                                                />
                                            ))}
                                        </ul>
                                    )}
                                </>
                            )}
                        </Groups>
                    </div>
                </>
            )}
            {doomed && <DeleteServer server={doomed} onClose={() => setDoomed(undefined)} />}
        </>
    );
}

export function DeleteServer({
    server,
    onClose,
    onGone,
}: {
    server: Server;
    onClose: () => void;
    onGone?: () => void;
}) {
    return (
        <Confirm
            title={t.servers.deleteOne(server.name)}
            text={t.servers.deleteText(server.status === "running")}
            action={t.actions.delete}
            onConfirm={async () => {
                if (await remove(server)) onGone?.();
            }}
            onClose={onClose}
        />
    );
}
