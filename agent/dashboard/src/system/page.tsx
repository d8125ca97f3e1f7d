// The health of the whole: what every check found a moment ago, and nothing that nobody asked.

import { send } from "../api/client";
import type { Agent, Channel, Check, Condition, Crash, Pace, SystemHealth } from "../api/types";
import { bytes, count, duration, milliseconds } from "../parts/format";
import { FailureNotice, Notice, PageHead, Skeletons, Time } from "../parts/parts";
import { Tiles } from "../parts/range";
import { SmallButton } from "../parts/small_button";
import { toast } from "../parts/toast";
import { useEvery, useRead, useTitle } from "../parts/use";
import { t } from "../texts";
import { checkName, checkText, conditionKind } from "./decide";

function Badge({ condition }: { condition: Condition }) {
    return (
        <span class={`badge ${conditionKind[condition] ?? "off"}`}>{t.system.conditions[condition] ?? condition}</span>
    );
}

function Checks({ checks }: { checks: Record<string, Check> }) {
    return (
        <section class="card">
            <h2>{t.system.infrastructure}</h2>
            <ul class="checks" data-testid="system-checks">
                {Object.entries(checks).map(([name, check]) => (
                    <li key={name}>
                        <span class="row spread">
                            <strong>{checkName(name)}</strong>
                            <Badge condition={check.status} />
                        </span>
                        <span class="small muted">{checkText(check)}</span>
                        {check.totalBytes !== undefined && check.freeBytes !== undefined && (
                            <progress
                                max={check.totalBytes}
                                value={check.totalBytes - check.freeBytes}
                                aria-label={t.system.used}
                            />
                        )}
                        {check.message && (
                            <details class="small muted">
                                <summary>{t.errors.details}</summary>
                                {check.message}
                            </details>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function PaceCard({ title, pace }: { title: string; pace: Pace }) {
    const ms = (value: number | undefined) => (value === undefined ? t.system.noneYet : `≤ ${milliseconds(value)}`);
    const rows: [string, string][] = [
        [t.system.total, count(pace.total)],
        [t.system.failed, count(pace.failed)],
        [t.system.perSecond, pace.perSecond.toFixed(2)],
        ["p50", ms(pace.p50)],
        ["p95", ms(pace.p95)],
        ["p99", ms(pace.p99)],
    ];
    return (
        <section class="card">
            <h2>{title}</h2>
            <Facts rows={rows} isNumbers />
        </section>
    );
}

function Facts({ rows, isNumbers = false }: { rows: [string, preact.ComponentChildren][]; isNumbers?: boolean }) {
    return (
        <dl class={`facts ${isNumbers ? "figures" : ""}`}>
            {rows.map(([name, value]) => (
                <>
                    <dt key={name}>{name}</dt>
                    <dd class={isNumbers ? "number" : ""}>{value}</dd>
                </>
            ))}
        </dl>
    );
}

const severityKind: Record<string, string> = { critical: "bad", error: "bad", warning: "warn" };

function Errors({ errors }: { errors: SystemHealth["errors"] }) {
    return (
        <section class="card stack tight">
            <h2>{t.system.errors}</h2>
            <p class="small muted">{t.system.errorsText(errors.total, errors.critical, errors.perMinute)}</p>
            {errors.top.map((kind) => (
                <div key={kind.type} class={`notice ${severityKind[kind.severity] ?? ""}`}>
                    <span class="row spread">
                        <strong>
                            {kind.type} ×{kind.count}
                        </strong>
                        <span class="small muted">
                            {kind.severity} · <Time at={kind.lastAt} />
                        </span>
                    </span>
                    <span class="small">{kind.last}</span>
                </div>
            ))}
        </section>
    );
}

function Notices() {
    const { data, again } = useRead<{ channels: Channel[] }>("/api/notify");
    const { data: crashes } = useRead<Crash[]>("/api/agent/crashes");
    const test = async () => {
        const answer = await send<{ channel: string; error?: string }[]>("POST", "/api/notify/test", {});
        const failed = answer.ok ? answer.data.filter((each) => each.error) : [];
        if (!answer.ok) toast(answer.failure.message, "bad");
        else if (failed.length > 0) toast(failed.map((each) => `${each.channel}: ${each.error}`).join("; "), "bad");
        else toast(t.system.tested);
        again();
    };
    return (
        <>
            <section class="card stack tight">
                <h2>{t.system.channels}</h2>
                {data?.channels.length === 0 && <p class="muted">{t.system.noChannels}</p>}
                {data && data.channels.length > 0 && (
                    <>
                        {data.channels.map((each) => (
                            <div key={each.channel} class="stack tight">
                                <strong>
                                    {each.channel} → {each.to}
                                </strong>
                                <span class="small muted">
                                    {t.system.channel(each.sent, each.failed, each.waiting)}{" "}
                                    <Time at={each.lastSentAt} />
                                </span>
                                {each.lastError && <span class="trouble small">{each.lastError}</span>}
                            </div>
                        ))}
                        <SmallButton onClick={() => void test()}>{t.system.test}</SmallButton>
                    </>
                )}
            </section>
            {crashes && crashes.length > 0 && (
                <section class="card stack tight">
                    <h2>{t.system.crashes}</h2>
                    {crashes.slice(0, 5).map((crash) => (
                        <p key={crash.name} class="small">
                            <Time at={crash.at} /> · {crash.signal} · {crash.version} · <code>mcpm doctor</code>
                        </p>
                    ))}
                </section>
            )}
        </>
    );
}

function AgentCards({ agent }: { agent: Agent }) {
    return (
        <>
            <section class="card">
                <h2>{t.system.addresses}</h2>
                <Facts
                    rows={[
                        [t.system.socket, <code key="s">{agent.socket}</code>],
                        ...agent.tcp.map((each): [string, preact.ComponentChildren] => [
                            each.address,
                            each.listening ? t.system.listening : <span class="trouble">{each.error}</span>,
                        ]),
                        [t.system.cgroup, agent.cgroup ?? "–"],
                    ]}
                />
            </section>
            <section class="card">
                <h2>{t.system.paths}</h2>
                <Facts
                    rows={Object.entries(agent.paths).map(([name, path]) => [name, <code key={name}>{path}</code>])}
                />
            </section>
        </>
    );
}

function Whole({ health }: { health: SystemHealth }) {
    const { application, servers } = health;
    return (
        <>
            <div class="row spread">
                <div class="row" aria-live="polite">
                    <Badge condition={health.status} />
                    <span class="small muted">
                        {t.system.checked} <Time at={health.checkedAt} />
                    </span>
                </div>
                <span class="small muted">
                    {t.product} {application.version}
                </span>
            </div>
            <Tiles
                rows={[
                    { value: count(servers.total), label: t.servers.total(servers.total), href: "/" },
                    {
                        value: count(servers.running),
                        label: t.servers.running(servers.total),
                        href: "/?status=running",
                    },
                    {
                        value: count(servers.error),
                        label: t.servers.inError(servers.total),
                        href: "/?status=error",
                        isBad: servers.error > 0,
                    },
                    {
                        value: count(servers.unhealthy),
                        label: t.system.unhealthyOf(servers.running),
                        href: "/?health=unhealthy",
                        isBad: servers.unhealthy > 0,
                    },
                    {
                        value: servers.healthyPercent === undefined ? "–" : `${servers.healthyPercent} %`,
                        label: t.system.healthyOf(servers.healthy + servers.unhealthy),
                        href: "/?health=healthy",
                    },
                ]}
            />
            <div class="beside">
                <Checks checks={health.infrastructure} />
                <section class="card">
                    <h2>{t.system.application}</h2>
                    <Facts
                        isNumbers
                        rows={[
                            [t.system.uptime, duration(application.uptime)],
                            [t.system.memory, bytes(application.memoryBytes)],
                            [t.system.cpu, `${application.cpuPercent.toFixed(1)} %`],
                            [t.server.pid, String(application.pid)],
                        ]}
                    />
                </section>
                <PaceCard title={t.system.requests} pace={health.performance.requests} />
                <PaceCard title={t.system.calls} pace={health.performance.calls} />
            </div>
            <Errors errors={health.errors} />
        </>
    );
}

export default function SystemPage() {
    useTitle(t.nav.system);
    const turn = useEvery(5000);
    const health = useRead<SystemHealth>("/api/health/system", {}, [turn]);
    const agent = useRead<Agent>("/api/agent");
    const failure = health.failure ?? agent.failure;
    // Both at once, so that nothing is pushed down by what comes later.
    const isThere = health.data !== undefined && (agent.data !== undefined || agent.failure !== undefined);
    return (
        <>
            <PageHead title={t.nav.system} />
            {failure && <FailureNotice failure={failure} retry={health.again} />}
            {!isThere && !failure && <Skeletons many={6} tall />}
            {isThere && (
                <>
                    {agent.data?.notices.map((notice, index) => (
                        <Notice key={index} kind="warn">
                            {typeof notice === "string" ? notice : (notice.message ?? JSON.stringify(notice))}
                        </Notice>
                    ))}
                    {health.data && <Whole health={health.data} />}
                    <div class="beside">
                        {agent.data && <AgentCards agent={agent.data} />}
                        <Notices />
                    </div>
                </>
            )}
        </>
    );
}
