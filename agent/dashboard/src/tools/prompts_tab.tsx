// Prompts of one server: choose, fill in, get.
import { useState } from "preact/hooks";
import { type Failure, send } from "../api/client";
import type { Content, Prompt, Server } from "../api/types";
import { Empty, FailureNotice, Field, Skeletons } from "../parts/parts";
import { useAddress } from "../parts/use";
import { t } from "../texts";
import { ContentBlock } from "./result";
import { NotRunning, useOffered, whenAnswering } from "./tab";

interface PromptResult {
    description?: string;
    messages: { role: string; content: Content }[];
}

function PromptPanel({ server, prompt }: { server: Server; prompt: Prompt }) {
    const [values, setValues] = useState<Record<string, string>>({});
    const [problems, setProblems] = useState<Record<string, string>>({});
    const [result, setResult] = useState<PromptResult>();
    const [failure, setFailure] = useState<Failure>();
    const submit = async () => {
        const missing = (prompt.arguments ?? []).filter((each) => each.required && !values[each.name]);
        setProblems(Object.fromEntries(missing.map((each) => [each.name, t.tools.required])));
        if (missing.length > 0) return;
        const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
        const answer = await send<PromptResult>(
            "POST",
            "/api/servers/{id}/prompts/{prompt}/get",
            { arguments: given },
            { parts: { id: server.id, prompt: prompt.name } },
        );
        setResult(answer.ok ? answer.data : undefined);
        setFailure(answer.ok ? undefined : answer.failure);
    };
    return (
        <form
            class="stack"
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                void submit();
            }}
        >
            <h2>{prompt.title ?? prompt.name}</h2>
            {prompt.description && <p class="description">{prompt.description}</p>}
            {(prompt.arguments ?? []).map((each) => (
                <Field
                    key={each.name}
                    label={each.required ? `${each.name} *` : each.name}
                    help={each.description}
                    problem={problems[each.name]}
                >
                    {(attributes) => (
                        <input
                            {...attributes}
                            class="input"
                            value={values[each.name] ?? ""}
                            onInput={(event) => setValues({ ...values, [each.name]: event.currentTarget.value })}
                        />
                    )}
                </Field>
            ))}
            <div>
                <button type="submit" class="button primary">
                    {t.prompts.get}
                </button>
            </div>
            {failure && <FailureNotice failure={failure} />}
            {result?.messages.map((message, index) => (
                <div key={index} class="stack tight">
                    <span class="badge plain">{message.role}</span>
                    <ContentBlock content={message.content} />
                </div>
            ))}
        </form>
    );
}

export default whenAnswering(function PromptsTab({ server }: { server: Server }) {
    const [address, set] = useAddress();
    const { data, failure, again } = useOffered<Prompt>("/api/servers/{id}/prompts", server);
    if (data === null || (failure?.code === "WRONG_STATE" && server.status !== "running"))
        return <NotRunning server={server} />;
    if (failure) return <FailureNotice failure={failure} retry={again} />;
    if (!data) return <Skeletons many={3} />;
    if (data.length === 0) return <Empty title={t.prompts.none} />;
    const chosen = data.find((prompt) => prompt.name === address.get("prompt"));
    return (
        <div class="split">
            <ul class="pick-list">
                {data.map((prompt) => (
                    <li key={prompt.name}>
                        <button
                            type="button"
                            class="pick"
                            aria-pressed={prompt === chosen}
                            onClick={() => set({ prompt: prompt.name })}
                        >
                            <strong>{prompt.name}</strong>
                            <span class="small muted pick-text">{prompt.description}</span>
                        </button>
                    </li>
                ))}
            </ul>
            <div class="card">
                {chosen ? (
                    <PromptPanel key={chosen.name} server={server} prompt={chosen} />
                ) : (
                    <p class="muted">{t.prompts.choose}</p>
                )}
            </div>
        </div>
    );
});
