// Who reaches what: profiles, and the tokens bound to them.
import { useState } from "preact/hooks";
import { basePath, type Failure, send } from "../api/client";
import type { Profile, Token } from "../api/types";
import { mcpPath } from "../clients/snippets";
import { Awaiting } from "../parts/awaiting";
import { CodeBox, Confirm, Dialog, FailureNotice, Field, Foot, Notice, PageHead, Time } from "../parts/parts";
import { Rows } from "../parts/range";
import { SmallButton } from "../parts/small_button";
import { toast, toastFailure } from "../parts/toast";
import { useRead, useTitle } from "../parts/use";
import { t } from "../texts";
import { ProfileForm } from "./form";

/** As a client is given it. */
const addressOf = (name: string) => location.origin + basePath() + mcpPath({ kind: "profile", name }).slice(1);

function NewToken({
    profiles,
    onClose,
    onDone,
}: {
    profiles: readonly Profile[];
    onClose: () => void;
    onDone: () => void;
}) {
    const [form, setForm] = useState({ name: "", kind: "client", profile: "", expiresIn: "" });
    const [problem, setProblem] = useState<string>();
    const [failure, setFailure] = useState<Failure>();
    const [secret, setSecret] = useState<string>();
    const change = (key: keyof typeof form) => (event: { currentTarget: { value: string } }) =>
        setForm({ ...form, [key]: event.currentTarget.value });
    const submit = async () => {
        if (secret) return onClose();
        if (!form.name.trim()) return setProblem(t.tools.required);
        const answer = await send<Token>("POST", "/api/tokens", {
            name: form.name.trim(),
            kind: form.kind,
            ...(form.profile && form.kind === "client" ? { profile: form.profile } : {}),
            ...(form.expiresIn ? { expiresIn: form.expiresIn } : {}),
        });
        if (!answer.ok) return setFailure(answer.failure);
        setSecret(answer.data.token);
        return onDone();
    };
    return (
        <Dialog
            title={t.profiles.createToken}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={
                secret ? (
                    <button type="submit" class="button primary">
                        {t.common.close}
                    </button>
                ) : (
                    <Foot action={t.profiles.createToken} onClose={onClose} />
                )
            }
        >
            {secret ? (
                <div class="stack tight">
                    <strong role="status">{t.profiles.secretOnce}</strong>
                    <CodeBox text={secret} label={t.profiles.secretOnce} />
                </div>
            ) : (
                <>
                    <Field label={t.common.name} problem={problem}>
                        {(attributes) => (
                            <input
                                {...attributes}
                                class="input"
                                value={form.name}
                                data-first
                                onInput={change("name")}
                            />
                        )}
                    </Field>
                    <Field label={t.profiles.kind} help={t.profiles.tokensText}>
                        {(attributes) => (
                            <select {...attributes} class="input" value={form.kind} onChange={change("kind")}>
                                <option value="client">{t.profiles.kinds.client}</option>
                                <option value="metrics">{t.profiles.kinds.metrics}</option>
                                <option value="api">{t.profiles.kinds.api}</option>
                            </select>
                        )}
                    </Field>
                    {form.kind === "client" && (
                        <Field label={t.profiles.profile}>
                            {(attributes) => (
                                <select {...attributes} class="input" value={form.profile} onChange={change("profile")}>
                                    <option value="">{t.profiles.allServers}</option>
                                    {profiles.map((profile) => (
                                        <option key={profile.name} value={profile.name}>
                                            {profile.name}
                                        </option>
                                    ))}
                                </select>
                            )}
                        </Field>
                    )}
                    <Field label={t.profiles.expires}>
                        {(attributes) => (
                            <select {...attributes} class="input" value={form.expiresIn} onChange={change("expiresIn")}>
                                <option value="">{t.profiles.expiresNever}</option>
                                {["1d", "30d", "90d", "365d"].map((each) => (
                                    <option key={each} value={each}>
                                        {each}
                                    </option>
                                ))}
                            </select>
                        )}
                    </Field>
                    {failure && <FailureNotice failure={failure} />}
                </>
            )}
        </Dialog>
    );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly Token[]; onRevoke: (token: Token) => void }) {
    const { name, kind, created, used, ends } = t.profiles.columns;
    return (
        <Rows
            id="tokens"
            label={t.profiles.tokens}
            headings={[
                ...[name, kind, created, used, ends].map((text) => ({ text })),
                { text: t.servers.actionsColumn, isKept: true },
            ]}
            rows={tokens.map((token) => ({
                key: token.name,
                cells: [
                    token.name,
                    token.kind === "api"
                        ? (token.role ?? t.profiles.everything)
                        : token.kind === "metrics"
                          ? t.profiles.onlyMetrics
                          : `${t.profiles.onlyMcp}: ${token.profile ?? t.profiles.allServers}`,
                    <Time key="created" at={token.createdAt} />,
                    token.lastUsedAt ? <Time key="used" at={token.lastUsedAt} /> : t.common.never,
                    token.expired ? (
                        <span key="ends" class="badge warn">
                            {t.profiles.expired}
                        </span>
                    ) : token.expiresAt ? (
                        <Time key="ends" at={token.expiresAt} />
                    ) : (
                        t.profiles.expiresNever
                    ),
                    <SmallButton
                        key="revoke"
                        class="danger"
                        aria-label={`${t.profiles.revoke} ${token.name}`}
                        onClick={() => onRevoke(token)}
                    >
                        {t.profiles.revoke}
                    </SmallButton>,
                ],
            }))}
        />
    );
}

export default function ProfilesPage() {
    useTitle(t.nav.profiles);
    const profiles = useRead<Profile[]>("/api/profiles");
    const tokens = useRead<Token[]>("/api/tokens");
    const [isOpen, setOpen] = useState<"profile" | "token" | Profile>();
    const [doomed, setDoomed] = useState<{ kind: "profile" | "token"; name: string }>();
    const remove = async () => {
        if (!doomed) return;
        const path = doomed.kind === "profile" ? "/api/profiles/{name}" : "/api/tokens/{name}";
        const answer = await send("DELETE", path, undefined, { parts: { name: doomed.name } });
        if (answer.ok) toast(doomed.kind === "profile" ? t.profiles.deleted : t.profiles.revoked);
        else toastFailure(answer.failure);
        (doomed.kind === "profile" ? profiles : tokens).again();
    };
    return (
        <>
            <PageHead title={t.nav.profiles} />
            <section class="stack tight">
                <div class="row spread">
                    <h2>{t.profiles.profiles}</h2>
                    <button type="button" class="button" onClick={() => setOpen("profile")}>
                        {t.profiles.create}
                    </button>
                </div>
                <p class="muted small">{t.profiles.profilesText}</p>
                <Awaiting of={profiles} />
                {profiles.data?.length === 0 && <Notice>{t.profiles.noProfiles}</Notice>}
                <ul class="server-grid">
                    {profiles.data?.map((profile) => (
                        <li key={profile.name} class="card stack tight">
                            <h3>{profile.name}</h3>
                            {profile.description && <p class="muted">{profile.description}</p>}
                            <div class="row">
                                {profile.servers.map((each) => (
                                    <span key={each.server} class="chip">
                                        {each.server}
                                    </span>
                                ))}
                            </div>
                            <CodeBox text={addressOf(profile.name)} label={profile.name} />
                            <div class="row">
                                <SmallButton
                                    aria-label={t.profiles.edit(profile.name)}
                                    onClick={() => setOpen(profile)}
                                >
                                    {t.profiles.change}
                                </SmallButton>
                                <SmallButton
                                    class="danger"
                                    aria-label={t.profiles.deleteProfile(profile.name)}
                                    onClick={() => setDoomed({ kind: "profile", name: profile.name })}
                                >
                                    {t.actions.delete}
                                </SmallButton>
                            </div>
                        </li>
                    ))}
                </ul>
            </section>
            <section class="stack tight">
                <div class="row spread">
                    <h2>{t.profiles.tokens}</h2>
                    <button type="button" class="button" onClick={() => setOpen("token")}>
                        {t.profiles.createToken}
                    </button>
                </div>
                <p class="muted small">{t.profiles.tokensText}</p>
                <Awaiting of={tokens} />
                {tokens.data?.length === 0 && <Notice>{t.profiles.noTokens}</Notice>}
                {tokens.data && tokens.data.length > 0 && (
                    <TokenTable
                        tokens={tokens.data}
                        onRevoke={(token) => setDoomed({ kind: "token", name: token.name })}
                    />
                )}
            </section>
            {isOpen && isOpen !== "token" && (
                <ProfileForm
                    known={isOpen === "profile" ? undefined : isOpen}
                    onClose={() => setOpen(undefined)}
                    onDone={profiles.again}
                />
            )}
            {isOpen === "token" && (
                <NewToken profiles={profiles.data ?? []} onClose={() => setOpen(undefined)} onDone={tokens.again} />
            )}
            {doomed && (
                <Confirm
                    title={
                        doomed.kind === "profile"
                            ? t.profiles.deleteProfile(doomed.name)
                            : t.profiles.revokeToken(doomed.name)
                    }
                    text={doomed.kind === "profile" ? t.profiles.deleteText : t.profiles.revokeText}
                    action={doomed.kind === "profile" ? t.actions.delete : t.profiles.revoke}
                    onConfirm={remove}
                    onClose={() => setDoomed(undefined)}
                />
            )}
        </>
    );
}
