// Secrets by name: add, replace, remove, who uses them. No value ever comes back.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { Secret } from "../api/types";
import { servers } from "../live/store";
import { Awaiting } from "../parts/awaiting";
import { Link } from "../parts/link";
import { Confirm, Dialog, Empty, FailureNotice, Field, Foot, PageHead, Time } from "../parts/parts";
import { Rows } from "../parts/range";
import { SmallButton } from "../parts/small_button";
import { toast, toastFailure } from "../parts/toast";
import { useRead, useTitle } from "../parts/use";
import { t } from "../texts";

function Store({ name: given, onClose, onDone }: { name: string; onClose: () => void; onDone: () => void }) {
    const [name, setName] = useState(given);
    const [value, setValue] = useState("");
    const [problems, setProblems] = useState<{ name?: string; value?: string }>({});
    const [failure, setFailure] = useState<Failure>();
    const submit = async () => {
        const found = {
            ...(name.trim() ? {} : { name: t.secrets.nameRequired }),
            ...(value ? {} : { value: t.secrets.valueRequired }),
        };
        setProblems(found);
        if (Object.keys(found).length > 0) return;
        const answer = await send("PUT", "/api/secrets/{name}", { value }, { parts: { name: name.trim() } });
        if (!answer.ok) return setFailure(answer.failure);
        toast(answer.message ?? t.secrets.stored);
        onDone();
        return onClose();
    };
    return (
        <Dialog
            title={given ? `${t.secrets.replace} ${given}` : t.secrets.add}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={<Foot action={t.common.save} onClose={onClose} />}
        >
            {!given && (
                <Field label={t.secrets.name} problem={problems.name}>
                    {(attributes) => (
                        <input
                            {...attributes}
                            class="input mono"
                            value={name}
                            autocomplete="off"
                            data-first
                            onInput={(event) => setName(event.currentTarget.value)}
                        />
                    )}
                </Field>
            )}
            <Field label={t.secrets.value} help={t.secrets.valueHelp} problem={problems.value}>
                {(attributes) => (
                    <input
                        {...attributes}
                        class="input mono"
                        type="password"
                        value={value}
                        autocomplete="new-password"
                        onInput={(event) => setValue(event.currentTarget.value)}
                    />
                )}
            </Field>
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}

export default function SecretsPage() {
    useTitle(t.nav.secrets);
    const { data, failure, again } = useRead<Secret[]>("/api/secrets");
    const [stored, setStored] = useState<string>();
    const [doomed, setDoomed] = useState<Secret>();
    const remove = async (secret: Secret) => {
        const answer = await send("DELETE", "/api/secrets/{name}", undefined, {
            parts: { name: secret.name },
            query: { force: secret.usedBy.length > 0 },
        });
        if (answer.ok) toast(answer.message ?? t.secrets.deleted);
        else toastFailure(answer.failure);
        again();
    };
    const linkOf = (name: string) => {
        const server = servers.value.find((each) => each.name === name);
        return server ? `/servers/${server.id}` : "/";
    };
    return (
        <>
            <PageHead title={t.nav.secrets}>
                <button type="button" class="button" onClick={() => setStored("")}>
                    {t.secrets.add}
                </button>
            </PageHead>
            <p class="muted small">{t.secrets.intro}</p>
            <Awaiting of={{ data, failure, again }} many={4} />
            {data?.length === 0 && (
                <Empty title={t.secrets.none}>
                    <p>{t.secrets.noneText}</p>
                    <button type="button" class="button primary" onClick={() => setStored("")}>
                        {t.secrets.add}
                    </button>
                </Empty>
            )}
            {data && data.length > 0 && (
                <Rows
                    id="secrets"
                    label={t.nav.secrets}
                    headings={[
                        { text: t.secrets.columns.name },
                        { text: t.secrets.columns.used, isWhole: true },
                        { text: t.secrets.columns.updated },
                        { text: t.servers.actionsColumn, isKept: true },
                    ]}
                    rows={data.map((secret) => ({
                        key: secret.name,
                        cells: [
                            <span key="name" class="mono">
                                {secret.name}
                            </span>,
                            secret.usedBy.length === 0 ? (
                                <span key="used" class="muted">
                                    {t.secrets.unused}
                                </span>
                            ) : (
                                secret.usedBy.map((name) => (
                                    <Link key={name} class="chip" href={linkOf(name)}>
                                        {name}
                                    </Link>
                                ))
                            ),
                            secret.damaged ? (
                                <span key="at" class="badge bad">
                                    {t.secrets.damaged}
                                </span>
                            ) : (
                                <Time key="at" at={secret.updatedAt} />
                            ),
                            <div key="do" class="row">
                                <SmallButton
                                    aria-label={`${t.secrets.replace} ${secret.name}`}
                                    onClick={() => setStored(secret.name)}
                                >
                                    {t.secrets.replace}
                                </SmallButton>
                                <SmallButton
                                    class="danger"
                                    aria-label={t.secrets.deleteOne(secret.name)}
                                    onClick={() => setDoomed(secret)}
                                >
                                    {t.actions.delete}
                                </SmallButton>
                            </div>,
                        ],
                    }))}
                />
            )}
            {stored !== undefined && <Store name={stored} onClose={() => setStored(undefined)} onDone={again} />}
            {doomed && (
                <Confirm
                    title={t.secrets.deleteOne(doomed.name)}
                    text={doomed.usedBy.length > 0 ? t.secrets.usedText(doomed.usedBy) : t.secrets.deleteText}
                    action={t.actions.delete}
                    onConfirm={() => remove(doomed)}
                    onClose={() => setDoomed(undefined)}
                />
            )}
        </>
    );
}
