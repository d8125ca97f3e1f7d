// All tools of all servers: search, sort, choose many, show or hide them to clients; what each costs and how it is used.
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { ask, get, send } from "../api/client";
import type { Server, Stats, Tool, ToolUse } from "../api/types";
import { know, loaded, servers } from "../live/store";
import { Blocks } from "../parts/blocks";
import { Columns } from "../parts/columns";
import { count, tokens } from "../parts/format";
import { Link, opens } from "../parts/link";
import { memo } from "../parts/memo";
import { Confirm, Empty, Notice, PageHead, Skeletons, Time } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { toast, toastFailure } from "../parts/toast";
import { useAddress, useTitle } from "../parts/use";
import { canAnswer } from "../servers/decide";
import { NoServers } from "../servers/empty";
import { t } from "../texts";
import { isShown, patchFor, wouldHideAll } from "./access";
import { learnTools } from "./known";
import { useMany } from "./many";
import { keptOf, sizeOf } from "./tab";

interface Row {
    key: string;
    server: Server;
    tool: Tool;
    size: number;
    use: ToolUse | undefined;
    isShown: boolean;
    /** When it was last called, as far as that is kept. */
    lastAt: string | undefined;
}

type Order = "server" | "tool" | "calls" | "errors" | "size" | "last";

function ordered(rows: readonly Row[], order: Order, isReversed: boolean): Row[] {
    const way = isReversed ? -1 : 1;
    const figures: Partial<Record<Order, (row: Row) => number>> = {
        calls: (row) => row.use?.calls ?? 0,
        errors: (row) => row.use?.errors ?? 0,
        size: (row) => row.size,
        last: (row) => (row.lastAt ? Date.parse(row.lastAt) : 0),
    };
    const figure = figures[order];
    return [...rows].sort((left, right) => {
        const by = figure
            ? figure(right) - figure(left)
            : order === "tool"
              ? left.tool.name.localeCompare(right.tool.name)
              : left.server.name.localeCompare(right.server.name);
        return (
            way * by ||
            left.server.name.localeCompare(right.server.name) ||
            left.tool.name.localeCompare(right.tool.name)
        );
    });
}

interface PastCall {
    serverId: string;
    tool: string;
    at: string;
}

/** By server and tool, of the newest calls that the agent has kept; nothing until that is known. */
function useLastCalls(): ReadonlyMap<string, string> | undefined {
    const [last, setLast] = useState<ReadonlyMap<string, string>>();
    useEffect(() => {
        void ask<PastCall[]>("/api/usage/calls?limit=1000").then((answer) => {
            // The newest come first.
            const calls = answer.ok ? [...answer.data].reverse() : [];
            setLast(new Map(calls.map((each) => [`${each.serverId} ${each.tool}`, each.at])));
        });
    }, []);
    return last;
}

/** What one server offers and how that is used; both at once, so that no column is drawn twice. */
async function read(server: Server, signal: AbortSignal) {
    const [tools, stats] = await Promise.all([
        get<Tool[] | null>("/api/servers/{id}/tools", { ...keptOf(server), signal }),
        get<Stats>("/api/servers/{id}/stats", { parts: { id: server.id }, signal }),
    ]);
    return { tools: tools.ok ? tools.data : undefined, used: stats.ok ? stats.data.calls?.tools : undefined };
}

function useRows() {
    const last = useLastCalls();
    const list = useMemo(
        () => servers.value.filter((server) => server.config?.transport !== "none" && canAnswer(server)),
        [servers.value],
    );
    const known = useMany(list, read);
    useEffect(() => {
        for (const [id, { tools }] of known) if (tools) learnTools(id, tools);
    }, [known]);
    const rows = useMemo(
        () =>
            list.flatMap((server) => {
                const found = last && known.get(server.id);
                return (found?.tools ?? []).map((tool) => ({
                    key: `${server.id} ${tool.name}`,
                    server,
                    tool,
                    size: sizeOf(tool),
                    use: found?.used?.find((each) => each.name === tool.name),
                    isShown: isShown(server, tool.name),
                    lastAt: last?.get(`${server.id} ${tool.name}`),
                }));
            }),
        [list, known, last],
    );
    const named = (tools: null | undefined) =>
        list
            .filter((server) => known.has(server.id) && known.get(server.id)?.tools === tools)
            .map((server) => server.name);
    const isReading = !last || list.some((server) => !known.has(server.id));
    return { rows, silent: named(undefined), notYet: named(null), isReading, list };
}

async function change(rows: readonly Row[], show: "show" | "hide"): Promise<void> {
    const byServer = grouped(rows);
    let failures = 0;
    for (const group of byServer.values()) {
        const server = group[0]?.server as Server;
        const answer = await send<Server>(
            "PATCH",
            "/api/servers/{id}",
            patchFor(
                server,
                group.map((row) => row.tool.name),
                show,
            ),
            { parts: { id: server.id } },
        );
        if (answer.ok) know(answer.data);
        else {
            failures += 1;
            toastFailure(answer.failure);
        }
    }
    if (failures === 0) toast(t.tools.all.saved);
}

function grouped(rows: readonly Row[]): Map<string, Row[]> {
    const map = new Map<string, Row[]>();
    for (const row of rows) map.set(row.server.id, [...(map.get(row.server.id) ?? []), row]);
    return map;
}

interface ToolRowProps extends Omit<Row, "key"> {
    id: string;
    isChosen: boolean;
    onChoose: (key: string) => void;
}

/** Drawn again only when something of it is another: there may be hundreds. */
const ToolRow = memo(function ToolRow({
    id,
    server,
    tool,
    size,
    use,
    isShown,
    lastAt,
    isChosen,
    onChoose,
}: ToolRowProps) {
    const place = `/servers/${server.id}/tools?tool=${encodeURIComponent(tool.name)}`;
    return (
        <tr onClick={opens(place)}>
            <td>
                <input
                    type="checkbox"
                    aria-label={t.servers.select(tool.name)}
                    checked={isChosen}
                    onChange={() => onChoose(id)}
                />
            </td>
            <th scope="row">
                <Link href={place}>{tool.name}</Link>
                <div class="small muted pick-text">{tool.description}</div>
            </th>
            <td data-label={t.events.columns.server}>
                <Link href={`/servers/${server.id}`}>{server.name}</Link>
            </td>
            <td class="number" data-label={t.tools.all.calls}>
                {count(use?.calls ?? 0)}
            </td>
            <td class="number" data-label={t.tools.all.errors}>
                {count(use?.errors ?? 0)}
            </td>
            <td data-label={t.tools.all.last}>
                <Time at={lastAt} />
            </td>
            <td class="number" data-label={t.tools.all.size}>
                {count(tokens(size))}
            </td>
            <td>{isShown ? t.tools.all.enabled : <span class="badge off">{t.tools.all.disabled}</span>}</td>
        </tr>
    );
});

export default function AllToolsPage() {
    useTitle(t.nav.tools);
    const [address, set] = useAddress();
    const { rows, silent, notYet, isReading, list } = useRows();
    const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
    const [warning, setWarning] = useState<string>();
    const q = (address.get("q") ?? "").toLowerCase();
    const serverId = address.get("server") ?? "";
    const [asked = "server", way] = (address.get("sort") ?? "server").split(".");
    const order = asked as Order;
    const isReversed = way === "reversed";
    const shown = ordered(
        rows.filter(
            (row) =>
                (!serverId || row.server.id === serverId) &&
                `${row.tool.name} ${row.tool.description ?? ""} ${row.server.name}`.toLowerCase().includes(q),
        ),
        order,
        isReversed,
    );
    const picked = rows.filter((row) => chosen.has(row.key));
    const hide = () => {
        const groups = grouped(picked);
        for (const group of groups.values()) {
            const server = group[0]?.server as Server;
            const all = rows.filter((row) => row.server.id === server.id).map((row) => row.tool);
            if (
                wouldHideAll(
                    server,
                    all,
                    group.map((row) => row.tool.name),
                )
            )
                return setWarning(t.tools.all.lastTool(server.name));
        }
        return void change(picked, "hide");
    };
    const isDown = isReversed === (order === "tool" || order === "server");
    const heading = (key: Order, text: string, isNumber = false) => (
        <th
            class={isNumber ? "number" : ""}
            aria-sort={order === key ? (isDown ? "descending" : "ascending") : undefined}
        >
            <button type="button" onClick={() => set({ sort: order === key && !isReversed ? `${key}.reversed` : key })}>
                {text} {order === key ? (isDown ? "↓" : "↑") : ""}
            </button>
        </th>
    );
    const toggle = useCallback(
        (key: string) =>
            setChosen((before) => {
                const next = new Set(before);
                if (!next.delete(key)) next.add(key);
                return next;
            }),
        [],
    );
    const isAll = shown.length > 0 && shown.every((row) => chosen.has(row.key));
    const total = shown.reduce((sum, row) => sum + (row.isShown ? row.size : 0), 0);
    return (
        <>
            <PageHead title={t.nav.tools} />
            {(!loaded.value || (isReading && rows.length === 0)) && <Skeletons many={8} />}
            {loaded.value && servers.value.length === 0 && <NoServers text={t.tools.all.noServersYet} />}
            {servers.value.length > 0 && !isReading && rows.length === 0 && (
                <Empty title={t.tools.all.none}>
                    <p>{t.tools.all.noneText}</p>
                    <Link class="button" href="/">
                        {t.nav.servers}
                    </Link>
                </Empty>
            )}
            {notYet.length > 0 && <Notice>{t.tools.all.notYet(notYet)}</Notice>}
            {silent.length > 0 && <Notice kind="warn">{t.tools.all.unreachable(silent)}</Notice>}
            {rows.length > 0 && (
                <>
                    <div class="toolbar row" role="search">
                        <input
                            type="search"
                            class="input grow"
                            data-search
                            aria-label={t.tools.search}
                            placeholder={t.tools.search}
                            value={address.get("q") ?? ""}
                            onInput={(event) => set({ q: event.currentTarget.value })}
                        />
                        <select
                            class="input auto"
                            aria-label={t.nav.servers}
                            value={serverId}
                            onChange={(event) => set({ server: event.currentTarget.value })}
                        >
                            <option value="">{t.events.any}</option>
                            {list.map((server) => (
                                <option key={server.id} value={server.id}>
                                    {server.name}
                                </option>
                            ))}
                        </select>
                    </div>
                    <p class="small muted number" role="status">
                        {t.tools.all.intro(shown.length, new Set(shown.map((row) => row.server.id)).size)} · ~
                        {count(tokens(total))} tokens
                    </p>
                    {picked.length > 0 && (
                        <div class="bulk row" role="toolbar" aria-label={t.nav.tools}>
                            <strong>{t.tools.all.chosen(picked.length)}</strong>
                            <SmallButton onClick={() => void change(picked, "show")}>{t.tools.all.enable}</SmallButton>
                            <SmallButton onClick={hide}>{t.tools.all.disable}</SmallButton>
                            <SmallButton class="quiet" onClick={() => setChosen(new Set())}>
                                {t.servers.chooseNone}
                            </SmallButton>
                        </div>
                    )}
                    <Columns
                        id="tools"
                        from={3}
                        names={[
                            t.events.columns.server,
                            t.tools.all.calls,
                            t.tools.all.errors,
                            t.tools.all.last,
                            t.tools.all.size,
                            t.tools.all.access,
                        ]}
                    >
                        <div class="table-wrap rows" role="region" aria-label={t.nav.tools} tabIndex={0}>
                            <table>
                                <thead>
                                    <tr>
                                        <th>
                                            <input
                                                type="checkbox"
                                                aria-label={t.servers.selectAll}
                                                checked={isAll}
                                                onChange={() =>
                                                    setChosen(new Set(isAll ? [] : shown.map((row) => row.key)))
                                                }
                                            />
                                        </th>
                                        {heading("tool", t.server.tool)}
                                        {heading("server", t.events.columns.server)}
                                        {heading("calls", t.tools.all.calls, true)}
                                        {heading("errors", t.tools.all.errors, true)}
                                        {heading("last", t.tools.all.last)}
                                        {heading("size", t.tools.all.size, true)}
                                        <th>{t.tools.all.access}</th>
                                    </tr>
                                </thead>
                                <Blocks items={shown} columns={8}>
                                    {(row) => (
                                        <ToolRow
                                            {...row}
                                            key={row.key}
                                            id={row.key}
                                            isChosen={chosen.has(row.key)}
                                            onChoose={toggle}
                                        />
                                    )}
                                </Blocks>
                            </table>
                        </div>
                    </Columns>
                </>
            )}
            {warning && (
                <Confirm
                    title={t.tools.all.disable}
                    text={warning}
                    action={t.tools.all.disable}
                    onConfirm={() => change(picked, "hide")}
                    onClose={() => setWarning(undefined)}
                />
            )}
        </>
    );
}
