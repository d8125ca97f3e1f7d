// Rows of a long table in blocks: a block that is far from being seen is one empty row as tall as it was. A browser lays out and
// paints all rows of a table whenever one changes, so those that nobody sees must not be there.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const blockSize = 40;
const usualHeight = 50;

interface BlocksProps<T> {
    items: readonly T[];
    columns: number;
    /** So many blocks are drawn at first. */
    atOnce?: number;
    children: (item: T, index: number) => ComponentChildren;
}

export function Blocks<T>({ items, columns, atOnce = 1, children }: BlocksProps<T>) {
    const starts: number[] = [];
    for (let start = 0; start < items.length; start += blockSize) starts.push(start);
    return (
        <>
            {starts.map((start) => (
                <Block
                    key={start}
                    items={items.slice(start, start + blockSize)}
                    start={start}
                    columns={columns}
                    isFirst={start < atOnce * blockSize}
                >
                    {children}
                </Block>
            ))}
        </>
    );
}

function Block<T>({ items, columns, start, isFirst, children }: BlocksProps<T> & { start: number; isFirst: boolean }) {
    const place = useRef<HTMLTableSectionElement>(null);
    const height = useRef(0);
    const [isSeen, setSeen] = useState(isFirst);
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        const watcher = new IntersectionObserver(
            (entries) => {
                const isNow = entries.at(-1)?.isIntersecting ?? true;
                // What has the focus stays.
                if (!isNow && element.contains(document.activeElement)) return;
                if (!isNow) height.current = element.getBoundingClientRect().height;
                setSeen(isNow);
            },
            { rootMargin: "800px" },
        );
        watcher.observe(element);
        return () => watcher.disconnect();
    }, []);
    return (
        <tbody ref={place}>
            {isSeen ? (
                items.map((item, index) => children(item, start + index))
            ) : (
                <tr>
                    <td colSpan={columns} style={{ height: `${height.current || items.length * usualHeight}px` }} />
                </tr>
            )}
        </tbody>
    );
}
