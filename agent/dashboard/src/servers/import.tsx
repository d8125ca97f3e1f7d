// Takes over the servers of an AI client's configuration. The file itself is only read; an entry that cannot be taken is shown to be mended.
import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { Server } from "../api/types";
import { type Client, clients } from "../clients/snippets";
import { know } from "../live/store";
import { CodeBox, Dialog, Field } from "../parts/parts";
import { toast } from "../parts/toast";
import { t } from "../texts";
import { type Found, readConfiguration, readEntry, runsAs } from "./configuration";
import { Detected } from "./detected";

interface EntryProps {
    entry: Found;
    isLeft: boolean;
    onLeave: (yes: boolean) => void;
    onText: (text: string) => void;
}

function Entry({ entry, isLeft, onLeave, onText }: EntryProps) {
    return (
        <li class="stack tight">
            <label class="check">
                <input type="checkbox" checked={!isLeft} onChange={(event) => onLeave(!event.currentTarget.checked)} />
                <b>{entry.name}</b>
            </label>
            {entry.request && <code class="small">{runsAs(entry)}</code>}
            {(entry.problem || !entry.request) && !isLeft && (
                <Field label={t.importing.mend(entry.name)} problem={entry.problem}>
                    {(attributes) => (
                        <textarea
                            {...attributes}
                            class="input"
                            value={entry.text}
                            spellcheck={false}
                            onInput={(event) => onText(event.currentTarget.value)}
                        />
                    )}
                </Field>
            )}
        </li>
    );
}

export default function Import({ onClose }: { onClose: () => void }) {
    const [client, setClient] = useState(clients[0] as Client);
    const [text, setText] = useState("");
    const [entries, setEntries] = useState<readonly Found[]>([]);
    const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
    const [problem, setProblem] = useState<string>();
    const [isBusy, setBusy] = useState(false);
    const read = (next: string) => {
        setText(next);
        const { found, problem: said } = readConfiguration(next);
        setEntries(found);
        setProblem(next.trim() ? said : undefined);
    };
    const put = (changed: Found) =>
        setEntries((before) => before.map((each) => (each.name === changed.name ? changed : each)));
    const wanted = entries.filter((each) => !left.has(each.name));
    const take = async () => {
        if (wanted.length === 0) return setProblem(t.importing.nothing);
        if (wanted.some((each) => !each.request)) return;
        setBusy(true);
        const done = new Set<string>();
        for (const each of wanted) {
            const answer = await send<Server>("POST", "/api/servers", each.request);
            if (answer.ok) {
                know(answer.data);
                done.add(each.name);
            } else put({ ...each, problem: answer.failure.message });
        }
        setBusy(false);
        if (done.size > 0) toast(t.importing.taken(done.size));
        if (done.size === wanted.length) return onClose();
        return setEntries((before) => before.filter((each) => !done.has(each.name)));
    };
    return (
        <Dialog
            title={t.importing.title}
            onClose={onClose}
            onSubmit={() => void take()}
            foot={
                <>
                    <button type="button" class="button" onClick={onClose}>
                        {t.common.cancel}
                    </button>
                    <button type="submit" class="button primary" data-testid="import-servers" disabled={isBusy}>
                        {t.importing.take(wanted.length)}
                    </button>
                </>
            }
        >
            <p class="small muted">{t.importing.intro}</p>
            <Detected onDone={onClose} />
            <Field label={t.importing.client} help={t.importing.clientHelp(client.file)}>
                {(attributes) => (
                    <select
                        {...attributes}
                        class="input"
                        value={client.id}
                        onChange={(event) =>
                            setClient(clients.find((each) => each.id === event.currentTarget.value) ?? client)
                        }
                    >
                        {clients.map((each) => (
                            <option key={each.id} value={each.id}>
                                {each.name}
                            </option>
                        ))}
                    </select>
                )}
            </Field>
            <CodeBox text={`mcpm import ${client.id}`} label={t.importing.client} />
            <Field label={t.importing.file}>
                {(attributes) => (
                    <input
                        {...attributes}
                        type="file"
                        accept=".json,.jsonc,application/json"
                        onChange={(event) => void event.currentTarget.files?.[0]?.text().then(read)}
                    />
                )}
            </Field>
            <Field label={t.importing.paste} problem={problem}>
                {(attributes) => (
                    <textarea
                        {...attributes}
                        class="input"
                        name="configuration"
                        data-first
                        value={text}
                        spellcheck={false}
                        placeholder={'{"mcpServers": {"files": {"command": "node", "args": ["server.js"]}}}'}
                        onInput={(event) => read(event.currentTarget.value)}
                    />
                )}
            </Field>
            <ul class="stack" aria-live="polite">
                {entries.map((entry) => (
                    <Entry
                        key={entry.name}
                        entry={entry}
                        isLeft={left.has(entry.name)}
                        onText={(next) => put(readEntry(entry.name, next))}
                        onLeave={(yes) => {
                            const next = new Set(left);
                            if (yes) next.add(entry.name);
                            else next.delete(entry.name);
                            setLeft(next);
                        }}
                    />
                ))}
            </ul>
        </Dialog>
    );
}
