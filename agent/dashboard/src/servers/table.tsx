// The same servers, dense: one row each, columns that can be chosen.
import { useEffect, useMemo } from "preact/hooks";
import type { Server } from "../api/types";
import { HealthBar } from "../health/bar";
import { barRange } from "../health/range";
import { generation } from "../live/store";
import { trailOf } from "../live/trails";
import { Blocks } from "../parts/blocks";
import { bytes, count } from "../parts/format";
import { Link, opens } from "../parts/link";
import { memo } from "../parts/memo";
import { HealthBadge, Sparkline, StatusBadge, Time } from "../parts/parts";
import { useRemembered } from "../parts/use";
import { t } from "../texts";
import { ServerActions } from "./card";
import { hasMeters, isAsleep, type Sort, type SortKey, sourceOf, troubleOf } from "./decide";
import { lastTroubles, readTroubles } from "./troubles";

interface TableProps {
    shown: readonly Server[];
    ids: ReadonlySet<string>;
    choose: (id: string, yes: boolean) => void;
    onDelete: (server: Server) => void;
    sort: Sort;
    onSort: (key: SortKey) => void;
    onAll: (ids: readonly string[]) => void;
}

type Column =
    | "status"
    | "health"
    | "bar"
    | "memory"
    | "cpu"
    | "calls"
    | "restarts"
    | "since"
    | "trouble"
    | "source"
    | "id";
const columns: readonly Column[] = [
    "status",
    "health",
    "bar",
    "memory",
    "cpu",
    "calls",
    "restarts",
    "since",
    "trouble",
    "source",
    "id",
];
const first: readonly Column[] = ["status", "health", "bar", "trouble", "memory", "cpu", "calls"];
const sortsBy: Partial<Record<Column, SortKey>> = {
    status: "status",
    health: "health",
    memory: "memory",
    cpu: "cpu",
    restarts: "restarts",
    since: "updated",
};
const numbers: readonly Column[] = ["memory", "cpu", "calls", "restarts"];

/** Drawn again by itself when this server's figures change; of a fixed size, so that the table is not laid out anew. */
function Figure({ server, column }: { server: Server; column: "memory" | "cpu" | "calls" }) {
    const trail = trailOf(server.id).value;
    const isUp = hasMeters(server);
    if (column === "calls") return <span class="fixed">{count(trail?.now.calls)}</span>;
    if (column === "memory") return <span class="fixed">{isUp ? bytes(trail?.now.memoryBytes) : "–"}</span>;
    const cpu = isUp ? trail?.cpu : undefined;
    return (
        <>
            <span class="fixed">{cpu && cpu.length > 0 ? `${(cpu.at(-1) ?? 0).toFixed(1)} %` : "–"}</span>
            {cpu && <Sparkline values={cpu} label={t.servers.trend(t.servers.cpu)} top={10} />}
        </>
    );
}

/** How long ago it last went wrong; what is wrong now stands beside it, what was, on hover. */
function LastTrouble({ server }: { server: Server }) {
    const last = lastTroubles.value.get(server.id);
    const now = troubleOf(server);
    return (
        <div class="one-line" title={now || last?.message}>
            <Time at={last?.at} /> {now && <span class="trouble inline">{now}</span>}
        </div>
    );
}

function Cell({ server, column }: { server: Server; column: Column }) {
    switch (column) {
        case "status":
            return <StatusBadge status={server.status} asleep={isAsleep(server)} />;
        case "health":
            return <HealthBadge health={server.healthStatus} />;
        case "bar":
            return server.status === "running" ? (
                <HealthBar id={server.id} name={server.name} health={server.healthStatus} range={barRange.value} />
            ) : null;
        case "memory":
        case "cpu":
        case "calls":
            return <Figure server={server} column={column} />;
        case "restarts":
            return <>{count(server.restartCount ?? 0)}</>;
        case "since":
            return <Time at={server.startedAt ?? server.updatedAt} />;
        case "trouble":
            return <LastTrouble server={server} />;
        case "source":
            return <span class="mono muted">{sourceOf(server)}</span>;
        case "id":
            return <span class="mono">{server.id}</span>;
    }
}

interface RowProps {
    server: Server;
    /** Of its row in the whole table, from 1. */
    place: number;
    isSelected: boolean;
    used: readonly Column[];
    choose: (id: string, yes: boolean) => void;
    onDelete: (server: Server) => void;
}

/** Drawn again only when the server itself or its mark changed. */
const ServerRow = memo(function ServerRow({ server, place, isSelected, used, choose, onDelete }: RowProps) {
    return (
        <tr data-testid="server-card" aria-rowindex={place} onClick={opens(`/servers/${server.id}`)}>
            <td>
                <input
                    type="checkbox"
                    aria-label={t.servers.select(server.name)}
                    checked={isSelected}
                    onChange={(event) => choose(server.id, event.currentTarget.checked)}
                />
            </td>
            <th scope="row">
                <Link href={`/servers/${server.id}`} data-testid="view-server" title={server.name}>
                    {server.name}
                </Link>
            </th>
            {used.map((column) => (
                <td
                    key={column}
                    class={`cell-${column}${numbers.includes(column) ? " number" : ""}`}
                    data-label={t.servers.columnNames[column]}
                >
                    <Cell server={server} column={column} />
                </td>
            ))}
            <td class="cell-actions">
                <ServerActions server={server} onDelete={onDelete} />
            </td>
        </tr>
    );
});

export function ServerTable({ shown, ids, choose, onDelete, sort, onSort, onAll }: TableProps) {
    const [visible, setVisible] = useRemembered<readonly Column[]>("servers.columns", first);
    const showsTrouble = visible.includes("trouble");
    useEffect(() => {
        if (showsTrouble) void readTroubles();
    }, [showsTrouble, generation.value]);
    const used = useMemo(() => columns.filter((column) => visible.includes(column)), [visible]);
    const all = shown.length > 0 && shown.every((server) => ids.has(server.id));
    const heading = (key: SortKey | undefined, text: string) =>
        key ? (
            <button type="button" onClick={() => onSort(key)}>
                {text} {sort.key === key ? (sort.descending ? "↓" : "↑") : ""}
            </button>
        ) : (
            text
        );
    const order = (key: SortKey | undefined) =>
        key && sort.key === key ? (sort.descending ? "descending" : "ascending") : undefined;
    return (
        <div class="stack tight has-stacks">
            <details class="columns">
                <summary class="small">{t.servers.columns}</summary>
                <div class="row">
                    {columns.map((column) => (
                        <label key={column} class="check">
                            <input
                                type="checkbox"
                                checked={visible.includes(column)}
                                onChange={() =>
                                    setVisible(
                                        visible.includes(column)
                                            ? visible.filter((each) => each !== column)
                                            : [...visible, column],
                                    )
                                }
                            />
                            {t.servers.columnNames[column]}
                        </label>
                    ))}
                </div>
            </details>
            <div
                class="table-wrap keeps-ends stacks"
                data-testid="server-grid"
                tabIndex={0}
                role="region"
                aria-label={t.nav.servers}
            >
                <table aria-rowcount={shown.length + 1}>
                    <thead>
                        <tr>
                            <th>
                                <label class="check">
                                    <input
                                        type="checkbox"
                                        aria-label={t.servers.selectAll}
                                        checked={all}
                                        onChange={() => onAll(all ? [] : shown.map((server) => server.id))}
                                    />
                                    <span class="only-stacked">{t.servers.selectAll}</span>
                                </label>
                            </th>
                            <th aria-sort={order("name")}>{heading("name", t.servers.sortNames.name)}</th>
                            {used.map((column) => (
                                <th
                                    key={column}
                                    class={numbers.includes(column) ? "number" : ""}
                                    aria-sort={order(sortsBy[column])}
                                >
                                    {heading(
                                        sortsBy[column],
                                        column === "bar"
                                            ? t.servers.lastOf(t.common.ranges[barRange.value])
                                            : t.servers.columnNames[column],
                                    )}
                                </th>
                            ))}
                            <th>{t.servers.actionsColumn}</th>
                        </tr>
                    </thead>
                    <Blocks items={shown} columns={used.length + 3} atOnce={2}>
                        {(server, index) => (
                            <ServerRow
                                key={server.id}
                                server={server}
                                place={index + 2}
                                isSelected={ids.has(server.id)}
                                used={used}
                                choose={choose}
                                onDelete={onDelete}
                            />
                        )}
                    </Blocks>
                </table>
            </div>
        </div>
    );
}
