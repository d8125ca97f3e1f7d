// Whether an element can be seen, or nearly: one observer for all of them.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const listeners = new WeakMap<Element, (isSeen: boolean) => void>();
let observer: IntersectionObserver | undefined;

function watch(element: Element, listener: (isSeen: boolean) => void): () => void {
    observer ??= new IntersectionObserver(
        (entries) => {
            for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
        },
        { rootMargin: "400px" },
    );
    listeners.set(element, listener);
    observer.observe(element);
    return () => {
        observer?.unobserve(element);
        listeners.delete(element);
    };
}

/** What has the focus counts as seen: it must not vanish from under the keys. */
export function useSeen(place: RefObject<Element>): boolean {
    const [isSeen, setSeen] = useState(false);
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        return watch(element, (isNow) => setSeen(isNow || element.contains(document.activeElement)));
    }, [place]);
    return isSeen;
}
