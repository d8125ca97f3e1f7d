// The agent itself: what it says, and nothing that it did not.
import { Link } from "wouter-preact";
import type { Agent } from "../api/types";
import { servers } from "../live/store";
import { bytes, duration } from "../parts/format";
import { FailureNotice, Notice, PageHead, Skeletons } from "../parts/parts";
import { useRead, useTitle } from "../parts/use";
import { countsOf } from "../servers/decide";
import { t } from "../texts";

function Servers() {
    const counts = countsOf(servers.value);
    const tiles: [number, string, string][] = [
        [counts.total, t.servers.total, "/"],
        [counts.running, t.servers.running(counts.total), "/?status=running"],
        [counts.error, t.servers.inError(counts.total), "/?status=error"],
        [counts.unhealthy, t.servers.unhealthy(counts.total), "/?health=unhealthy"],
    ];
    return (
        <div class="tiles">
            {tiles.map(([value, label, place]) => (
                <Link key={label} class="tile" href={place}>
                    <b>{value}</b>
                    <span>{label}</span>
                </Link>
            ))}
        </div>
    );
}

function AgentCard({ agent }: { agent: Agent }) {
    const rows: [string, string][] = [
        [t.system.version, agent.version],
        [t.system.uptime, duration(agent.uptime)],
        [t.system.memory, bytes(agent.memoryBytes)],
        [t.system.store, agent.store],
        [t.system.cgroup, agent.cgroup ?? "–"],
        [t.system.socket, agent.socket],
    ];
    return (
        <section class="card">
            <h2>{t.system.agent}</h2>
            <dl class="facts">
                {rows.map(([name, value]) => (
                    <>
                        <dt key={name}>{name}</dt>
                        <dd>{value}</dd>
                    </>
                ))}
                <dt>{t.system.addresses}</dt>
                <dd>
                    {agent.tcp.map((each) => (
                        <div key={each.address}>
                            {each.address}:{" "}
                            {each.listening ? t.system.listening : <span class="trouble">{each.error}</span>}
                        </div>
                    ))}
                </dd>
            </dl>
        </section>
    );
}

export default function SystemPage() {
    useTitle(t.nav.system);
    const { data, failure, again } = useRead<Agent>("/api/agent");
    return (
        <>
            <PageHead title={t.nav.system} />
            {failure && <FailureNotice failure={failure} retry={again} />}
            {!data && !failure && <Skeletons many={3} tall />}
            {data && (
                <>
                    {data.notices.map((notice, index) => (
                        <Notice key={index} kind="warn">
                            {typeof notice === "string" ? notice : (notice.message ?? JSON.stringify(notice))}
                        </Notice>
                    ))}
                    <Servers />
                    <div class="overview">
                        <AgentCard agent={data} />
                        <section class="card">
                            <h2>{t.system.paths}</h2>
                            <dl class="facts">
                                {Object.entries(data.paths).map(([name, path]) => (
                                    <>
                                        <dt key={name}>{name}</dt>
                                        <dd class="mono">{path}</dd>
                                    </>
                                ))}
                            </dl>
                        </section>
                    </div>
                </>
            )}
        </>
    );
}
