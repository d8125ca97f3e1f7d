// What a tool answered: text, JSON, image, audio, resource. Text is text, whatever it says.
import { useState } from "preact/hooks";
import type { CallResult, Content } from "../api/types";
import { bytes, milliseconds } from "../parts/format";
import { JsonTree } from "../parts/json";
import { Copy, FailureNotice } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { asCommand, asRequest, type Call, stopCall } from "./calls";

const foldedOver = 6000;

function asJson(text: string): unknown {
    if (!/^\s*[[{]/.test(text) || text.length > 2_000_000) return undefined;
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

export function TextBlock({ text }: { text: string }) {
    const [isWhole, setWhole] = useState(false);
    const json = asJson(text);
    if (json !== undefined) {
        return (
            <div class="code-box">
                <JsonTree value={json} isOpen={text.length < foldedOver} />
            </div>
        );
    }
    const isLong = text.length > foldedOver && !isWhole;
    return (
        <pre class="code-box">
            {isLong ? text.slice(0, foldedOver) : text}
            {isLong && (
                <>
                    {"…\n"}
                    <SmallButton onClick={() => setWhole(true)}>{t.tools.showAll(bytes(text.length))}</SmallButton>
                </>
            )}
        </pre>
    );
}

/** Only kinds that cannot run anything are shown; the type is the server's word and nothing more. */
function mediaUrl(content: Content, family: "image" | "audio"): string | undefined {
    const type = content.mimeType ?? "";
    const isSafe =
        family === "image" ? /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(type) : /^audio\/[\w.+-]+$/.test(type);
    return isSafe && /^[A-Za-z0-9+/=\s]*$/.test(content.data ?? "") ? `data:${type};base64,${content.data}` : undefined;
}

export function ContentBlock({ content }: { content: Content }) {
    if (content.type === "text") return <TextBlock text={content.text ?? ""} />;
    if (content.type === "image") {
        const url = mediaUrl(content, "image");
        if (url) return <img class="result-image" src={url} alt={t.tools.image} />;
    }
    if (content.type === "audio") {
        const url = mediaUrl(content, "audio");
        if (url) return <audio controls src={url} />;
    }
    if (content.type === "resource" && content.resource) {
        return (
            <div class="stack tight">
                <span class="mono small">{content.resource.uri}</span>
                {content.resource.text !== undefined ? (
                    <TextBlock text={content.resource.text} />
                ) : (
                    <JsonTree value={content.resource} />
                )}
            </div>
        );
    }
    return (
        <div class="code-box">
            <JsonTree value={content} isOpen />
        </div>
    );
}

export function ResultView({ result }: { result: CallResult }) {
    const content = result.content ?? [];
    return (
        <div class="stack tight">
            {content.length === 0 && result.structuredContent === undefined && <p class="muted">{t.tools.nothing}</p>}
            {content.map((each, index) => (
                <ContentBlock key={index} content={each} />
            ))}
            {result.structuredContent !== undefined && (
                <div class="code-box">
                    <JsonTree value={result.structuredContent} isOpen name="structuredContent" />
                </div>
            )}
        </div>
    );
}

const kinds = { ok: "good", "tool-error": "bad", failed: "bad", running: "info", cancelled: "warn" };

export function CallView({ call }: { call: Call }) {
    const label =
        call.status === "ok" ? t.tools.succeeded : call.status === "tool-error" ? t.tools.failed : call.status;
    const request = { arguments: call.arguments };
    return (
        <section class="stack tight" aria-label={t.tools.result} data-testid="tool-result">
            <div class="row" role="status">
                <span class={`badge ${kinds[call.status]}`}>{label}</span>
                {call.head && <span class="small muted number">HTTP {call.head.status}</span>}
                {call.ms !== undefined && <span class="small muted number">{t.tools.took(milliseconds(call.ms))}</span>}
                {call.status === "running" && (
                    <SmallButton onClick={() => stopCall(call.id)}>{t.tools.stopCall}</SmallButton>
                )}
            </div>
            {call.failure && <FailureNotice failure={call.failure} />}
            {call.result && <ResultView result={call.result} />}
            <div class="row">
                <Copy text={asCommand(call)} label={t.tools.asCommand} />
                <Copy text={asRequest(call, location.origin)} label={t.tools.asRequest} />
                {call.result && <Copy text={JSON.stringify(call.result, null, 2)} label={t.tools.copyResult} />}
            </div>
            <details>
                <summary class="small">{t.tools.raw}</summary>
                <div class="code-box">
                    <JsonTree
                        value={{
                            request,
                            response: call.result ?? call.failure ?? null,
                            headers: call.head?.headers ?? null,
                        }}
                        isOpen
                    />
                </div>
            </details>
        </section>
    );
}
