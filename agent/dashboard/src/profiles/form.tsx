// A profile: made, or what it says and which servers are in it changed.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { Profile } from "../api/types";
import { servers } from "../live/store";
import { Dialog, FailureNotice, Field, Foot } from "../parts/parts";
import { toast } from "../parts/toast";
import { t } from "../texts";

interface ProfileFormProps {
    /** The one that is changed; without it a new one is made. */
    known?: Profile | undefined;
    onClose: () => void;
    onDone: () => void;
}

export function ProfileForm({ known, onClose, onDone }: ProfileFormProps) {
    const [name, setName] = useState(known?.name ?? "");
    const [description, setDescription] = useState(known?.description ?? "");
    const [chosen, setChosen] = useState<readonly string[]>(known?.servers.map((each) => each.server) ?? []);
    const [q, setQ] = useState("");
    const fitting = servers.value.filter((server) => server.name.toLowerCase().includes(q.trim().toLowerCase()));
    const [problem, setProblem] = useState<string>();
    const [failure, setFailure] = useState<Failure>();
    const submit = async () => {
        if (!name.trim()) return setProblem(t.tools.required);
        // What is said of a server in it, such as its tools, stays while the server does.
        const entries = chosen.map((server) => known?.servers.find((each) => each.server === server) ?? { server });
        const answer = known
            ? await send<Profile>(
                  "PATCH",
                  "/api/profiles/{name}",
                  { description: description || null, servers: entries },
                  { parts: { name } },
              )
            : await send<Profile>("POST", "/api/profiles", {
                  name: name.trim(),
                  ...(description ? { description } : {}),
                  servers: entries,
              });
        if (!answer.ok) return setFailure(answer.failure);
        toast(known ? t.profiles.saved(name) : t.profiles.created(name));
        onDone();
        return onClose();
    };
    const title = known ? t.profiles.edit(known.name) : t.profiles.create;
    return (
        <Dialog
            title={title}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={<Foot action={known ? t.common.save : t.profiles.create} onClose={onClose} />}
        >
            {!known && (
                <Field label={t.common.name} problem={problem}>
                    {(attributes) => (
                        <input
                            {...attributes}
                            class="input"
                            value={name}
                            data-first
                            onInput={(event) => setName(event.currentTarget.value)}
                        />
                    )}
                </Field>
            )}
            <Field label={t.profiles.description}>
                {(attributes) => (
                    <input
                        {...attributes}
                        class="input"
                        value={description}
                        onInput={(event) => setDescription(event.currentTarget.value)}
                    />
                )}
            </Field>
            <fieldset class="group">
                <legend>{t.profiles.servers}</legend>
                {servers.value.length > 12 && (
                    <input
                        type="search"
                        class="input"
                        aria-label={t.servers.search}
                        placeholder={t.servers.search}
                        value={q}
                        onInput={(event) => setQ(event.currentTarget.value)}
                    />
                )}
                {servers.value.length === 0 && <p class="muted small">{t.firstRun.title}</p>}
                <div class="check-list">
                    {fitting.slice(0, 100).map((server) => (
                        <label key={server.id} class="check">
                            <input
                                type="checkbox"
                                checked={chosen.includes(server.name)}
                                onChange={() =>
                                    setChosen(
                                        chosen.includes(server.name)
                                            ? chosen.filter((each) => each !== server.name)
                                            : [...chosen, server.name],
                                    )
                                }
                            />
                            {server.name}
                        </label>
                    ))}
                </div>
                {(fitting.length > 100 || chosen.length > 0) && (
                    <p class="muted small" role="status">
                        {t.profiles.chosen(chosen.length, fitting.length - 100)}
                    </p>
                )}
            </fieldset>
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}
