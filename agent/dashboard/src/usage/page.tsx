// Who uses what, over a time: calls, what nobody calls, what costs memory for nothing.
import { useMemo } from "preact/hooks";
import type { Report, Usage, UsageRow } from "../api/types";
import { servers } from "../live/store";
import { bytes, count, duration, milliseconds, percent } from "../parts/format";
import { Link } from "../parts/link";
import { Copy, Empty, FailureNotice, Notice, PageHead, Skeletons, Time } from "../parts/parts";
import { RangePick, Rows, rangeOf, Segmented, Tiles } from "../parts/range";
import { useAddress, useRead, useTitle } from "../parts/use";
import { t } from "../texts";
import { type SortBy, sortBys, sortedRows } from "./decide";

const groups = ["tool", "server", "client", "day"] as const;
const shownRows = 300;

function idOf(name: string | undefined): string | undefined {
    return servers.value.find((server) => server.name === name)?.id;
}

function ServerLink({ name }: { name: string }) {
    const id = idOf(name);
    return id ? <Link href={`/servers/${id}`}>{name}</Link> : <span>{name}</span>;
}

function nameCells(row: UsageRow, by: string) {
    if (by === "tool")
        return [
            <ServerToolLink key="tool" server={row.server} tool={row.tool} />,
            <ServerLink key="server" name={row.server ?? ""} />,
        ];
    if (by === "server") return [<ServerLink key="server" name={row.server ?? ""} />];
    return [by === "client" ? row.client || t.usage.unnamed : row.day];
}

function ServerToolLink({ server, tool = "" }: { server: string | undefined; tool: string | undefined }) {
    const id = idOf(server);
    return id ? (
        <Link href={`/servers/${id}/tools?tool=${encodeURIComponent(tool)}`}>{tool}</Link>
    ) : (
        <span>{tool}</span>
    );
}

function Calls({ usage }: { usage: Usage }) {
    const [address, set] = useAddress();
    const [asked, way] = (address.get("sort") ?? "").split(".");
    const sort = sortBys.find((each) => each === asked) ?? (usage.by === "day" ? "day" : "calls");
    const isUp = way === "up";
    const server = address.get("server") ?? "";
    const rows = useMemo(
        () =>
            sortedRows(
                usage.rows.filter((row) => !server || row.server === undefined || row.server === server),
                sort,
                isUp,
            ),
        [usage.rows, sort, isUp, server],
    );
    const named = [...new Set(usage.rows.flatMap((row) => row.server ?? []))].sort();
    const head = (text: string, key: SortBy) => ({
        text,
        isNumber: true,
        sort: sort !== key ? undefined : isUp ? ("ascending" as const) : ("descending" as const),
        onSort: () => set({ sort: sort === key && !isUp ? `${key}.up` : key }),
    });
    const names = usage.by === "tool" ? [t.server.tool, t.events.columns.server] : [t.usage.groups[usage.by as "day"]];
    return (
        <>
            {usage.by === "tool" && named.length > 1 && (
                <select
                    class="input auto"
                    aria-label={t.events.any}
                    value={server}
                    onChange={(event) => set({ server: event.currentTarget.value })}
                >
                    <option value="">{t.events.any}</option>
                    {named.map((each) => (
                        <option key={each}>{each}</option>
                    ))}
                </select>
            )}
            <Rows
                id={`usage.${usage.by}`}
                label={t.usage.byWhat}
                headings={[
                    ...names.map((text) => ({ text })),
                    head(t.server.calls, "calls"),
                    head(t.server.errors, "errors"),
                    { text: "p50", isNumber: true },
                    head("p95", "p95"),
                    head(t.usage.tokens, "tokens"),
                    head(t.usage.bytes, "bytes"),
                ]}
                rows={rows.slice(0, shownRows).map((row) => ({
                    key: [row.server, row.tool, row.client, row.day].join(" "),
                    cells: [
                        ...nameCells(row, usage.by),
                        count(row.calls),
                        row.errors > 0 ? (
                            <span key="errors" class="trouble">
                                {count(row.errors)}
                            </span>
                        ) : (
                            "0"
                        ),
                        milliseconds(row.p50Ms),
                        milliseconds(row.p95Ms),
                        count(row.tokensIn + row.tokensOut),
                        bytes(row.bytesIn + row.bytesOut),
                    ],
                }))}
            />
            {rows.length > shownRows && <p class="small muted">{t.usage.more(rows.length - shownRows)}</p>}
        </>
    );
}

/** What costs and brings nothing: the reason to look at this page. */
function Waste({ usage }: { usage: Usage }) {
    return (
        <div class="beside">
            <section class="card stack tight" data-testid="idle-servers">
                <h2>{t.usage.idle}</h2>
                {usage.idleServers.length === 0 && <p class="muted small">{t.usage.noIdle}</p>}
                {usage.idleServers.map((each) => (
                    <div key={each.server} class="stack tight idle">
                        <span class="row spread">
                            <strong>
                                <ServerLink name={each.server} />
                            </strong>
                            <span class="number">{bytes(each.memoryBytes)}</span>
                        </span>
                        <span class="with-copy">
                            <code class="small">{each.advice}</code>
                            <Copy text={each.advice} />
                        </span>
                    </div>
                ))}
            </section>
            <section class="card stack tight" data-testid="unused-tools">
                <h2>{t.usage.unused}</h2>
                <p class="muted small">
                    {usage.unusedTools.length > 0
                        ? t.usage.unusedText
                        : usage.rows.length > 0
                          ? t.usage.noUnused
                          : t.usage.noTools}
                </p>
                {usage.unusedTools.map((each) => (
                    <details key={each.server}>
                        <summary>
                            {each.server} <span class="muted">{t.usage.toolsOf(each.tools.length)}</span>
                        </summary>
                        <p class="small">
                            {each.tools.map((tool, index) => (
                                <>
                                    {index > 0 && ", "}
                                    <ServerToolLink key={tool} server={each.server} tool={tool} />
                                </>
                            ))}
                        </p>
                    </details>
                ))}
            </section>
        </div>
    );
}

function Counted({ title, rows }: { title: string; rows: readonly [string, number][] }) {
    const most = Math.max(1, ...rows.map(([, value]) => value));
    return (
        <section class="card stack tight">
            <h2>{title}</h2>
            {rows.length === 0 && <p class="muted small">{t.usage.nothing}</p>}
            {rows.slice(0, 12).map(([name, value]) => (
                <div key={name} class="counted small">
                    <span>{name}</span>
                    <meter min={0} max={most} value={value} aria-label={name} />
                    <b class="number">{count(value)}</b>
                </div>
            ))}
        </section>
    );
}

export default function UsagePage() {
    useTitle(t.nav.usage);
    const [address, set] = useAddress();
    const range = rangeOf(address.get("range"), "7d");
    const by = groups.find((each) => each === address.get("by")) ?? "tool";
    const usage = useRead<Usage>("/api/usage", { query: { range, by } });
    const report = useRead<Report>("/api/analytics/report", { query: { range } });
    const data = usage.data;
    const said = report.data;
    const total = data?.total;
    const failure = usage.failure ?? report.failure;
    const listOf = (group: string) => `/usage?range=${range}&by=${group}`;
    return (
        <>
            <PageHead title={t.nav.usage}>
                <RangePick name="range" value={range} onPick={(next) => set({ range: next })} />
            </PageHead>
            <p class="muted small">
                {t.usage.intro}
                {data?.since && (
                    <>
                        {" "}
                        {t.usage.since} <Time at={data.since} />.
                    </>
                )}
            </p>
            {failure && <FailureNotice failure={failure} retry={usage.again} />}
            {(!data || !said) && !failure && <Skeletons many={4} tall />}
            {data && said && (
                <>
                    <Tiles
                        rows={[
                            {
                                value: total ? count(total.calls) : "–",
                                label: t.usage.calls(total?.calls ?? 0),
                                href: listOf("tool"),
                            },
                            {
                                value: total && total.calls > 0 ? percent((100 * total.errors) / total.calls) : "–",
                                label: t.usage.errorRate,
                                isBad: total !== undefined && total.errors > 0,
                                href: `${listOf("tool")}&sort=errors`,
                            },
                            {
                                value: data.clients === undefined ? "–" : count(data.clients),
                                label: t.usage.clients(data.clients ?? 0),
                                href: listOf("client"),
                            },
                            {
                                value: total ? count(total.tokensIn + total.tokensOut) : "–",
                                label: t.usage.tokensAll,
                                href: `${listOf("tool")}&sort=tokens`,
                            },
                            {
                                value: count(said.serversCreated),
                                label: t.usage.created(said.serversCreated),
                                href: "/events?type=server:created",
                            },
                            {
                                value: count(said.serversStarted),
                                label: t.usage.started(said.serversStarted),
                                href: "/events?type=server:status",
                            },
                            {
                                value: said.averageSession === undefined ? "–" : duration(said.averageSession),
                                label: t.usage.session,
                            },
                        ]}
                    />
                    {!data.recorded && <Notice kind="warn">{t.usage.off}</Notice>}
                    {data.lost > 0 && <Notice kind="warn">{t.usage.lost(data.lost)}</Notice>}
                    <div class="row spread">
                        <h2>{t.usage.byWhat}</h2>
                        <Segmented
                            name="by"
                            label={t.usage.byWhat}
                            options={groups}
                            texts={t.usage.groups}
                            value={by}
                            onPick={(next) => set({ by: next, sort: undefined })}
                        />
                    </div>
                    {data.rows.length === 0 ? (
                        <Empty title={t.usage.none}>
                            {data.recorded && <p>{t.usage.noneText}</p>}
                            <Link class="button" href="/clients">
                                {t.nav.clients}
                            </Link>
                        </Empty>
                    ) : (
                        <Calls usage={data} />
                    )}
                    {data.recorded && servers.value.length > 0 && <Waste usage={data} />}
                    <div class="beside">
                        <Counted
                            title={t.usage.templates}
                            rows={said.popularTemplates.map((each) => [each.template, each.count])}
                        />
                        <Counted
                            title={t.usage.features}
                            rows={said.featureUse.map((each) => [each.feature, each.count])}
                        />
                    </div>
                </>
            )}
        </>
    );
}
