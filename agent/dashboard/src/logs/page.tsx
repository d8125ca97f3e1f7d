// Logs of several servers: as one stream with a coloured name before each line, or beside one another.
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import type { Failure } from "../api/client";
import type { LogLine, Server } from "../api/types";
import { loaded, servers } from "../live/store";
import { Icon } from "../parts/icon";
import { Link } from "../parts/link";
import { copyLink, Empty, FailureNotice, PageHead, Skeletons } from "../parts/parts";
import { Segmented } from "../parts/range";
import { useAddress, useTitle } from "../parts/use";
import { NoServers } from "../servers/empty";
import { t } from "../texts";
import { type Buffer, contextOf, emptyBuffer, filterOf, type LogFilter } from "./buffer";
import { type Looks, useLooks } from "./looks";
import { mergedLines } from "./merge";
import { type LogReading, useLog } from "./reading";
import { searchOf } from "./text";
import { LogView } from "./view";

const mostServers = 12;

interface PaneProps {
    server: Server;
    filter: LogFilter;
}

function usePane({ server, filter }: PaneProps) {
    const canGrow = server.status !== "stopped";
    return { ...useLog(server.id, filter, "", canGrow), canGrow };
}

type Heard = Pick<LogReading, "buffer" | "failure" | "again">;

/** Reads one of the logs that are merged, and draws nothing. */
function Source({ server, filter, onHeard }: PaneProps & { onHeard: (id: string, heard: Heard) => void }) {
    const { buffer, isLoading, failure, again } = usePane({ server, filter });
    useEffect(() => {
        if (!isLoading || buffer.lines.length > 0) onHeard(server.id, { buffer, failure, again });
    }, [server.id, buffer, isLoading, failure, again, onHeard]);
    return null;
}

function Pane({ server, filter, looks }: PaneProps & { looks: Looks }) {
    const { older, ...heard } = usePane({ server, filter });
    return (
        <section class="stack tight">
            <h2>
                <Link href={`/servers/${server.id}/logs`}>{server.name}</Link>
            </h2>
            <View
                {...heard}
                name={server.name}
                filter={filter}
                looks={looks}
                serverOf={() => server.id}
                onOlder={older}
            />
        </section>
    );
}

interface ViewProps {
    name: string;
    buffer: Buffer;
    filter: LogFilter;
    looks: Looks;
    /** Whose line it is. */
    serverOf: (line: LogLine) => string;
    canGrow: boolean;
    onOlder: () => Promise<void>;
    isLoading: boolean;
    failure: Failure | undefined;
    again: () => void;
}

function View(props: ViewProps) {
    const { name, buffer, filter, looks, serverOf, canGrow, onOlder, isLoading, failure, again } = props;
    const [, go] = useLocation();
    const search = useMemo(() => searchOf(filter.q, filter.isRegex), [filter.q, filter.isRegex]);
    if (buffer.lines.length === 0)
        return failure ? (
            <FailureNotice failure={failure} retry={again} />
        ) : isLoading ? (
            <Skeletons many={6} />
        ) : (
            <Empty title={filter.q || filter.level ? t.logs.noMatch : t.logs.noLines}>
                <p>{filter.q || filter.level ? t.logs.noMatchText : t.logs.noLinesText}</p>
            </Empty>
        );
    return (
        <LogView
            name={name}
            buffer={buffer}
            pattern={search.pattern}
            looks={looks}
            canGrow={canGrow}
            marked=""
            isFiltered={filter.q !== "" || filter.level !== ""}
            hitAt={undefined}
            onOlder={onOlder}
            onContext={(line) => go(contextOf(serverOf(line), line))}
            onLink={(line) => void copyLink(contextOf(serverOf(line), line))}
        />
    );
}

const noOlder = () => Promise.resolve();

interface MergedProps {
    chosen: readonly Server[];
    filter: LogFilter;
    looks: Looks;
}

function Merged({ chosen, filter, looks }: MergedProps) {
    const [held, setHeld] = useState<ReadonlyMap<string, Heard>>(new Map());
    const onHeard = useCallback((id: string, heard: Heard) => setHeld((before) => new Map(before).set(id, heard)), []);
    const buffer = useMemo(
        () => ({
            ...emptyBuffer,
            lines: mergedLines(chosen.map(({ id, name }) => ({ name, lines: held.get(id)?.buffer.lines ?? [] }))),
        }),
        [held, chosen],
    );
    const silent = chosen.map(({ id }) => held.get(id)).find((heard) => heard?.failure);
    return (
        <>
            {chosen.map((server) => (
                <Source key={server.id} server={server} filter={filter} onHeard={onHeard} />
            ))}
            <View
                name={chosen.map((server) => server.name).join(", ")}
                buffer={buffer}
                filter={filter}
                looks={looks}
                serverOf={(line) => chosen.find((server) => server.name === line.from)?.id ?? ""}
                canGrow={chosen.some((server) => server.status !== "stopped")}
                onOlder={noOlder}
                isLoading={chosen.some(({ id }) => !held.has(id))}
                failure={silent?.failure}
                again={silent?.again ?? (() => undefined)}
            />
        </>
    );
}

function Choice({ chosen, onChoose }: { chosen: readonly Server[]; onChoose: (ids: readonly string[]) => void }) {
    const ids = chosen.map((server) => server.id);
    const left = servers.value.filter((server) => !ids.includes(server.id));
    return (
        <div class="row">
            {chosen.map((server) => (
                <button
                    key={server.id}
                    type="button"
                    class="chip"
                    aria-label={t.logs.removeServer(server.name)}
                    onClick={() => onChoose(ids.filter((id) => id !== server.id))}
                >
                    {server.name}
                    <Icon name="close" />
                </button>
            ))}
            {chosen.length < mostServers && left.length > 0 && (
                <select
                    class="input auto"
                    aria-label={t.logs.addServer}
                    value=""
                    onChange={(event) => onChoose([...ids, event.currentTarget.value])}
                >
                    <option value="">{t.logs.addServer}</option>
                    {left.map((server) => (
                        <option key={server.id} value={server.id}>
                            {server.name}
                        </option>
                    ))}
                </select>
            )}
        </div>
    );
}

export default function LogsPage() {
    useTitle(t.nav.logs);
    const [address, set] = useAddress();
    const { looks, switches } = useLooks();
    const asked = address.get("servers");
    const view = address.get("view") === "beside" ? "beside" : "merged";
    const filter = useMemo(() => filterOf(address), [address]);
    // Which servers there are matters here, not how they do: a change of one does not read the logs again.
    const names = servers.value.map((server) => `${server.id} ${server.name} ${server.status}`).join();
    const chosen = useMemo(() => {
        const wanted = asked?.split(",");
        return servers.value
            .filter((server) => (wanted ? wanted.includes(server.id) : server.status === "running"))
            .slice(0, wanted ? mostServers : 4);
    }, [asked, names]);
    return (
        <>
            <PageHead title={t.nav.logs}>
                <Segmented
                    name="view"
                    label={t.servers.view}
                    options={["merged", "beside"] as const}
                    texts={t.logs.views}
                    value={view}
                    onPick={(next) => set({ view: next === "merged" ? undefined : next })}
                />
            </PageHead>
            {!loaded.value && <Skeletons many={6} />}
            {loaded.value && servers.value.length === 0 && <NoServers text={t.logs.noServersYet} />}
            {loaded.value && servers.value.length > 0 && (
                <>
                    <div class="toolbar row" role="search">
                        <input
                            type="search"
                            class="input grow"
                            data-search
                            aria-label={t.logs.search}
                            placeholder={t.logs.search}
                            value={filter.q}
                            onInput={(event) => set({ q: event.currentTarget.value })}
                        />
                        <select
                            class="input auto"
                            aria-label={t.logs.level}
                            value={filter.level}
                            onChange={(event) => set({ level: event.currentTarget.value })}
                        >
                            <option value="">{t.logs.level}</option>
                            {["info", "warn", "error"].map((each) => (
                                <option key={each} value={each}>
                                    {each} +
                                </option>
                            ))}
                        </select>
                        {switches}
                    </div>
                    <Choice chosen={chosen} onChoose={(ids) => set({ servers: ids.join() })} />
                    {chosen.length === 0 && (
                        <Empty title={t.logs.noServers}>
                            <p>{t.logs.noServersText}</p>
                            <Link class="button" href="/">
                                {t.server.back}
                            </Link>
                        </Empty>
                    )}
                    {chosen.length > 0 && view === "merged" && <Merged chosen={chosen} filter={filter} looks={looks} />}
                    {view === "beside" && (
                        <div class="logs-beside">
                            {chosen.map((server) => (
                                <Pane key={server.id} server={server} filter={filter} looks={looks} />
                            ))}
                        </div>
                    )}
                </>
            )}
        </>
    );
}
