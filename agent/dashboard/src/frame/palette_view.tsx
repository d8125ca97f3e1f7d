// Ctrl+K, or any letter: servers, pages, actions, tools.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { reload, servers } from "../live/store";
import { pages } from "../pages";
import { run } from "../servers/actions";
import { canDo, labelsOf, sourceOf } from "../servers/decide";
import { t } from "../texts";
import { knownTools, learnKept } from "../tools/known";
import { type Entry, find } from "./palette";
import { isAdding, isFeedbackOpen, isImporting, isKeysShown, paletteText } from "./state";
import { setTheme } from "./theme";

function entriesOf(go: (path: string) => void): Entry[] {
    const entries: Entry[] = [];
    for (const server of servers.value) {
        const more = `${sourceOf(server)} ${labelsOf(server).join(" ")}`;
        entries.push({ kind: "server", title: server.name, more, run: () => go(`/servers/${server.id}`) });
    }
    for (const row of pages.filter((each) => each.inMenu))
        entries.push({ kind: "page", title: row.title, run: () => go(row.path) });
    const action = (title: string, work: () => void) => entries.push({ kind: "action", title, run: work });
    action(t.frame.add, () => {
        isAdding.value = true;
    });
    action(t.importing.title, () => {
        isImporting.value = true;
    });
    action(t.frame.refresh, () => void reload());
    action(t.frame.feedback, () => {
        isFeedbackOpen.value = true;
    });
    action(t.frame.keys, () => {
        isKeysShown.value = true;
    });
    for (const each of ["system", "light", "dark"] as const)
        action(t.palette.theme(t.frame.theme[each]), () => setTheme(each));
    for (const server of servers.value) {
        action(`${t.server.tabs.logs}: ${server.name}`, () => go(`/servers/${server.id}/logs`));
        for (const each of ["start", "stop", "restart"] as const) {
            if (canDo(server, each)) action(t.actions.of(each, server.name), () => void run(server, each));
        }
    }
    for (const [id, tools] of knownTools.value) {
        const name = servers.value.find((server) => server.id === id)?.name ?? "";
        for (const tool of tools) {
            const place = `/servers/${id}/tools?tool=${encodeURIComponent(tool.name)}`;
            entries.push({
                kind: "tool",
                title: tool.name,
                more: `${name} ${tool.description ?? ""}`.slice(0, 300),
                run: () => go(place),
            });
        }
    }
    return entries;
}

export function Palette({ first, onClose }: { first: string; onClose: () => void }) {
    const [, go] = useLocation();
    const dialog = useRef<HTMLDialogElement>(null);
    const [query, setQuery] = useState(first);
    const [at, setAt] = useState(0);
    // Depends on less than it reads: made once for each opening, so that nothing moves below the finger
    const entries = useMemo(() => entriesOf(go), [knownTools.value]);
    // Tools of servers whose pages were never opened: as they were last seen, so that nothing is started by looking.
    useEffect(() => void learnKept(), []);
    const hits = useMemo(() => find(entries, query, 40), [entries, query]);
    const chosen = Math.min(at, hits.length - 1);
    // Before anything else is heard: the letters that follow the one which opened it are meant for its input.
    useLayoutEffect(() => {
        const before = document.activeElement as HTMLElement | null;
        const element = dialog.current;
        element?.showModal();
        element?.querySelector("input")?.focus();
        return () => {
            element?.close();
            if (before?.isConnected) before.focus();
        };
    }, []);
    useEffect(() => {
        document.getElementById(`palette-${chosen}`)?.scrollIntoView({ block: "nearest" });
    }, [chosen]);
    const pick = (entry: Entry | undefined) => {
        if (!entry) return;
        onClose();
        // The dialog gives the focus back first; only then may what was picked take it.
        setTimeout(entry.run, 0);
    };
    const onKeyDown = (event: KeyboardEvent) => {
        const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
        const move = moves[event.key];
        if (move !== undefined) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(hits.length - 1, chosen + move)));
        } else if (event.key === "Enter") {
            event.preventDefault();
            pick(hits[chosen]);
        }
    };
    return (
        <dialog
            ref={dialog}
            class="palette"
            aria-label={t.palette.label}
            data-testid="palette"
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onClick={(event) => {
                if (event.target === dialog.current) onClose();
            }}
        >
            <input
                class="input"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant={hits.length > 0 ? `palette-${chosen}` : undefined}
                aria-label={t.palette.label}
                placeholder={t.palette.label}
                value={query}
                onInput={(event) => {
                    setQuery(event.currentTarget.value);
                    setAt(0);
                }}
                onKeyDown={onKeyDown}
            />
            <ul role="listbox" id="palette-list" aria-label={t.palette.label}>
                {hits.map((entry, index) => (
                    <li
                        key={`${entry.kind} ${entry.title} ${index}`}
                        id={`palette-${index}`}
                        role="option"
                        aria-selected={index === chosen}
                        onClick={() => pick(entry)}
                        onMouseMove={() => setAt(index)}
                    >
                        <span>{entry.title}</span>
                        <span class="muted small">{t.palette.kinds[entry.kind]}</span>
                    </li>
                ))}
            </ul>
            {hits.length === 0 && (
                <p class="muted palette-none" role="status">
                    {t.palette.none}
                </p>
            )}
        </dialog>
    );
}

/** Whether a key that was pressed there is meant for a control. */
export function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && target.closest("input,textarea,select,[contenteditable],dialog") !== null;
}

/** Keys of the whole page. */
export function useKeys(): void {
    useEffect(() => {
        const onKeyDown = (event: KeyboardEvent) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                if (!document.querySelector("dialog[open]")) paletteText.value = "";
                return;
            }
            if (
                event.ctrlKey ||
                event.metaKey ||
                event.altKey ||
                event.isComposing ||
                event.defaultPrevented ||
                isTyping(event.target)
            )
                return;
            if (event.key === "?") {
                isKeysShown.value = true;
            } else if (event.key === "/") {
                const field = document.querySelector<HTMLInputElement>("[data-search]");
                if (field) {
                    event.preventDefault();
                    field.focus();
                    field.select();
                }
            } else if (/^[\p{L}\p{N}]$/u.test(event.key)) {
                event.preventDefault();
                paletteText.value = event.key;
            }
        };
        document.addEventListener("keydown", onKeyDown);
        return () => document.removeEventListener("keydown", onKeyDown);
    }, []);
}
