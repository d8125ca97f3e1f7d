// Which MCP clients are connected now, when each was last heard of, and the way to send one away.
import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { ConnectedClient, Server } from "../api/types";
import { Link } from "../parts/link";
import { Confirm, FailureNotice, Skeletons, Time } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { toast, toastFailure } from "../parts/toast";
import { useEvery, useRead } from "../parts/use";
import { t } from "../texts";
import { reaching } from "./reaching";

const lookMs = 5000;

function reachText(client: ConnectedClient): string {
    if (client.reaches === "server") return t.clients.server(client.server ?? "");
    return client.profile ? t.clients.profile(client.profile) : t.clients.everything;
}

export function Connected({ server }: { server?: Server }) {
    const { data, failure, again } = useRead<ConnectedClient[]>("/api/clients", {}, [useEvery(lookMs)]);
    const [doomed, setDoomed] = useState<ConnectedClient>();
    const shown = reaching(data ?? [], server);
    const nameOf = (client: ConnectedClient) => client.name || client.principal;
    const disconnect = async (client: ConnectedClient) => {
        const answer = await send("DELETE", "/api/clients/{id}", undefined, { parts: { id: client.id } });
        if (answer.ok) toast(t.clients.disconnected(nameOf(client)));
        else toastFailure(answer.failure);
        again();
    };
    return (
        <section class="card stack tight" data-testid="connected-clients">
            <h2>{t.clients.connected}</h2>
            {failure && !data && <FailureNotice failure={failure} retry={again} />}
            {!data && !failure && <Skeletons many={1} />}
            {data && shown.length === 0 && (
                <p class="muted small">
                    {t.clients.nobody} {server && <Link href="/clients">{t.nav.clients}</Link>}
                </p>
            )}
            {shown.length > 0 && (
                <ul class="stack tight">
                    {shown.map((client) => (
                        <li key={client.id} class="row spread">
                            <div>
                                <b>{nameOf(client)}</b>{" "}
                                <span class="small muted">
                                    {[
                                        client.principal,
                                        client.address && t.clients.from(client.address),
                                        client.transport,
                                        client.protocolVersion,
                                        reachText(client),
                                    ]
                                        .filter(Boolean)
                                        .join(" · ")}
                                </span>
                                <div class="small muted">
                                    {client.openCalls > 0 ? (
                                        t.clients.calling(client.openCalls)
                                    ) : (
                                        <>
                                            {t.clients.lastSeen} <Time at={client.lastSeenAt} />
                                        </>
                                    )}
                                </div>
                            </div>
                            <SmallButton
                                aria-label={t.clients.disconnectOne(nameOf(client))}
                                onClick={() => setDoomed(client)}
                            >
                                {t.clients.disconnect}
                            </SmallButton>
                        </li>
                    ))}
                </ul>
            )}
            {doomed && (
                <Confirm
                    title={t.clients.disconnectOne(nameOf(doomed))}
                    text={t.clients.disconnectText}
                    action={t.clients.disconnect}
                    onConfirm={() => disconnect(doomed)}
                    onClose={() => setDoomed(undefined)}
                />
            )}
        </section>
    );
}
