// Which tools are called, how often, how long they take, since the agent began.
import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Stats } from "../api/types";
import { loaded, servers } from "../live/store";
import { count, milliseconds } from "../parts/format";
import { Empty, PageHead, Skeletons } from "../parts/parts";
import { useTitle } from "../parts/use";
import { t } from "../texts";
import { useMany } from "../tools/many";

export default function UsagePage() {
    useTitle(t.nav.usage);
    const stats = useMany<Stats>("/api/servers/{id}/stats", servers.value);
    const rows = useMemo(
        () =>
            [...stats.values()]
                .flatMap(({ server, data }) => (data?.calls?.tools ?? []).map((tool) => ({ server, tool })))
                .sort((left, right) => right.tool.calls - left.tool.calls),
        [stats],
    );
    const calls = rows.reduce((sum, row) => sum + row.tool.calls, 0);
    const errors = rows.reduce((sum, row) => sum + row.tool.errors, 0);
    const isReading = !loaded.value || servers.value.some((server) => !stats.has(server.id));
    return (
        <>
            <PageHead title={t.nav.usage} />
            <p class="muted small">{t.usage.intro}</p>
            {isReading && rows.length === 0 && <Skeletons many={5} />}
            {!isReading && rows.length === 0 && (
                <Empty title={t.usage.none}>
                    <p>{t.usage.noneText}</p>
                    <Link class="button" href="/clients">
                        {t.nav.clients}
                    </Link>
                </Empty>
            )}
            {rows.length > 0 && (
                <>
                    <div class="tiles">
                        <div class="tile">
                            <b>{count(calls)}</b>
                            <span>{t.usage.calls}</span>
                        </div>
                        <div class="tile">
                            <b>{count(errors)}</b>
                            <span>{t.usage.errors}</span>
                        </div>
                        <div class="tile">
                            <b>{count(rows.length)}</b>
                            <span>{t.usage.tools}</span>
                        </div>
                    </div>
                    <div class="table-wrap" role="region" aria-label={t.nav.usage} tabIndex={0}>
                        <table>
                            <thead>
                                <tr>
                                    <th>{t.server.tool}</th>
                                    <th>{t.events.columns.server}</th>
                                    <th class="number">{t.server.calls}</th>
                                    <th class="number">{t.server.errors}</th>
                                    <th class="number">{t.server.average}</th>
                                    <th class="number">{t.server.p95}</th>
                                    <th class="number">{t.server.max}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {rows.slice(0, 500).map(({ server, tool }) => (
                                    <tr key={`${server.id} ${tool.name}`}>
                                        <th scope="row">
                                            <Link
                                                href={`/servers/${server.id}/tools?tool=${encodeURIComponent(tool.name)}`}
                                            >
                                                {tool.name}
                                            </Link>
                                        </th>
                                        <td>
                                            <Link href={`/servers/${server.id}`}>{server.name}</Link>
                                        </td>
                                        <td class="number">{count(tool.calls)}</td>
                                        <td class="number">{count(tool.errors)}</td>
                                        <td class="number">{milliseconds(tool.averageMs)}</td>
                                        <td class="number">{milliseconds(tool.p95Ms)}</td>
                                        <td class="number">{milliseconds(tool.maxMs)}</td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                </>
            )}
        </>
    );
}
