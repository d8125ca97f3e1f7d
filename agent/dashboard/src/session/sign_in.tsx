// Without a session: what to do, and a place for a token. Afterwards one is where one wanted to be.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Session } from "../api/types";
import { Mark } from "../parts/icon";
import { CodeBox, Field, Notice } from "../parts/parts";
import { useTitle } from "../parts/use";
import { t } from "../texts";

interface SignInProps {
    hasEnded: boolean;
    onSignedIn: (session: Session) => void;
}

export function SignIn({ hasEnded, onSignedIn }: SignInProps) {
    useTitle(t.session.title);
    const [token, setToken] = useState("");
    const [problem, setProblem] = useState<string>();
    const [isBusy, setBusy] = useState(false);
    const isExpired = new URLSearchParams(location.search).get("login") === "expired";
    useEffect(() => {
        if (!isExpired) return;
        const url = new URL(location.href);
        url.searchParams.delete("login");
        history.replaceState(null, "", url);
    }, [isExpired]);
    const [showsExpired] = useState(isExpired);
    // Somebody who signed in beside this page, by a link in another tab, goes on here where they were.
    useEffect(() => {
        const look = async () => {
            if (document.hidden) return;
            const answer = await ask<Session>("/api/session");
            if (answer.ok && answer.data?.signedIn) onSignedIn(answer.data);
        };
        const onSeen = () => void look();
        document.addEventListener("visibilitychange", onSeen);
        addEventListener("focus", onSeen);
        return () => {
            document.removeEventListener("visibilitychange", onSeen);
            removeEventListener("focus", onSeen);
        };
    }, []);
    const submit = async () => {
        if (!token.trim()) return setProblem(t.session.empty);
        setBusy(true);
        const answer = await ask<Session>("/api/session", "POST", { token: token.trim() });
        setBusy(false);
        if (answer.ok) return onSignedIn({ ...answer.data, signedIn: true });
        const isRefused = answer.failure.status === 401 || answer.failure.status === 403;
        return setProblem(
            answer.failure.code === "UNREACHABLE"
                ? t.errors.unreachable
                : isRefused
                  ? t.session.wrong
                  : answer.failure.message,
        );
    };
    return (
        <main class="sign-in">
            <div class="card">
                <div class="brand">
                    <Mark />
                    <h1>{t.product}</h1>
                </div>
                {(showsExpired || hasEnded) && (
                    <Notice kind="warn">{showsExpired ? t.session.expired : t.session.ended}</Notice>
                )}
                <div class="stack tight">
                    <h2>{t.session.title}</h2>
                    <p>{t.session.how}</p>
                    <CodeBox text={t.session.command} label={t.session.title} />
                </div>
                <form
                    class="stack tight"
                    noValidate
                    onSubmit={(event) => {
                        event.preventDefault();
                        void submit();
                    }}
                >
                    <p class="muted small">
                        {t.session.or} <code>{t.session.tokenCommand}</code>
                    </p>
                    <Field label={t.session.token} help={t.session.tokenHelp} problem={problem}>
                        {(attributes) => (
                            <input
                                {...attributes}
                                class="input mono"
                                type="password"
                                name="token"
                                data-testid="token-input"
                                autocomplete="off"
                                value={token}
                                onInput={(event) => {
                                    setToken(event.currentTarget.value);
                                    setProblem(undefined);
                                }}
                            />
                        )}
                    </Field>
                    <button type="submit" class="button primary" data-testid="sign-in" disabled={isBusy}>
                        {t.session.action}
                    </button>
                </form>
            </div>
        </main>
    );
}
