// Why a server is as it is, what it uses, its runs.

import type { Exit, Run, Server, Why } from "../api/types";
import { Connected } from "../clients/connected";
import { HealthBar } from "../health/bar";
import { LineText } from "../logs/line";
import { Awaiting } from "../parts/awaiting";
import { duration } from "../parts/format";
import { Link } from "../parts/link";
import { CodeBox, Copy, Time, Words } from "../parts/parts";
import { useRead } from "../parts/use";
import { sourceOf } from "../servers/decide";
import { t } from "../texts";
import { Use } from "./use";

export function exitText(exit: Exit): string {
    if (exit.oom) return t.server.oom;
    if (exit.signal) return t.server.killed(exit.signal);
    return t.server.exited(exit.code ?? 0);
}

function WhyCard({ why }: { why: Why }) {
    const isFine = !why.cause && why.notes.length === 0;
    return (
        <section class="card stack tight">
            <h2>{t.server.why}</h2>
            {isFine && <p class="muted">{t.server.fine}</p>}
            {why.cause && (
                <div class="notice bad">
                    <strong>
                        <Words text={why.cause} />
                    </strong>
                    {why.advice && (
                        <span>
                            <Words text={why.advice} />
                        </span>
                    )}
                    {why.code && (
                        <span class="row small muted">
                            {t.server.code} <code>{why.code}</code>
                        </span>
                    )}
                </div>
            )}
            {why.notes.map((note) => (
                <p key={note} class="small">
                    <Words text={note} />
                </p>
            ))}
            {why.inFlight.length > 0 && (
                <div>
                    <h3>{t.server.inFlight}</h3>
                    {why.inFlight.map((call) => (
                        <p key={`${call.method}${call.since}`} class="small mono">
                            {call.method} {call.name} <Time at={call.since} />
                        </p>
                    ))}
                </div>
            )}
            {why.lastLines.length > 0 && why.cause && (
                <div class="stack tight">
                    <h3>{t.server.lastLines}</h3>
                    <div class="code-box last-lines">
                        {why.lastLines.slice(-12).map((line, index) => (
                            <div key={`${line.time}${index}`}>
                                <LineText text={line.text} />
                            </div>
                        ))}
                    </div>
                </div>
            )}
        </section>
    );
}

function Facts({ server }: { server: Server }) {
    return (
        <section class="card">
            <h2>{t.server.now}</h2>
            <dl class="facts">
                <dt>{t.server.source}</dt>
                <dd class="mono">{sourceOf(server)}</dd>
                <dt>{t.server.id}</dt>
                <dd class="row">
                    <code>{server.id}</code>
                    <Copy text={server.id} />
                </dd>
                {server.pid !== undefined && (
                    <>
                        <dt>{t.server.pid}</dt>
                        <dd class="number">{server.pid}</dd>
                    </>
                )}
                {server.startedAt && (
                    <>
                        <dt>{t.server.startedAt}</dt>
                        <dd>
                            <Time at={server.startedAt} />
                        </dd>
                    </>
                )}
                <dt>{t.server.desired}</dt>
                <dd>{server.desired ?? "–"}</dd>
                <dt>{t.server.restarts}</dt>
                <dd class="number">{server.restartCount ?? 0}</dd>
                {server.lastExit && (
                    <>
                        <dt>{t.server.lastExit}</dt>
                        <dd>
                            {exitText(server.lastExit)} <Time at={server.lastExit.at} />
                        </dd>
                    </>
                )}
                {server.nextRetryAt && (
                    <>
                        <dt>{t.server.nextRetry}</dt>
                        <dd>
                            <Time at={server.nextRetryAt} />
                        </dd>
                    </>
                )}
            </dl>
            {server.ownRuns && server.ownRuns.length > 0 && (
                <>
                    <h3>{t.server.instances}</h3>
                    <ul>
                        {server.ownRuns.map((instance) => (
                            <li key={instance.run} class="small">
                                {instance.owner} · {t.logs.runOf(instance.run)} · <Time at={instance.startedAt} />
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </section>
    );
}

function RunRow({ server, run }: { server: Server; run: Run }) {
    const end = run.exit?.at ? Date.parse(run.exit.at) : undefined;
    const isNow = !run.exit && server.status === "running" && (run.pid === server.pid || server.run === run.run);
    const isBad =
        run.exit !== undefined && (run.reason !== undefined || (run.exit.code ?? 0) !== 0 || Boolean(run.exit.signal));
    return (
        <li class="run">
            <span class={`dot ${isNow ? "now" : isBad ? "bad" : ""}`} aria-hidden="true" />
            <div class="grow">
                <div class="row">
                    <strong>{t.logs.runOf(run.run)}</strong>
                    <Time at={run.startedAt} />
                    {isNow && <span class="badge good">{t.server.running}</span>}
                    {end !== undefined && (
                        <span class="muted small">
                            {t.server.lasted(duration((end - Date.parse(run.startedAt)) / 1000))}
                        </span>
                    )}
                    {run.owner && <span class="badge plain">{run.owner}</span>}
                </div>
                <div class="small muted">
                    {[run.exit ? exitText(run.exit) : "", run.stage ?? "", run.reason ?? ""]
                        .filter(Boolean)
                        .join(" · ")}
                </div>
            </div>
            <Link
                class="small"
                href={`/servers/${server.id}/logs?run=${run.run}`}
                aria-label={t.server.runLog(run.run)}
            >
                {t.server.tabs.logs}
            </Link>
        </li>
    );
}

function Runs({ server }: { server: Server }) {
    const { data, failure, again } = useRead<Run[]>("/api/servers/{id}/runs", { parts: { id: server.id } }, [
        server.run,
        server.status,
    ]);
    return (
        <section class="card">
            <h2>{t.server.runs}</h2>
            <Awaiting of={{ data, failure, again }} />
            {data?.length === 0 && <p class="muted">{t.server.noRuns}</p>}
            <ol class="runs">
                {data?.map((run) => (
                    <RunRow key={run.run} server={server} run={run} />
                ))}
            </ol>
        </section>
    );
}

interface SessionFacts {
    era?: string;
    protocolVersion?: string;
    serverInfo?: { name?: string; version?: string };
    instructions?: string;
}

/** Asking for a session starts a server that sleeps: only one that runs is asked. */
function SessionCard({ server }: { server: Server }) {
    const { data } = useRead<SessionFacts>("/api/servers/{id}/session", { parts: { id: server.id } }, [server.status]);
    if (!data) return null;
    return (
        <section class="card">
            <h2>{t.server.transport}</h2>
            <p>
                {data.serverInfo?.name} {data.serverInfo?.version} · {data.protocolVersion}
            </p>
            {data.instructions && (
                <details>
                    <summary>{t.server.instructions}</summary>
                    <pre class="small">{data.instructions}</pre>
                </details>
            )}
        </section>
    );
}

export default function OverviewTab({ server }: { server: Server }) {
    const why = useRead<Why>("/api/servers/{id}/why", { parts: { id: server.id } }, [
        server.status,
        server.healthStatus,
        server.run,
    ]);
    return (
        <div class="overview">
            <div class="stack">
                <Awaiting of={why} many={1} tall />
                {why.data && <WhyCard why={why.data} />}
                <section class="card stack tight">
                    <h2>{t.server.tabs.health}</h2>
                    <Link href={`/servers/${server.id}/health`} class="bar-link" aria-label={t.health.strip}>
                        <HealthBar id={server.id} name={server.name} health={server.healthStatus} range="24h" />
                    </Link>
                </section>
                <Use server={server} />
            </div>
            <div class="stack">
                <Facts server={server} />
                {server.status === "running" && server.config?.transport !== "none" && <SessionCard server={server} />}
                <Connected server={server} />
                <Runs server={server} />
                <section class="card stack tight">
                    <h2>{t.nav.clients}</h2>
                    <CodeBox
                        text={`mcpm connect ${server.name.includes(" ") ? `'${server.name}'` : server.name}`}
                        label={t.nav.clients}
                    />
                    <Link href={`/clients?server=${encodeURIComponent(server.name)}`}>{t.nav.clients}</Link>
                </section>
            </div>
        </div>
    );
}
