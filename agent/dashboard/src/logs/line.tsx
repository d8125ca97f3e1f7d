// One line of a log.
import { JsonTree } from "../parts/json";
import { t } from "../texts";
import { coloured, cutAtMatches, fieldsOf, jsonLine, withoutOwnTime } from "./text";

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

interface BodyProps {
    text: string;
    time: string;
    pattern: RegExp | undefined;
    fields?: string | undefined;
}

export function LineBody({ text, time, pattern, fields }: BodyProps) {
    const json = jsonLine(text);
    if (!json) return <LineText text={withoutOwnTime(text, time)} pattern={pattern} />;
    const many = Object.keys(json.rest).length;
    return (
        <>
            {fieldsOf(json.rest, fields).map(([name, value]) => (
                <span key={name} class="line-field">
                    <span class="muted">{name}=</span>
                    <LineText text={value} pattern={pattern} />
                </span>
            ))}
            <LineText text={json.message} pattern={pattern} />
            {many > 0 && (
                <details class="line-json">
                    <summary class="small">{t.logs.moreFields(many)}</summary>
                    <JsonTree value={json.rest} isOpen />
                </details>
            )}
        </>
    );
}
