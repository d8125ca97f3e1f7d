// Hooks: what is read from the agent, what stands in the address, what the browser remembers.
import type { RefObject } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { type Failure, get, type Options, type Path } from "../api/client";
import { generation } from "../live/store";

export interface Reading<T> {
    data: T | undefined;
    failure: Failure | undefined;
    again: () => void;
}

/** Reads a path now, when what it depends on changes, and after a gap in the live link. Old data stays while new comes. */
export function useRead<T>(path: Path, options: Options = {}, deps: readonly unknown[] = []): Reading<T> {
    const [state, setState] = useState<{ key: string; data?: T; failure?: Failure }>({ key: "" });
    const [turn, setTurn] = useState(0);
    const key = JSON.stringify([path, options.parts, options.query]);
    // Depends on less than it reads: the key is the whole question
    useEffect(() => {
        const abort = new AbortController();
        void get<T>(path, { ...options, signal: abort.signal }).then((answer) => {
            if (abort.signal.aborted) return;
            if (answer.ok) setState({ key, data: answer.data });
            else
                setState(
                    (before) =>
                        ({
                            key,
                            data: before.key === key ? before.data : undefined,
                            failure: answer.failure,
                        }) as typeof before,
                );
        });
        return () => abort.abort();
    }, [key, turn, generation.value, ...deps]);
    const again = useCallback(() => setTurn((before) => before + 1), []);
    const isCurrent = state.key === key;
    return { data: isCurrent ? state.data : undefined, failure: isCurrent ? state.failure : undefined, again };
}

/** Counts up every `ms` while somebody can see the page: what depends on it is read again. */
export function useEvery(ms: number): number {
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        const timer = setInterval(() => {
            if (!document.hidden) setTurn((before) => before + 1);
        }, ms);
        return () => clearInterval(timer);
    }, [ms]);
    return turn;
}

/** True while the page is printed: then what scrolls stands there as a whole. */
export function usePrinting(): boolean {
    const [isPrinted, setPrinted] = useState(false);
    useEffect(() => {
        const change = (event: Event) => setPrinted(event.type === "beforeprint");
        for (const name of ["beforeprint", "afterprint"]) addEventListener(name, change);
        return () => {
            for (const name of ["beforeprint", "afterprint"]) removeEventListener(name, change);
        };
    }, []);
    return isPrinted;
}

/** Filters live in the address, so that a view can be sent. */
export function useAddress(): [URLSearchParams, (changes: Record<string, string | undefined>) => void] {
    const search = useSearch();
    const [place, go] = useLocation();
    const params = useMemo(() => new URLSearchParams(search), [search]);
    const latest = useRef(search);
    latest.current = search;
    const set = useCallback(
        (changes: Record<string, string | undefined>) => {
            const next = new URLSearchParams(latest.current);
            for (const [key, value] of Object.entries(changes)) {
                if (value === undefined || value === "") next.delete(key);
                else next.set(key, value);
            }
            const text = next.toString();
            latest.current = text;
            go(text ? `${place}?${text}` : place, { replace: true });
        },
        [place, go],
    );
    return [params, set];
}

export function remembered<T>(key: string, otherwise: T): T {
    try {
        const text = localStorage.getItem(`mcpm.${key}`);
        return text === null ? otherwise : (JSON.parse(text) as T);
    } catch {
        return otherwise;
    }
}

export function remember(key: string, value: unknown): void {
    try {
        localStorage.setItem(`mcpm.${key}`, JSON.stringify(value));
    } catch {
        // A browser without storage forgets; nothing else depends on it.
    }
}

export function useRemembered<T>(key: string, otherwise: T): [T, (value: T) => void] {
    const [value, setValue] = useState<T>(() => remembered(key, otherwise));
    const set = useCallback(
        (next: T) => {
            remember(key, next);
            setValue(next);
        },
        [key],
    );
    return [value, set];
}

export function useTitle(title: string): void {
    useEffect(() => {
        document.title = `${title} · MCP Manager`;
    }, [title]);
}

/** In a line of links that scrolls sideways, the one that leads to where one is is in sight. Looks again when `place` is another. */
export function useCurrentInSight<T extends HTMLElement>(place: string): RefObject<T> {
    const line = useRef<T>(null);
    useEffect(() => {
        const { current } = line;
        const here = current?.querySelector<HTMLElement>("[aria-current]");
        if (current && here) current.scrollLeft = here.offsetLeft - (current.clientWidth - here.offsetWidth) / 2;
    }, [place]);
    return line;
}
