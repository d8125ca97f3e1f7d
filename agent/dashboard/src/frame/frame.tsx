// What stands around every page: who we are, Add and Refresh first in the order of tabs, the finder, the menu.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { ask } from "../api/client";
import { away, linkState, onEvent, reload } from "../live/store";
import { pages } from "../pages";
import { Icon, Mark } from "../parts/icon";
import { Link } from "../parts/link";
import { toast } from "../parts/toast";
import { useCurrentInSight } from "../parts/use";
import { t } from "../texts";
import { isAdding, isFeedbackOpen, isKeysShown, paletteText } from "./state";
import { nextTheme, setTheme, theme } from "./theme";

function LiveState() {
    const isAway = away.value;
    const text = isAway ? t.frame.away : linkState.value === "live" ? t.frame.live : t.frame.connecting;
    return (
        <span class={`badge ${isAway ? "warn" : linkState.value === "live" ? "good" : "off"}`} data-testid="live-state">
            {text}
        </span>
    );
}

/** Says what changes, for those who cannot see it; a burst is said once. */
function Announcer() {
    const [text, setText] = useState("");
    useEffect(() => {
        let last = 0;
        return onEvent((event) => {
            if (event.type !== "server:status" || Date.now() - last < 1500) return;
            last = Date.now();
            setText(event.message);
        });
    }, []);
    return (
        <div class="visually-hidden" role="status" aria-live="polite">
            {text}
        </div>
    );
}

function Top({ onSignOut }: { onSignOut: () => void }) {
    const [place] = useLocation();
    const isList = place === "/" || place === "/servers";
    const refresh = async () => {
        await reload();
        toast(t.frame.refreshed);
    };
    const brand = <span>{t.product}</span>;
    const label = theme.value;
    return (
        <header class="top">
            <div class="brand">
                <Mark />
                {isList ? <h1 class="brand-title">{t.product}</h1> : brand}
            </div>
            <button
                type="button"
                class="button primary"
                data-testid="add-server-button"
                onClick={() => {
                    isAdding.value = true;
                }}
            >
                <Icon name="add" />
                {t.frame.add}
            </button>
            <button
                type="button"
                class="button"
                data-testid="refresh-button"
                onClick={() => void refresh()}
                aria-label={t.frame.refresh}
            >
                <Icon name="refresh" />
            </button>
            <LiveState />
            <button
                type="button"
                class="button finder"
                onClick={() => {
                    paletteText.value = "";
                }}
                data-testid="finder"
            >
                <span class="finder-text">
                    <Icon name="search" />
                    <span class="cut">
                        {t.frame.find}
                        <span class="finder-hint">{t.frame.findHint}</span>
                    </span>
                </span>
                <kbd>Ctrl K</kbd>
            </button>
            <button
                type="button"
                class="button quiet"
                aria-label={t.frame.themeLabel(t.frame.theme[label])}
                title={t.frame.themeLabel(t.frame.theme[label])}
                onClick={() => setTheme(nextTheme())}
            >
                <Icon name="sun" />
                <span class="small theme-name">{t.frame.theme[label]}</span>
            </button>
            <button
                type="button"
                class="button quiet"
                onClick={() => {
                    isFeedbackOpen.value = true;
                }}
                data-testid="feedback-button"
                aria-label={t.frame.feedback}
                title={t.frame.feedback}
            >
                <Icon name="feedback" />
            </button>
            <button
                type="button"
                class="button quiet keys-button"
                onClick={() => {
                    isKeysShown.value = true;
                }}
                aria-label={t.frame.keys}
                title={t.frame.keys}
            >
                <kbd>?</kbd>
            </button>
            <button
                type="button"
                class="button quiet"
                onClick={onSignOut}
                aria-label={t.frame.signOut}
                title={t.frame.signOut}
            >
                <Icon name="leave" />
            </button>
        </header>
    );
}

function Menu() {
    const [place] = useLocation();
    const line = useCurrentInSight<HTMLElement>(place);
    const isHere = (path: string) =>
        path === "/" ? place === "/" || place.startsWith("/servers") : place.startsWith(path);
    return (
        <nav ref={line} class="nav" aria-label={t.nav.label}>
            <ul>
                {pages
                    .filter((row) => row.inMenu)
                    .map((row) => (
                        <li key={row.path}>
                            <Link href={row.path} aria-current={isHere(row.path) ? "page" : undefined}>
                                <Icon name={row.icon} />
                                {row.title}
                            </Link>
                        </li>
                    ))}
            </ul>
        </nav>
    );
}

export function Frame({ children, onSignedOut }: { children: ComponentChildren; onSignedOut: () => void }) {
    const [place] = useLocation();
    const main = useRef<HTMLElement>(null);
    const isFirst = useRef(true);
    // Depends on less than it reads: at every change of place
    useEffect(() => {
        if (isFirst.current) {
            isFirst.current = false;
            return;
        }
        window.scrollTo(0, 0);
        main.current?.focus({ preventScroll: true });
    }, [place.split("/").slice(0, 3).join("/")]);
    const signOut = async () => {
        await ask("/api/session", "DELETE");
        onSignedOut();
    };
    return (
        <div class="frame">
            <Top onSignOut={() => void signOut()} />
            {away.value && (
                <div class="away" role="alert" data-testid="error-boundary">
                    {t.frame.awayText}
                </div>
            )}
            <main class="main" id="main" tabIndex={-1} ref={main}>
                {children}
            </main>
            {/* After the page in the document: nobody has to pass twelve links to come to it. */}
            <Menu />
            <Announcer />
        </div>
    );
}
