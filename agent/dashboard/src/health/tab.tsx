// Health over time: the bar, the answer times, each failed check.
import { useMemo } from "preact/hooks";
import { useLocation } from "wouter-preact";
import type { AgentEvent, HealthHistory, HealthNow, HealthPoint, Server } from "../api/types";
import { Awaiting } from "../parts/awaiting";
import { Chart } from "../parts/chart";
import { count, exact, milliseconds, percent } from "../parts/format";
import { Empty, HealthBadge, Notice, Time } from "../parts/parts";
import { type HealthRange, healthRanges, Tiles } from "../parts/range";
import { useAddress, useRead } from "../parts/use";
import { t } from "../texts";
import { HealthBar } from "./bar";
import { nextCheck, rangeMs } from "./decide";

function Summary({ history }: { history: HealthHistory }) {
    return (
        <Tiles
            rows={[
                { value: percent(history.uptime), label: t.health.uptime },
                { value: count(history.checks), label: t.health.checks },
                { value: count(history.failed), label: t.health.failed, isBad: history.failed > 0 },
                { value: milliseconds(history.responseTime?.min), label: t.health.fastest },
                { value: milliseconds(history.responseTime?.average), label: t.health.average },
                { value: milliseconds(history.responseTime?.p95), label: t.health.p95 },
                { value: milliseconds(history.responseTime?.max), label: t.health.slowest },
            ]}
        />
    );
}

/** All times at once, each a strip; the one that is chosen is shown in full below. */
function Strips({
    server,
    range,
    onPick,
}: {
    server: Server;
    range: HealthRange;
    onPick: (range: HealthRange) => void;
}) {
    return (
        <fieldset class="strips" data-testid="uptime-strip">
            <legend class="visually-hidden">{t.health.range}</legend>
            {healthRanges.map((each) => (
                <label key={each} class="strip">
                    <input type="radio" name="range" checked={each === range} onChange={() => onPick(each)} />
                    <span class="strip-name">{t.common.ranges[each]}</span>
                    <HealthBar id={server.id} name={server.name} health={server.healthStatus} range={each} />
                </label>
            ))}
        </fieldset>
    );
}

interface TimesProps {
    id: string;
    points: readonly HealthPoint[];
    step: string;
    range: HealthRange;
}

/** Beside the average of an interval; a point that is one check has none. */
const extremes = (points: readonly HealthPoint[]) => [
    {
        label: t.health.slowest,
        values: points.map((point) => point.max ?? null),
        colour: "warn" as const,
        faint: true,
    },
    {
        label: t.health.fastest,
        values: points.map((point) => point.min ?? null),
        colour: "info" as const,
        faint: true,
    },
];

/** A span that is drawn leads to the log of that time. */
function Times({ id, points, step, range }: TimesProps) {
    const [, go] = useLocation();
    const times = useMemo(() => points.map((point) => Date.parse(point.at) / 1000), [points]);
    const series = useMemo(
        () => [
            {
                label: t.health.average,
                values: points.map((point) => point.responseTime ?? null),
                colour: "accent" as const,
                fill: true,
            },
            ...(step === "check" ? [] : extremes(points)),
        ],
        [points, step],
    );
    return (
        <section class="card stack tight">
            <h2>{t.health.responseTime}</h2>
            <p class="small muted">{t.health.chart(step)}</p>
            <Chart
                label={t.health.chart(step)}
                times={times}
                series={series}
                format={milliseconds}
                height={220}
                span={[Date.now() / 1000 - (rangeMs[range] ?? 0) / 1000, Date.now() / 1000]}
                testId="health-chart"
                onSpan={(from, to) =>
                    go(`/servers/${id}/logs?since=${new Date(from).toISOString()}&until=${new Date(to).toISOString()}`)
                }
            />
        </section>
    );
}

function Failures({ server, points }: { server: Server; points: readonly HealthPoint[] }) {
    const events = useRead<AgentEvent[]>(
        "/api/events",
        { query: { server: server.id, type: "server:health", limit: 100 } },
        [server.healthStatus],
    );
    const failed = points.filter((point) => point.failed > 0).slice(-50);
    return (
        <section class="card stack tight">
            <h2>{t.health.failures}</h2>
            {failed.length === 0 && <p class="muted">{t.health.noFailures}</p>}
            <ul class="stack tight">
                {failed.reverse().map((point) => (
                    <li key={point.at}>
                        <Time at={point.at} /> · {t.health.failedOf(point.failed, point.checks)} {point.message}
                    </li>
                ))}
            </ul>
            {events.data && events.data.length > 0 && <h3>{t.health.verdicts}</h3>}
            <ul class="stack tight small muted">
                {[...(events.data ?? [])].reverse().map((event) => (
                    <li key={event.sequence}>
                        <Time at={event.at} /> {event.message}
                    </li>
                ))}
            </ul>
        </section>
    );
}

export default function HealthTab({ server }: { server: Server }) {
    const [address, set] = useAddress();
    const known = healthRanges.find((each) => each === address.get("range")) ?? "24h";
    const now = useRead<HealthNow>("/api/servers/{id}/health", { parts: { id: server.id } }, [server.healthStatus]);
    const { data, failure, again } = useRead<HealthHistory>(
        "/api/servers/{id}/health/history",
        { parts: { id: server.id }, query: { range: known } },
        [server.healthStatus],
    );
    const next =
        server.status === "running"
            ? nextCheck(now.data?.lastCheck ?? undefined, server.config?.health?.interval)
            : undefined;
    return (
        <div class="stack">
            <section class="card stack tight">
                <div class="row">
                    <HealthBadge health={now.data?.status ?? server.healthStatus} />
                    {now.data?.lastCheck && (
                        <span class="small muted" title={exact(now.data.lastCheck)}>
                            {t.health.lastCheck} <Time at={now.data.lastCheck} /> ·{" "}
                            {milliseconds(now.data.responseTime ?? undefined)}
                            {next && (
                                <>
                                    {" · "}
                                    {t.health.nextCheck} <Time at={next} />
                                </>
                            )}
                        </span>
                    )}
                </div>
                <h2>{t.health.strip}</h2>
                <Strips server={server} range={known} onPick={(range) => set({ range })} />
            </section>
            {now.data?.message && (
                <Notice kind={now.data.status === "unhealthy" ? "bad" : "info"}>{now.data.message}</Notice>
            )}
            {server.status !== "running" && <Notice>{t.health.notRunning}</Notice>}
            <Awaiting of={{ data, failure, again }} many={2} tall />
            {data && data.checks === 0 && (
                <div data-testid="health-chart">
                    <Empty title={t.health.noHistory}>
                        <p>{t.health.noHistoryText}</p>
                    </Empty>
                </div>
            )}
            {data && data.checks > 0 && (
                <>
                    <Summary history={data} />
                    <Times id={server.id} points={data.points} step={data.step} range={known} />
                    <Failures server={server} points={data.points} />
                </>
            )}
        </div>
    );
}
