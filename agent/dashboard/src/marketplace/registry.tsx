// The registries and catalogues that the agent is set up with: asked only when somebody wants it, for it leaves this machine.
import { useEffect, useState } from "preact/hooks";
import { type Failure, get } from "../api/client";
import type { RegistryEntry, RegistrySearch } from "../api/types";
import { Empty, FailureNotice, Notice, Skeletons, Time } from "../parts/parts";
import { t } from "../texts";

interface RegistryProps {
    q: string;
    onChoose: (entry: RegistryEntry) => void;
}

function Entry({ entry, onChoose }: { entry: RegistryEntry; onChoose: RegistryProps["onChoose"] }) {
    return (
        <li class="card stack tight template" data-testid="registry-card">
            <h3>{entry.name || entry.id}</h3>
            <p class="muted">{entry.description}</p>
            <div class="row small">
                <code>{entry.id}</code>
                {entry.version && <span class="badge plain">{entry.version}</span>}
                {entry.from && <span class="muted">{t.marketplace.from(entry.from)}</span>}
                {entry.verified && <span class="badge good">{t.marketplace.verified}</span>}
                {entry.status && entry.status !== "active" && <span class="badge warn">{entry.status}</span>}
                {entry.license && <span class="muted">{entry.license}</span>}
                {entry.updatedAt && <Time at={entry.updatedAt} />}
            </div>
            <div class="stack tight">
                {entry.problem && <span class="trouble small">{entry.problem}</span>}
                {!entry.problem && (
                    <button
                        type="button"
                        class="button"
                        aria-label={`${t.marketplace.deploy} ${entry.name || entry.id}`}
                        onClick={() => onChoose(entry)}
                    >
                        {t.marketplace.deploy}
                    </button>
                )}
            </div>
        </li>
    );
}

export function Registry({ q, onChoose }: RegistryProps) {
    const [asked, setAsked] = useState("");
    const [found, setFound] = useState<RegistrySearch>();
    const [failure, setFailure] = useState<Failure>();
    useEffect(() => {
        if (!asked) return;
        const abort = new AbortController();
        setFound(undefined);
        setFailure(undefined);
        void get<RegistrySearch>("/api/registry", { query: { q: asked }, signal: abort.signal }).then((answer) => {
            if (abort.signal.aborted) return;
            if (answer.ok) setFound(answer.data);
            else setFailure(answer.failure);
        });
        return () => abort.abort();
    }, [asked]);
    if (q.trim().length < 2) return null;
    return (
        <section class="stack">
            <div class="row spread">
                <h2>{t.marketplace.registry}</h2>
                {asked !== q && (
                    <button type="button" class="button" onClick={() => setAsked(q)}>
                        {t.marketplace.searchRegistry(q)}
                    </button>
                )}
            </div>
            <p class="small muted">{t.marketplace.registryText}</p>
            {failure && <FailureNotice failure={failure} />}
            {asked && !found && !failure && <Skeletons many={2} tall />}
            {found?.sources
                .filter((source) => source.problem)
                .map((source) => (
                    <Notice key={source.name} kind="warn">
                        {t.marketplace.sourceProblem(source.name, source.problem ?? "")}
                    </Notice>
                ))}
            {found?.entries.length === 0 && <Empty title={t.marketplace.registryNone} />}
            {found && found.entries.length > 0 && (
                <ul class="server-grid">
                    {found.entries.map((entry) => (
                        <Entry key={`${entry.from} ${entry.id}`} entry={entry} onChoose={onChoose} />
                    ))}
                </ul>
            )}
            {found?.more && <p class="small muted">{t.marketplace.registryMore}</p>}
        </section>
    );
}
