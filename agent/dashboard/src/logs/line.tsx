// One line of a log.
import { JsonTree } from "../parts/json";
import { t } from "../texts";
import { coloured, cutAtMatches, jsonLine, withoutOwnTime } from "./text";

export function LineText({ text, pattern }: { text: string; pattern?: RegExp | undefined }) {
    return (
        <>
            {coloured(text).map((span, index) => {
                const cut = cutAtMatches(span.text, pattern);
                const inner =
                    cut.length === 1
                        ? span.text
                        : cut.map((piece, at) => (at % 2 === 1 ? <mark key={at}>{piece}</mark> : piece));
                return span.classes ? (
                    <span key={index} class={span.classes}>
                        {inner}
                    </span>
                ) : (
                    inner
                );
            })}
        </>
    );
}

export function LineBody({ text, time, pattern }: { text: string; time: string; pattern: RegExp | undefined }) {
    const json = jsonLine(text);
    if (!json) return <LineText text={withoutOwnTime(text, time)} pattern={pattern} />;
    const isEmpty = Object.keys(json.rest).length === 0;
    return (
        <>
            <LineText text={json.message} pattern={pattern} />
            {!isEmpty && (
                <details class="line-json">
                    <summary class="small">
                        {t.logs.more(Object.keys(json.rest).length).replace("line", "field")}
                    </summary>
                    <JsonTree value={json.rest} isOpen />
                </details>
            )}
        </>
    );
}
