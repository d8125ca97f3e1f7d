// The AI clients that the agent found on its machine, and the servers in their files: looked at first, then taken over.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { AiClient, ImportItem } from "../api/types";
import { FailureNotice } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { toast } from "../parts/toast";
import { useRead } from "../parts/use";
import { t } from "../texts";
import { itemText, newOf } from "./detected_decide";

interface Imported {
    items: ImportItem[];
    notes: string[];
}

function Items({ items }: { items: readonly ImportItem[] }) {
    return (
        <ul class="stack tight">
            {items.map((item) => (
                <li key={`${item.file}${item.as}`}>
                    <b>{item.name}</b> <span class="small muted">{itemText(item)}</span>
                    {item.state === "new" && <code class="small block">{item.runs}</code>}
                </li>
            ))}
        </ul>
    );
}

/** One client: its servers are shown before anything is done. */
function Row({ client, onDone }: { client: AiClient; onDone?: (() => void) | undefined }) {
    const [seen, setSeen] = useState<Imported>();
    const [failure, setFailure] = useState<Failure>();
    const [isBusy, setBusy] = useState(false);
    const many = client.others?.length ?? 0;
    const ask = async (dryRun: boolean) => {
        setBusy(true);
        setFailure(undefined);
        const answer = await send<Imported>("POST", "/api/ai-clients/import", { client: client.name, dryRun });
        setBusy(false);
        if (!answer.ok) return setFailure(answer.failure);
        setSeen(answer.data);
        if (dryRun) return;
        const taken = newOf(answer.data.items);
        if (taken > 0) toast(t.importing.taken(taken));
        if (taken > 0 && answer.data.items.every((item) => item.state !== "left out")) onDone?.();
    };
    const fresh = seen ? newOf(seen.items) : 0;
    return (
        <li class="stack tight" data-testid="ai-client" data-client={client.name}>
            <div class="row spread">
                <span>
                    <b>{client.title}</b> <span class="small muted">{t.importing.has(many)}</span>
                    <br />
                    <span class="small muted mono">{client.file}</span>
                </span>
                {!seen && (
                    <SmallButton
                        disabled={isBusy}
                        aria-label={t.importing.lookAt(client.title)}
                        onClick={() => void ask(true)}
                    >
                        {t.importing.look}
                    </SmallButton>
                )}
                {seen && fresh > 0 && (
                    <SmallButton
                        class="primary"
                        data-testid="take-over"
                        disabled={isBusy}
                        onClick={() => void ask(false)}
                    >
                        {t.importing.take(fresh)}
                    </SmallButton>
                )}
            </div>
            {client.problem && <p class="problem small">{client.problem}</p>}
            {failure && <FailureNotice failure={failure} />}
            {seen && <Items items={seen.items} />}
            {seen?.notes.map((note) => (
                <p key={note} class="small muted">
                    {note}
                </p>
            ))}
        </li>
    );
}

/** Nothing where none has a server of its own: the agent may be another user's than whoever looks. */
export function Detected({ onDone }: { onDone?: () => void }) {
    const { data } = useRead<AiClient[]>("/api/ai-clients");
    const shown = (data ?? []).filter((client) => client.problem || (client.others?.length ?? 0) > 0);
    if (shown.length === 0) return null;
    return (
        <section class="stack tight detected" data-testid="detected-clients" aria-label={t.importing.detected}>
            <strong>{t.importing.detected}</strong>
            <ul class="stack tight">
                {shown.map((client) => (
                    <Row key={client.name} client={client} onDone={onDone} />
                ))}
            </ul>
        </section>
    );
}
