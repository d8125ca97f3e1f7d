// How a client is connected: the command, the snippet, the address.

import { basePath } from "../api/client";
import type { Profile } from "../api/types";
import { servers } from "../live/store";
import { CodeBox, Field, PageHead } from "../parts/parts";
import { useAddress, useRead, useTitle } from "../parts/use";
import { quoted } from "../servers/definition";
import { t } from "../texts";
import { Connected } from "./connected";
import { clients, connectArguments, mcpPath, type Reach } from "./snippets";

export default function ClientsPage() {
    useTitle(t.nav.clients);
    const [address, set] = useAddress();
    const profiles = useRead<Profile[]>("/api/profiles");
    const server = address.get("server");
    const profile = address.get("profile");
    const reach: Reach = server
        ? { kind: "server", name: server }
        : profile
          ? { kind: "profile", name: profile }
          : { kind: "all", name: "" };
    const chosen = reach.kind === "all" ? "" : `${reach.kind} ${reach.name}`;
    const pick = (value: string) => {
        const at = value.indexOf(" ");
        const kind = value.slice(0, Math.max(0, at));
        const name = value.slice(at + 1);
        set({ server: kind === "server" ? name : undefined, profile: kind === "profile" ? name : undefined });
    };
    const url = location.origin + basePath() + mcpPath(reach).slice(1);
    return (
        <>
            <PageHead title={t.nav.clients} />
            <p class="muted">{t.clients.intro}</p>
            <Connected />
            <div class="narrow">
                <Field label={t.clients.reach}>
                    {(attributes) => (
                        <select
                            {...attributes}
                            class="input"
                            value={chosen}
                            onChange={(event) => pick(event.currentTarget.value)}
                        >
                            <option value="">{t.clients.everything}</option>
                            {(profiles.data ?? []).map((each) => (
                                <option key={`p${each.name}`} value={`profile ${each.name}`}>
                                    {t.clients.profile(each.name)}
                                </option>
                            ))}
                            {servers.value.map((each) => (
                                <option key={each.id} value={`server ${each.name}`}>
                                    {t.clients.server(each.name)}
                                </option>
                            ))}
                        </select>
                    )}
                </Field>
            </div>
            <div class="server-grid wide">
                {clients.map((client) => (
                    <section key={client.id} class="card stack tight">
                        <h2>{client.name}</h2>
                        <h3>{t.clients.command}</h3>
                        <CodeBox
                            text={`mcpm client connect ${client.id}`}
                            label={`${client.name}: ${t.clients.command}`}
                        />
                        <h3>{t.clients.file(client.file)}</h3>
                        <CodeBox text={client.snippet(reach)} label={`${client.name}: ${client.file}`} />
                    </section>
                ))}
                <section class="card stack tight">
                    <h2>{t.clients.http}</h2>
                    <p class="small muted">{t.clients.httpText}</p>
                    <CodeBox text={url} label={t.clients.http} />
                    <CodeBox text="Authorization: Bearer TOKEN" label={t.clients.httpText} />
                </section>
                <section class="card stack tight">
                    <h2>{t.clients.stdio}</h2>
                    <CodeBox
                        text={["mcpm", ...connectArguments(reach)].map(quoted).join(" ")}
                        label={t.clients.stdio}
                    />
                </section>
            </div>
        </>
    );
}
