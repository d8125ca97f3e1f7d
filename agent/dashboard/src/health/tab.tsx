// Health over time: the bar, the answer times, each failed check.
import { useMemo } from "preact/hooks";
import type { AgentEvent, HealthHistory, HealthNow, HealthPoint, Server } from "../api/types";
import { Chart } from "../parts/chart";
import { count, exact, milliseconds, percent } from "../parts/format";
import { Empty, FailureNotice, HealthBadge, Notice, Skeletons, Time } from "../parts/parts";
import { useAddress, useRead } from "../parts/use";
import { t } from "../texts";
import { Cells } from "./bar";
import { cellsOf, rangeMs } from "./decide";

function Summary({ history }: { history: HealthHistory }) {
    const tiles: [string, string][] = [
        [percent(history.uptime), t.health.uptime],
        [count(history.checks), t.health.checks],
        [count(history.failed), t.health.failed],
        [milliseconds(history.responseTime?.average), t.health.average],
        [milliseconds(history.responseTime?.p95), t.health.p95],
        [milliseconds(history.responseTime?.max), t.health.slowest],
    ];
    return (
        <div class="tiles">
            {tiles
                .filter(([value]) => value !== "–")
                .map(([value, label]) => (
                    <div key={label} class="tile">
                        <b>{value}</b>
                        <span>{label}</span>
                    </div>
                ))}
        </div>
    );
}

function Times({ points, step }: { points: readonly HealthPoint[]; step: string }) {
    const times = useMemo(() => points.map((point) => Date.parse(point.at) / 1000), [points]);
    const series = useMemo(
        () => [
            {
                label: t.health.average,
                values: points.map((point) => point.responseTime ?? null),
                colour: "--accent",
                fill: true,
            },
            { label: t.health.slowest, values: points.map((point) => point.max ?? null), colour: "--warn" },
        ],
        [points],
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
                testId="health-chart"
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
    const range = address.get("range") ?? "24h";
    const known = range in rangeMs ? range : "24h";
    const now = useRead<HealthNow>("/api/servers/{id}/health", { parts: { id: server.id } }, [server.healthStatus]);
    const { data, failure, again } = useRead<HealthHistory>(
        "/api/servers/{id}/health/history",
        { parts: { id: server.id }, query: { range: known } },
        [server.healthStatus],
    );
    return (
        <div class="stack">
            <div class="row spread">
                <div class="row">
                    <HealthBadge health={now.data?.status ?? server.healthStatus} />
                    {now.data?.lastCheck && (
                        <span class="small muted" title={exact(now.data.lastCheck)}>
                            {t.health.lastCheck} <Time at={now.data.lastCheck} /> ·{" "}
                            {milliseconds(now.data.responseTime)}
                        </span>
                    )}
                </div>
                <fieldset class="segmented" aria-label={t.health.range}>
                    {Object.keys(rangeMs).map((each) => (
                        <label key={each}>
                            <input
                                type="radio"
                                name="range"
                                checked={each === known}
                                onChange={() => set({ range: each })}
                            />
                            {each}
                        </label>
                    ))}
                </fieldset>
            </div>
            {now.data?.message && (
                <Notice kind={now.data.status === "unhealthy" ? "bad" : "info"}>{now.data.message}</Notice>
            )}
            {server.status !== "running" && <Notice>{t.health.notRunning}</Notice>}
            {failure && <FailureNotice failure={failure} retry={again} />}
            {!data && !failure && <Skeletons many={2} tall />}
            {data && data.checks === 0 && (
                <div data-testid="health-chart">
                    <Empty title={t.health.noHistory}>
                        <p>{t.health.noHistoryText}</p>
                    </Empty>
                </div>
            )}
            {data && data.checks > 0 && (
                <>
                    <section class="card stack tight">
                        <h2>{t.health.strip}</h2>
                        <Cells
                            cells={cellsOf(data.points, known, Date.now(), 60)}
                            label={t.health.summary(known, data.checks, data.failed)}
                        />
                    </section>
                    <Summary history={data} />
                    <Times points={data.points} step={data.step} />
                    <Failures server={server} points={data.points} />
                </>
            )}
        </div>
    );
}
