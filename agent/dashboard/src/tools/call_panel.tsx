// One tool: what it says of itself, its form (or JSON), its call, its result.
import { useMemo, useState } from "preact/hooks";
import type { Server, Tool } from "../api/types";
import { JsonTree } from "../parts/json";
import { Field, Notice } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { calls, callTool } from "./calls";
import { type Filled, filledFrom, type Problems, valueOfForm } from "./filled";
import { Fields, NodeField } from "./form";
import { CallView } from "./result";
import { type Node, nodeOf } from "./schema";

function readJson(text: string): { value?: unknown; problem?: string } {
    try {
        const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
        if (typeof value !== "object" || value === null || Array.isArray(value)) return { problem: t.tools.wantObject };
        return { value };
    } catch (error) {
        return { problem: t.tools.badJson((error as Error).message) };
    }
}

/** `start` is what an earlier call sent. Keyed by server and tool: nothing of another tool can be left in it. */
export function CallPanel({ server, tool, start }: { server: Server; tool: Tool; start: unknown }) {
    const node = useMemo(() => nodeOf(tool.inputSchema ?? { type: "object" }), [tool]);
    const hasForm = node.kind === "object" || node.kind === "choice";
    const [filled, setFilled] = useState<Filled>(() => filledFrom(node, start));
    const [json, setJson] = useState<string | undefined>(() =>
        hasForm ? undefined : JSON.stringify(start ?? {}, null, 2),
    );
    const [problems, setProblems] = useState<Problems>({});
    const [shown, setShown] = useState<number>();
    const isJson = json !== undefined;
    const read = (): { value: unknown } | undefined => {
        if (json !== undefined) {
            const found = readJson(json);
            setProblems(found.problem ? { json: found.problem } : {});
            return found.problem ? undefined : { value: found.value };
        }
        const found = valueOfForm(node, filled, true, t.tools);
        setProblems(found.problems);
        return Object.keys(found.problems).length > 0 ? undefined : { value: found.value ?? {} };
    };
    const toJson = () => setJson(JSON.stringify(valueOfForm(node, filled, true, t.tools).value ?? {}, null, 2));
    const toForm = () => {
        const found = readJson(json ?? "");
        if (found.problem) return setProblems({ json: found.problem });
        setFilled(filledFrom(node, found.value));
        setProblems({});
        return setJson(undefined);
    };
    const call = () => {
        const values = read();
        if (!values) return;
        void callTool(server, tool.name, values.value);
        setShown(calls.value[0]?.id);
    };
    const current = calls.value.find((each) => each.id === shown);
    const isEmpty = node.kind === "object" && node.fields.length === 0;
    return (
        <div class="call-panel stack">
            <div class="stack tight">
                <h2>{tool.title ?? tool.name}</h2>
                {tool.title && <code>{tool.name}</code>}
                {tool.description && <p class="description">{tool.description}</p>}
            </div>
            <form
                class="stack tight"
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    call();
                }}
            >
                {hasForm && !isEmpty && (
                    <div class="row">
                        <SmallButton aria-pressed={!isJson} onClick={() => isJson && toForm()}>
                            {t.tools.form}
                        </SmallButton>
                        <SmallButton aria-pressed={isJson} onClick={() => !isJson && toJson()}>
                            {t.tools.json}
                        </SmallButton>
                    </div>
                )}
                {!hasForm && <Notice>{t.tools.rawOnly}</Notice>}
                {isEmpty && !isJson && <p class="muted">{t.tools.noArguments}</p>}
                <div class="form-fields">
                    {isJson ? (
                        <Field label={t.tools.argumentsJson} problem={problems["json"]}>
                            {(attributes) => (
                                <textarea
                                    {...attributes}
                                    class="input json-input"
                                    value={json}
                                    spellcheck={false}
                                    onInput={(event) => setJson(event.currentTarget.value)}
                                />
                            )}
                        </Field>
                    ) : node.kind === "object" ? (
                        <Fields
                            node={node}
                            name=""
                            filled={filled}
                            isRequired
                            path=""
                            problems={problems}
                            onChange={setFilled}
                        />
                    ) : node.kind === "choice" ? (
                        <RootChoice node={node} filled={filled} problems={problems} onChange={setFilled} />
                    ) : null}
                </div>
                <div class="call-foot">
                    <button
                        type="submit"
                        class="button primary"
                        data-testid="call-tool"
                        disabled={current?.status === "running"}
                    >
                        {current?.status === "running" ? t.tools.calling : t.tools.call}
                    </button>
                </div>
            </form>
            {current && <CallView call={current} />}
            <details>
                <summary class="small">{t.tools.schema}</summary>
                <div class="code-box">
                    <JsonTree value={tool.inputSchema ?? {}} isOpen />
                </div>
            </details>
        </div>
    );
}

function RootChoice(props: { node: Node; filled: Filled; problems: Problems; onChange: (next: Filled) => void }) {
    return <NodeField {...props} name={t.tools.variant} isRequired path="" />;
}
