// What a server uses: as it comes, and over the last hour to month out of what the agent keeps.
import { useMemo } from "preact/hooks";
import type { Server, Stats, StatsPoint } from "../api/types";
import { rangeMs } from "../health/decide";
import { trailOf } from "../live/trails";
import { Chart, type Series } from "../parts/chart";
import { bytes, count, exact, milliseconds } from "../parts/format";
import { Icon } from "../parts/icon";
import { Link } from "../parts/link";
import { FailureNotice, Skeletons } from "../parts/parts";
import { Rows, ranges, Segmented, Tiles } from "../parts/range";
import { useAddress, useEvery, useRead } from "../parts/use";
import { t } from "../texts";
import { limitOf, rates, within } from "./use_decide";

const choices = ["live", ...ranges] as const;
type Choice = (typeof choices)[number];
const percentText = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
const rateText = (value: number) => `${bytes(value)}/s`;

interface ChartRow {
    label: string;
    series: Series[];
    format: (value: number) => string;
    base?: 10 | 1024;
    limit?: { value: number; label: string } | undefined;
}

function Charts({
    rows,
    times,
    span,
}: {
    rows: readonly ChartRow[];
    times: readonly number[];
    span?: [number, number];
}) {
    const [, set] = useAddress();
    // A span that is drawn is all that is shown, of the shortest range that holds it.
    const zoom = (from: number, to: number) => {
        const age = Date.now() - from;
        const use = ranges.find((each) => (rangeMs[each] ?? 0) >= age) ?? "30d";
        set({ use, from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    };
    return (
        <div class="chart-pair" data-testid="stats-charts">
            {rows.map((row) => (
                <div key={row.label}>
                    <h3>{row.label}</h3>
                    <Chart {...row} times={times} span={span} height={150} onSpan={zoom} />
                </div>
            ))}
        </div>
    );
}

function limitRow(server: Server) {
    const limit = limitOf(server.config?.resources?.memory);
    return limit === undefined ? undefined : { value: limit, label: t.server.limit(bytes(limit)) };
}

function Live({ server }: { server: Server }) {
    const trail = trailOf(server.id).value;
    const many = trail?.memory.length ?? 0;
    if (!trail || many < 2) return <p class="muted small">{t.server.useWait}</p>;
    const step = 2;
    const times = Array.from({ length: many }, (_, index) => trail.at / 1000 - (many - 1 - index) * step);
    const padded = (list: readonly number[]) => [
        ...Array<null>(Math.max(0, many - list.length)).fill(null),
        ...list.slice(-many),
    ];
    return (
        <Charts
            times={times}
            rows={[
                {
                    label: t.servers.memory,
                    series: [{ label: t.servers.memory, values: trail.memory, colour: "accent", fill: true }],
                    format: bytes,
                    base: 1024,
                    limit: limitRow(server),
                },
                {
                    label: t.servers.cpu,
                    series: [{ label: t.servers.cpu, values: padded(trail.cpu), colour: "info", fill: true }],
                    format: percentText,
                },
            ]}
        />
    );
}

/** The extremes beside the average; none where they were not kept. */
function extreme(
    points: readonly StatsPoint[],
    key: "memoryLeast" | "cpuLeast" | "memoryMost" | "cpuMost",
    look: Pick<Series, "label" | "colour">,
): Series[] {
    if (!points.some((point) => point[key] !== undefined)) return [];
    return [{ ...look, values: points.map((point) => point[key]), faint: true }];
}

function rowsOf(server: Server, points: readonly StatsPoint[], step = "look"): ChartRow[] {
    // A point that is one look has no extremes.
    const extremes = step === "look" ? [] : points;
    const highest = { label: t.server.most, colour: "warn" } as const;
    const lowest = { label: t.server.least, colour: "info" } as const;
    const rows: ChartRow[] = [
        {
            label: t.servers.memory,
            series: [
                {
                    label: t.server.mean,
                    values: points.map((point) => point.memoryBytes),
                    colour: "accent",
                    fill: true,
                },
                ...extreme(extremes, "memoryMost", highest),
                ...extreme(extremes, "memoryLeast", lowest),
            ],
            format: bytes,
            base: 1024,
            limit: limitRow(server),
        },
        {
            label: t.servers.cpu,
            series: [
                { label: t.server.mean, values: points.map((point) => point.cpuPercent), colour: "accent", fill: true },
                ...extreme(extremes, "cpuMost", highest),
                ...extreme(extremes, "cpuLeast", lowest),
            ],
            format: percentText,
        },
        {
            label: t.servers.calls,
            series: [
                { label: t.servers.calls, values: points.map((point) => point.calls), colour: "accent", fill: true },
                { label: t.server.failedCalls, values: points.map((point) => point.errors), colour: "bad" },
            ],
            format: (value) => count(Math.round(value * 100) / 100),
        },
    ];
    const pairs = [
        [t.server.disk, "readBytes", t.server.read, "writtenBytes", t.server.written],
        [t.server.network, "receivedBytes", t.server.received, "sentBytes", t.server.sentOut],
    ] as const;
    for (const [label, first, firstName, second, secondName] of pairs) {
        const one = rates(points, first);
        const other = rates(points, second);
        if (![...one, ...other].some((value) => value !== null && value > 0)) continue;
        const series: Series[] = [
            { label: firstName, values: one, colour: "info" },
            { label: secondName, values: other, colour: "warn" },
        ];
        rows.push({ label, series, format: rateText, base: 1024 });
    }
    return rows;
}

function Past({ server, range }: { server: Server; range: string }) {
    const turn = useEvery(range === "1h" ? 30000 : 120000);
    const { data, failure, again } = useRead<Stats>(
        "/api/servers/{id}/stats",
        { parts: { id: server.id }, query: { range } },
        [turn],
    );
    const [address, set] = useAddress();
    const from = address.get("from") ?? "";
    const to = address.get("to") ?? "";
    const all = data?.history?.points;
    const points = useMemo(() => all && within(all, from, to), [all, from, to]);
    const rows = useMemo(() => rowsOf(server, points ?? [], data?.history?.step), [points, server.config]);
    const times = useMemo(() => (points ?? []).map((point) => Date.parse(point.at) / 1000), [points]);
    if (failure) return <FailureNotice failure={failure} retry={again} />;
    if (!points) return <Skeletons many={2} tall />;
    const now = Date.now() / 1000;
    const span: [number, number] =
        from && to ? [Date.parse(from) / 1000, Date.parse(to) / 1000] : [now - (rangeMs[range] ?? 0) / 1000, now];
    return (
        <>
            {from && to && (
                <div class="row">
                    <button type="button" class="chip" onClick={() => set({ from: undefined, to: undefined })}>
                        {t.server.window(exact(from), exact(to))}
                        <Icon name="close" />
                    </button>
                    <Link href={`/servers/${server.id}/logs?since=${from}&until=${to}`}>{t.server.windowLog}</Link>
                </div>
            )}
            {points.length === 0 && <p class="muted small">{t.server.useNone}</p>}
            {points.length > 0 && (
                <>
                    <p class="small muted">{t.server.point[data?.history?.step as "look"] ?? data?.history?.step}</p>
                    <Charts rows={rows} times={times} span={span} />
                </>
            )}
        </>
    );
}

function ToolTable({ server, stats }: { server: Server; stats: Stats }) {
    const numbers = [t.server.calls, t.server.errors, t.server.average, t.server.p95, t.server.max];
    return (
        <Rows
            id="calls"
            label={t.server.byTool}
            headings={[{ text: t.server.tool }, ...numbers.map((text) => ({ text, isNumber: true }))]}
            rows={(stats.calls?.tools ?? []).map((tool) => ({
                key: tool.name,
                cells: [
                    <Link key="name" href={`/servers/${server.id}/tools?tool=${encodeURIComponent(tool.name)}`}>
                        {tool.name}
                    </Link>,
                    count(tool.calls),
                    count(tool.errors),
                    milliseconds(tool.averageMs),
                    milliseconds(tool.p95Ms),
                    milliseconds(tool.maxMs),
                ],
            }))}
        />
    );
}

export function Use({ server }: { server: Server }) {
    const [address, set] = useAddress();
    const choice = choices.find((each) => each === address.get("use")) ?? "live";
    const trail = server.status === "running" ? trailOf(server.id).value : undefined;
    const { data } = useRead<Stats>("/api/servers/{id}/stats", { parts: { id: server.id } }, [
        server.status,
        trail?.now.calls,
    ]);
    const dropped = data?.log?.droppedLines ?? 0;
    const texts = { live: t.server.live, ...t.common.ranges } as Record<Choice, string>;
    const cpu = trail?.now.cpuPercent;
    return (
        <section class="card stack">
            <div class="row spread">
                <h2>{t.server.use}</h2>
                <Segmented
                    name="use"
                    label={t.server.useRange}
                    options={choices}
                    texts={texts}
                    value={choice}
                    onPick={(next) => set({ use: next === "live" ? undefined : next, from: undefined, to: undefined })}
                />
            </div>
            <Tiles
                rows={[
                    { value: bytes(trail?.now.memoryBytes), label: t.servers.memory },
                    { value: cpu === undefined ? "–" : percentText(cpu), label: t.servers.cpu },
                    { value: server.status === "running" ? count(data?.processes) : "–", label: t.server.processes },
                    {
                        value: count(data?.log?.lines),
                        label: `${t.server.logLines}${dropped > 0 ? `, ${count(dropped)} ${t.server.dropped}` : ""}`,
                        href: `/servers/${server.id}/logs`,
                    },
                ]}
            />
            {choice === "live" ? <Live server={server} /> : <Past server={server} range={choice} />}
            <h3>{t.server.byTool}</h3>
            {!data?.calls || data.calls.tools.length === 0 ? (
                <p class="muted small">{t.server.noCalls}</p>
            ) : (
                <ToolTable server={server} stats={data} />
            )}
        </section>
    );
}
