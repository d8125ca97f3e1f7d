// What happened, who asked, when; new ones come at the top by themselves.
import { useMemo, useState } from "preact/hooks";
import type { AgentEvent } from "../api/types";
import { mirror, recentEvents, servers } from "../live/store";
import { Awaiting } from "../parts/awaiting";
import { Columns } from "../parts/columns";
import { Link } from "../parts/link";
import { Empty, PageHead, Time } from "../parts/parts";
import { useAddress, useRead, useTitle } from "../parts/use";
import { labelsOf } from "../servers/decide";
import { t } from "../texts";
import { isFailure, merged } from "./decide";

function groupOf(id: string | undefined): string {
    const server = mirror.value.get(id ?? "");
    return server ? labelsOf(server).join(", ") : "";
}

export default function EventsPage() {
    useTitle(t.nav.events);
    const [address, set] = useAddress();
    const server = address.get("server") ?? "";
    const type = address.get("type") ?? "";
    const isOnlyFailures = address.get("failures") === "1";
    const [limit, setLimit] = useState(200);
    const { data, failure, again } = useRead<AgentEvent[]>("/api/events", {
        query: { limit, server: server || undefined, type: type || undefined },
    });
    const live = recentEvents.value;
    const shown = useMemo(() => {
        const fits = (event: AgentEvent) =>
            (!server || event.serverId === server || event.serverName === server) && event.type.startsWith(type);
        return merged(data ?? [], live.filter(fits)).filter((event) => !isOnlyFailures || isFailure(event));
    }, [data, live, server, type, isOnlyFailures]);
    return (
        <>
            <PageHead title={t.nav.events} />
            <p class="muted small">{t.events.intro}</p>
            <div class="toolbar row">
                <select
                    class="input auto"
                    aria-label={t.events.any}
                    value={server}
                    onChange={(event) => set({ server: event.currentTarget.value })}
                >
                    <option value="">{t.events.any}</option>
                    {servers.value.map((each) => (
                        <option key={each.id} value={each.id}>
                            {each.name}
                        </option>
                    ))}
                </select>
                <input
                    class="input auto"
                    data-search
                    aria-label={t.events.type}
                    placeholder={t.events.type}
                    value={type}
                    onInput={(event) => set({ type: event.currentTarget.value })}
                />
                <button
                    type="button"
                    class="button"
                    aria-pressed={isOnlyFailures}
                    onClick={() => set({ failures: isOnlyFailures ? undefined : "1" })}
                >
                    {t.events.errorsOnly}
                </button>
            </div>
            <Awaiting of={{ data, failure, again }} many={8} />
            {data && shown.length === 0 && (
                <Empty title={t.events.none}>
                    <p>{t.events.noneText}</p>
                </Empty>
            )}
            {shown.length > 0 && (
                <Columns id="events" names={Object.values(t.events.columns).slice(1)}>
                    <div class="table-wrap rows" role="region" aria-label={t.nav.events} tabIndex={0}>
                        <table>
                            <thead>
                                <tr>
                                    <th>{t.events.columns.at}</th>
                                    <th>{t.events.columns.server}</th>
                                    <th>{t.events.columns.what}</th>
                                    <th>{t.events.columns.who}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {shown.slice(0, limit).map((event) => (
                                    <tr key={event.sequence}>
                                        <td>
                                            <Time at={event.at} />
                                        </td>
                                        <td>
                                            {event.serverId ? (
                                                <Link href={`/servers/${event.serverId}`}>
                                                    {event.serverName ?? event.serverId}
                                                </Link>
                                            ) : (
                                                "–"
                                            )}
                                            <div class="small muted">{groupOf(event.serverId)}</div>
                                        </td>
                                        <td class="whole">
                                            <span class={isFailure(event) ? "trouble inline" : ""}>
                                                {event.message}
                                            </span>{" "}
                                            <code class="muted">{event.type}</code>
                                        </td>
                                        <td data-label={t.events.columns.who}>{event.actor ?? "–"}</td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                </Columns>
            )}
            {data && data.length >= limit && limit < 10000 && (
                <div>
                    <button type="button" class="button" onClick={() => setLimit(Math.min(10000, limit * 3))}>
                        {t.events.older}
                    </button>
                </div>
            )}
        </>
    );
}
