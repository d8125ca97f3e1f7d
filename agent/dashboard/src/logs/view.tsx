// The lines themselves: a virtual list that stays where one scrolled, and follows only from its end.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LogLine } from "../api/types";
import { clock, exact } from "../parts/format";
import { Icon } from "../parts/icon";
import { copyText } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { usePrinting } from "../parts/use";
import { useVirtual } from "../parts/virtual";
import { t } from "../texts";
import { type Buffer, isAtPlace } from "./buffer";
import { LineBody } from "./line";
import type { Looks } from "./looks";
import { entriesOf, type LogEntry, plain } from "./text";

interface ViewProps {
    name: string;
    buffer: Buffer;
    pattern: RegExp | undefined;
    looks: Looks;
    canGrow: boolean;
    marked: string;
    isFiltered: boolean;
    onOlder: () => Promise<void>;
    onContext: (line: LogLine) => void;
    onLink: (line: LogLine) => void;
}

const nearEnd = 40;
const mostPrinted = 5000;

function Row({ entry, props }: { entry: LogEntry; props: ViewProps }) {
    const [isOpen, setOpen] = useState(false);
    const { first, more } = entry;
    const level = first.level && first.level !== "unknown" ? first.level : "";
    return (
        <>
            {props.looks.hasTime && (
                <time class="line-time" dateTime={first.time} title={exact(first.time)}>
                    {clock(first.time)}
                </time>
            )}
            {first.from && <span class={`line-from ansi-${first.colour}`}>{first.from}</span>}
            {level && <span class={`line-level level-${level}`}>{level}</span>}
            <span class="line-text">
                <LineBody text={first.text} time={first.time} pattern={props.pattern} fields={props.looks.fields} />
                {first.cut && <span class="muted"> …</span>}
                {more.length > 0 && (
                    <SmallButton class="line-more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                        {t.logs.more(more.length)}
                    </SmallButton>
                )}
                {isOpen &&
                    more.map((line, index) => (
                        <div key={index}>
                            <LineBody
                                text={line.text}
                                time={line.time}
                                pattern={props.pattern}
                                fields={props.looks.fields}
                            />
                        </div>
                    ))}
            </span>
            <span class="line-tools">
                {props.isFiltered && <SmallButton onClick={() => props.onContext(first)}>{t.logs.context}</SmallButton>}
                <SmallButton
                    class="quiet"
                    aria-label={t.logs.copyLine}
                    title={t.logs.copyLine}
                    onClick={() => void copyText([first, ...more].map((line) => plain(line.text)).join("\n"))}
                >
                    <Icon name="copy" />
                </SmallButton>
                <SmallButton
                    class="quiet"
                    aria-label={t.logs.linkLine}
                    title={t.logs.linkLine}
                    onClick={() => props.onLink(first)}
                >
                    #
                </SmallButton>
            </span>
        </>
    );
}

export function LogView(props: ViewProps & { hitAt: number | undefined }) {
    const { buffer } = props;
    const box = useRef<HTMLDivElement>(null);
    const [isFollowing, setFollowing] = useState(!props.marked);
    const [seen, setSeen] = useState(buffer.first + buffer.lines.length);
    const end = buffer.first + buffer.lines.length;
    const entries = useMemo(
        () => entriesOf(buffer.lines, (index) => buffer.first + index),
        [buffer.lines, buffer.first],
    );
    const element = useCallback(() => box.current, []);
    const keyOf = useCallback((index: number) => entries[index]?.key ?? index, [entries]);
    const rows = useVirtual({ count: entries.length, keyOf, element, estimate: 22 });
    const isPrinted = usePrinting();
    const items = isPrinted
        ? entries
              .slice(-mostPrinted)
              .map(({ key }, index) => ({ key, index: Math.max(0, entries.length - mostPrinted) + index, start: 0 }))
        : rows.getVirtualItems();
    const firstKey = useRef(buffer.first);
    const isFetching = useRef(false);

    // Older lines came above: what was looked at stays where it is.
    useLayoutEffect(() => {
        const come = firstKey.current - buffer.first;
        firstKey.current = buffer.first;
        if (come <= 0 || come > 100_000 || isFollowing) return;
        const index = entries.findIndex((entry) => entry.key >= buffer.first + come);
        if (index > 0) rows.scrollToIndex(index, { align: "start" });
    }, [buffer.first, entries, isFollowing, rows]);
    useLayoutEffect(() => {
        if (!isFollowing || entries.length === 0) return;
        rows.scrollToIndex(entries.length - 1, { align: "end" });
        setSeen(end);
    }, [isFollowing, end, entries.length, rows]);
    useEffect(() => {
        const at = props.hitAt;
        if (at === undefined) return;
        const index = entries.findIndex((entry) => entry.key + entry.more.length >= at);
        if (index < 0) return;
        setFollowing(false);
        rows.scrollToIndex(index, { align: "center" });
    }, [props.hitAt]);
    useEffect(() => {
        if (!props.marked || entries.length === 0) return;
        const index = entries.findIndex((entry) =>
            [entry.first, ...entry.more].some((line) => isAtPlace(line, props.marked)),
        );
        if (index >= 0) rows.scrollToIndex(index, { align: "center" });
    }, [props.marked, entries.length > 0]);

    const onScroll = () => {
        const area = box.current;
        if (!area) return;
        const isAtEnd = area.scrollHeight - area.scrollTop - area.clientHeight < nearEnd;
        if (
            isAtEnd !== isFollowing &&
            !(isAtEnd && isGoingUp.current) &&
            (hasMoved.current || (isAtEnd && !props.marked))
        ) {
            setFollowing(isAtEnd);
            if (!isAtEnd) setSeen(end);
        }
        if (area.scrollTop < 400 && !isFetching.current && !buffer.isAtBeginning && hasMoved.current) {
            isFetching.current = true;
            void props.onOlder().finally(() => {
                isFetching.current = false;
            });
        }
    };
    // Only a person pauses the log; that a measured row was taller than thought does not.
    const hasMoved = useRef(false);
    const moved = () => {
        hasMoved.current = true;
    };
    // A gesture upwards counts at once: a line that comes before the list has moved must not pull it back.
    const isGoingUp = useRef(false);
    const pause = () => {
        if (!isFollowing) return;
        setFollowing(false);
        setSeen(end);
    };
    const toEnd = () => {
        isGoingUp.current = false;
        hasMoved.current = false;
        setFollowing(true);
        rows.scrollToIndex(entries.length - 1, { align: "end" });
    };
    const fresh = props.canGrow ? Math.max(0, end - seen) : 0;
    return (
        <div class="log-frame">
            <div
                ref={box}
                class={`log-box ${props.looks.isWrapped ? "wrapped" : ""}`}
                data-testid="log-viewer"
                role="log"
                aria-label={t.logs.viewer(props.name)}
                aria-live="off"
                tabIndex={0}
                onScroll={onScroll}
                onWheel={(event) => {
                    moved();
                    isGoingUp.current = event.deltaY < 0;
                    if (event.deltaY < 0) pause();
                }}
                onTouchMove={moved}
                onPointerDown={() => {
                    moved();
                    isGoingUp.current = false;
                }}
                onKeyDown={(event) => {
                    moved();
                    isGoingUp.current = ["ArrowUp", "PageUp", "Home"].includes(event.key);
                    if (isGoingUp.current) pause();
                    if (event.key === "End") {
                        event.preventDefault();
                        toEnd();
                    }
                    if (event.key === "Home") {
                        event.preventDefault();
                        setFollowing(false);
                        rows.scrollToIndex(0, { align: "start" });
                    }
                }}
            >
                {buffer.isAtBeginning && <div class="log-beginning muted small">{t.logs.beginning}</div>}
                <div class="log-height" style={{ height: `${rows.getTotalSize()}px` }}>
                    {items.map((item) => {
                        const entry = entries[item.index];
                        if (!entry) return null;
                        const isMarked = props.marked !== "" && isAtPlace(entry.first, props.marked);
                        const isHit =
                            props.hitAt !== undefined &&
                            props.hitAt >= entry.key &&
                            props.hitAt <= entry.key + entry.more.length;
                        return (
                            <div
                                key={item.key}
                                ref={isPrinted ? null : (node) => rows.measureElement(node)}
                                data-index={item.index}
                                class={`line ${entry.first.note ? "note" : ""} ${entry.first.stream} ${isMarked || isHit ? "marked" : ""}`}
                                style={{ transform: `translateY(${item.start}px)` }}
                            >
                                <Row entry={entry} props={props} />
                            </div>
                        );
                    })}
                </div>
            </div>
            {!isFollowing && (
                <button type="button" class="button primary pill" onClick={toEnd} data-testid="new-lines">
                    {fresh > 0 ? t.logs.pill(fresh) : t.logs.toEnd}
                </button>
            )}
            <div class="small muted row spread log-foot">
                <span role="status">
                    {props.canGrow ? (isFollowing ? t.logs.following : t.logs.paused) : t.logs.ended}
                </span>
                <span class="number">{t.logs.lines(buffer.lines.length)}</span>
            </div>
        </div>
    );
}
