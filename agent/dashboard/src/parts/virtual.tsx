// A long list of which only what can be seen is drawn, over @tanstack/virtual-core.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface Options {
    count: number;
    keyOf: (index: number) => number;
    element: () => HTMLElement | null;
    estimate: number;
}

type Rows = Virtualizer<HTMLElement, HTMLElement>;

export function useVirtual({ count, keyOf, element, estimate }: Options): Rows {
    const [, draw] = useState(0);
    const made = useRef<Rows>();
    const options = {
        count,
        getScrollElement: element,
        estimateSize: () => estimate,
        getItemKey: keyOf,
        overscan: 12,
        observeElementRect,
        observeElementOffset,
        scrollToFn: elementScroll,
        useAnimationFrameWithResizeObserver: true,
        onChange: () => draw((turn) => turn + 1),
    };
    made.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
    const rows = made.current;
    rows.setOptions(options);
    useLayoutEffect(() => rows._didMount(), [rows]);
    useLayoutEffect(() => rows._willUpdate());
    return rows;
}
