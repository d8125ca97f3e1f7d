// Resources of one server: choose one, or write its URI after a template.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { Resource, Server } from "../api/types";
import { bytes } from "../parts/format";
import { Empty, FailureNotice, Field, Skeletons } from "../parts/parts";
import { useAddress } from "../parts/use";
import { t } from "../texts";
import { ContentBlock } from "./result";
import { NotRunning, useOffered, whenAnswering } from "./tab";

interface ReadResult {
    contents: { uri?: string; text?: string; blob?: string; mimeType?: string }[];
}

function Reader({ server, uri }: { server: Server; uri: string }) {
    const [address, setAddress] = useState(uri);
    const [result, setResult] = useState<ReadResult>();
    const [failure, setFailure] = useState<Failure>();
    const read = async () => {
        const answer = await send<ReadResult>(
            "POST",
            "/api/servers/{id}/resources/read",
            { uri: address },
            { parts: { id: server.id } },
        );
        setResult(answer.ok ? answer.data : undefined);
        setFailure(answer.ok ? undefined : answer.failure);
    };
    return (
        <form
            class="stack"
            onSubmit={(event) => {
                event.preventDefault();
                void read();
            }}
        >
            <Field label={t.resources.uri}>
                {(attributes) => (
                    <input
                        {...attributes}
                        class="input mono"
                        value={address}
                        onInput={(event) => setAddress(event.currentTarget.value)}
                    />
                )}
            </Field>
            <div>
                <button type="submit" class="button primary" disabled={!address}>
                    {t.resources.read}
                </button>
            </div>
            {failure && <FailureNotice failure={failure} />}
            {result?.contents.map((each, index) => (
                <ContentBlock
                    key={index}
                    content={
                        each.blob && each.mimeType?.startsWith("image/")
                            ? { type: "image", data: each.blob, mimeType: each.mimeType }
                            : { type: "resource", resource: each }
                    }
                />
            ))}
        </form>
    );
}

interface ResourceTemplate {
    uriTemplate: string;
    name?: string;
    description?: string;
}

export default whenAnswering(function ResourcesTab({ server }: { server: Server }) {
    const [address, set] = useAddress();
    const { data, failure, again } = useOffered<Resource>("/api/servers/{id}/resources", server);
    const templates = useOffered<ResourceTemplate>("/api/servers/{id}/resource-templates", server);
    if (data === null || (failure?.code === "WRONG_STATE" && server.status !== "running"))
        return <NotRunning server={server} />;
    if (failure) return <FailureNotice failure={failure} retry={again} />;
    if (!data) return <Skeletons many={3} />;
    const patterns = templates.data ?? [];
    if (data.length === 0 && patterns.length === 0) return <Empty title={t.resources.none} />;
    const uri = address.get("uri") ?? "";
    const pick = (each: { uri: string; name?: string; description?: string; more?: string }) => (
        <li key={each.uri}>
            <button type="button" class="pick" aria-pressed={each.uri === uri} onClick={() => set({ uri: each.uri })}>
                <strong>{each.name ?? each.uri}</strong>
                <span class="small muted mono pick-text">{each.uri}</span>
                <span class="small muted pick-text">{each.description ?? each.more}</span>
            </button>
        </li>
    );
    return (
        <div class="split">
            <div class="stack tight">
                <ul class="pick-list">
                    {data.map((each) =>
                        pick({
                            ...each,
                            more: [each.mimeType, each.size === undefined ? "" : bytes(each.size)]
                                .filter(Boolean)
                                .join(" · "),
                        }),
                    )}
                </ul>
                {patterns.length > 0 && <h2>{t.resources.templates}</h2>}
                <ul class="pick-list">{patterns.map((each) => pick({ ...each, uri: each.uriTemplate }))}</ul>
            </div>
            <div class="card">
                {uri ? <Reader key={uri} server={server} uri={uri} /> : <p class="muted">{t.resources.choose}</p>}
            </div>
        </div>
    );
});
