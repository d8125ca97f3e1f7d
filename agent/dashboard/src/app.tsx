// The whole: a session, a frame, the page of the address, and what lies over it.
import { Component, type ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Route, Router, Switch, useLocation } from "wouter-preact";
import type { Failure } from "./api/client";
import { ask, basePath } from "./api/client";
import { keepSignedIn } from "./api/early";
import type { Session } from "./api/types";
import { Feedback } from "./feedback/feedback";
import { Frame } from "./frame/frame";
import { Keys } from "./frame/keys";
import { Palette, useKeys } from "./frame/palette_view";
import { isAdding, isFeedbackOpen, isImporting, isKeysShown, paletteText, toSetUp } from "./frame/state";
import { link, session, sessionEnded, startLive } from "./live/store";
import { Deploy, Import, pages, serverPage } from "./pages";
import { Link } from "./parts/link";
import { Empty, FailureNotice, Skeletons } from "./parts/parts";
import { Toasts } from "./parts/toast";
import { AddServer } from "./servers/add";
import { SignIn } from "./session/sign_in";
import { t } from "./texts";
import { notePage, noteUse, startTelling } from "./usage/tell";

class Boundary extends Component<{ children: ComponentChildren }, { hasFailed: boolean }> {
    override state = { hasFailed: false };
    static override getDerivedStateFromError() {
        return { hasFailed: true };
    }
    override componentDidCatch(error: unknown) {
        noteUse({ type: "error_occurred", subject: String((error as Error)?.name ?? "Error").slice(0, 60) });
    }
    override render() {
        if (!this.state.hasFailed) return this.props.children;
        return (
            <div data-testid="error-boundary" role="alert">
                <Empty title={t.frame.broken}>
                    <p>{t.frame.brokenText}</p>
                    <button type="button" class="button" onClick={() => this.setState({ hasFailed: false })}>
                        {t.common.tryAgain}
                    </button>
                </Empty>
            </div>
        );
    }
}

function Missing() {
    return (
        <>
            <h1>{t.frame.missing}</h1>
            <Empty>
                <p>{t.frame.missingText}</p>
                <Link class="button" href="/">
                    {t.server.back}
                </Link>
            </Empty>
        </>
    );
}

function Overlays() {
    return (
        <>
            {isAdding.value && (
                <AddServer
                    onClose={() => {
                        isAdding.value = false;
                    }}
                />
            )}
            {isImporting.value && (
                <Import
                    onClose={() => {
                        isImporting.value = false;
                    }}
                />
            )}
            {toSetUp.value && (
                <Deploy
                    choice={toSetUp.value}
                    onClose={() => {
                        toSetUp.value = undefined;
                    }}
                />
            )}
            {paletteText.value !== undefined && (
                <Palette
                    first={paletteText.value}
                    onClose={() => {
                        paletteText.value = undefined;
                    }}
                />
            )}
            {isKeysShown.value && (
                <Keys
                    onClose={() => {
                        isKeysShown.value = false;
                    }}
                />
            )}
            {isFeedbackOpen.value && (
                <Feedback
                    onClose={() => {
                        isFeedbackOpen.value = false;
                    }}
                />
            )}
        </>
    );
}

function SignedIn({ onSignedOut }: { onSignedOut: () => void }) {
    useKeys();
    useLayoutEffect(() => {
        startLive();
        return () => link.stop();
    }, []);
    useEffect(startTelling, []);
    const [place] = useLocation();
    useEffect(() => notePage(place), [place]);
    return (
        <>
            <Frame onSignedOut={onSignedOut}>
                <Boundary>
                    <Switch>
                        {pages.map((row) => (
                            <Route key={row.path} path={row.path} component={row.page as never} />
                        ))}
                        <Route path="/servers/:id/:tab?" component={serverPage as never} />
                        <Route component={Missing} />
                    </Switch>
                </Boundary>
            </Frame>
            <Overlays />
        </>
    );
}

export function App() {
    const [failure, setFailure] = useState<Failure>();
    const [wasSignedIn, setWasSignedIn] = useState(false);
    const look = async () => {
        setFailure(undefined);
        const answer = await ask<Session>("/api/session");
        if (answer.ok) session.value = answer.data;
        else if (answer.failure.status === 401) session.value = { signedIn: false };
        else setFailure(answer.failure);
    };
    // Depends on less than it reads: once. Before the first paint: the answer may be here already
    useLayoutEffect(() => {
        void look();
    }, []);
    // An agent that is away when the page opens is waited for.
    // Depends on less than it reads: after each failure
    useEffect(() => {
        if (!failure) return;
        const timer = setTimeout(() => void look(), 2000);
        return () => clearTimeout(timer);
    }, [failure]);
    const signedIn = (next: Session) => {
        sessionEnded.value = false;
        setWasSignedIn(true);
        session.value = next;
    };
    const isIn = session.value?.signedIn === true && !sessionEnded.value;
    const isKnown = session.value !== undefined;
    useEffect(() => {
        if (isKnown) keepSignedIn(isIn);
    }, [isKnown, isIn]);
    const base = basePath().replace(/\/$/, "");
    return (
        <Router base={base}>
            {!session.value && !failure && (
                <main class="sign-in">
                    <Skeletons many={2} tall />
                </main>
            )}
            {!session.value && failure && (
                <main class="sign-in" data-testid="error-boundary">
                    <h1 class="visually-hidden">{t.product}</h1>
                    <FailureNotice failure={failure} retry={() => void look()} />
                </main>
            )}
            {session.value && !isIn && <SignIn hasEnded={wasSignedIn || sessionEnded.value} onSignedIn={signedIn} />}
            {isIn && (
                <SignedIn
                    onSignedOut={() => {
                        session.value = { signedIn: false };
                        setWasSignedIn(false);
                    }}
                />
            )}
            <Toasts />
        </Router>
    );
}
