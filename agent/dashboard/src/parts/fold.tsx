// What opens below its button and lies over the page: Escape and a look elsewhere close it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Fold({ label, children }: { label: string; children: ComponentChildren }) {
    const place = useRef<HTMLDetailsElement>(null);
    useEffect(() => {
        const close = (event: Event) => {
            const box = place.current;
            if (!box?.open) return;
            if (event instanceof KeyboardEvent) {
                if (event.key !== "Escape") return;
                box.querySelector("summary")?.focus();
            } else if (box.contains(event.target as Node)) return;
            box.open = false;
        };
        const when = ["pointerdown", "focusin", "keydown"];
        for (const name of when) document.addEventListener(name, close);
        return () => {
            for (const name of when) document.removeEventListener(name, close);
        };
    }, []);
    return (
        <details ref={place} class="time-range">
            <summary class="button">{label}</summary>
            {children}
        </details>
    );
}
