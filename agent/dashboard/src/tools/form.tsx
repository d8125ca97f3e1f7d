// A form for any schema. It draws nodes and reports what was filled in; it decides nothing.
import { Icon } from "../parts/icon";
import { Field } from "../parts/parts";
import { SmallButton } from "../parts/small_button";
import { t } from "../texts";
import { type Filled, filledFrom, type Problems } from "./filled";
import type { Node } from "./schema";

interface NodeProps {
    node: Node;
    name: string;
    filled: Filled | undefined;
    isRequired: boolean;
    path: string;
    problems: Problems;
    onChange: (next: Filled) => void;
}

function labelOf({ node, name, isRequired }: NodeProps): string {
    const shown = node.title && node.title !== name ? `${name} (${node.title})` : name;
    return isRequired ? `${shown} *` : shown;
}

function Scalar(props: NodeProps) {
    const { node, filled, problems, path, onChange } = props;
    const text = filled?.text ?? "";
    const set = (event: { currentTarget: { value: string } }) =>
        onChange({ ...filled, text: event.currentTarget.value });
    return (
        <Field label={labelOf(props)} help={node.description?.slice(0, 600)} problem={problems[path]}>
            {(attributes) => {
                if (node.kind === "boolean" || node.kind === "enum") {
                    const options =
                        node.kind === "boolean"
                            ? ["true", "false"]
                            : node.values.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
                    return (
                        <select {...attributes} class="input" value={text} onChange={set}>
                            <option value="">{t.tools.unset}</option>
                            {options.map((option, index) => (
                                <option key={index} value={node.kind === "boolean" ? option : String(index)}>
                                    {option}
                                </option>
                            ))}
                        </select>
                    );
                }
                if (node.kind === "raw" || (node.kind === "text" && (text.length > 80 || text.includes("\n")))) {
                    return (
                        <textarea
                            {...attributes}
                            class="input"
                            value={text}
                            spellcheck={false}
                            placeholder={node.kind === "raw" ? "JSON" : ""}
                            onInput={set}
                        />
                    );
                }
                const kind =
                    node.kind === "number"
                        ? "number"
                        : node.kind === "text" && node.format === "date"
                          ? "date"
                          : "text";
                return (
                    <input
                        {...attributes}
                        class="input"
                        type={kind}
                        step={node.kind === "number" && !node.isWhole ? "any" : undefined}
                        name={props.name}
                        value={text}
                        autocomplete="off"
                        spellcheck={false}
                        onInput={set}
                    />
                );
            }}
        </Field>
    );
}

function List(props: NodeProps & { node: Node & { kind: "list" } }) {
    const { node, filled, path, onChange } = props;
    const items = filled?.items ?? [];
    const set = (next: Filled[]) => onChange({ ...filled, items: next, isSet: next.length > 0 });
    const move = (index: number) => {
        const next = [...items];
        const [taken] = next.splice(index, 1);
        if (taken) next.splice(index - 1, 0, taken);
        set(next);
    };
    return (
        <fieldset class="group">
            <legend>{labelOf(props)}</legend>
            {node.description && <p class="small muted">{node.description.slice(0, 600)}</p>}
            {props.problems[path] && (
                <p class="problem" role="alert">
                    {props.problems[path]}
                </p>
            )}
            {items.map((item, index) => (
                <div key={index} class="list-item">
                    <div class="grow">
                        <NodeField
                            {...props}
                            node={node.item}
                            name={`${index + 1}`}
                            filled={item}
                            isRequired={false}
                            path={`${path}/${index}`}
                            onChange={(next) => set(items.map((each, at) => (at === index ? next : each)))}
                        />
                    </div>
                    <SmallButton
                        class="quiet"
                        disabled={index === 0}
                        aria-label={t.tools.moveUp(index)}
                        onClick={() => move(index)}
                    >
                        <Icon name="up" />
                    </SmallButton>
                    <SmallButton
                        class="quiet"
                        aria-label={t.tools.removeItem(index)}
                        onClick={() => set(items.filter((_, at) => at !== index))}
                    >
                        <Icon name="close" />
                    </SmallButton>
                </div>
            ))}
            <SmallButton onClick={() => set([...items, filledFrom(node.item, undefined)])}>
                <Icon name="add" />
                {t.tools.addItem}
            </SmallButton>
        </fieldset>
    );
}

function Choice(props: NodeProps & { node: Node & { kind: "choice" } }) {
    const { node, filled, path, onChange } = props;
    const branch = filled?.branch ?? 0;
    const chosen = node.branches[branch] as Node;
    const pick = (next: number) =>
        onChange({
            ...filled,
            branch: next,
            branches: {
                ...filled?.branches,
                [next]: filled?.branches?.[next] ?? filledFrom(node.branches[next] as Node, undefined),
            },
        });
    return (
        <fieldset class="group">
            <legend>{labelOf(props)}</legend>
            {node.description && <p class="small muted">{node.description.slice(0, 600)}</p>}
            <Field label={t.tools.variant}>
                {(attributes) => (
                    <select
                        {...attributes}
                        class="input"
                        value={String(branch)}
                        onChange={(event) => pick(Number(event.currentTarget.value))}
                    >
                        {node.branches.map((each, index) => (
                            <option key={index} value={String(index)}>
                                {each.title ??
                                    (each.kind === "object"
                                        ? each.fields.map((field) => field.name).join(", ")
                                        : each.kind)}
                            </option>
                        ))}
                    </select>
                )}
            </Field>
            <NodeField
                {...props}
                key={branch}
                node={chosen}
                name={chosen.title ?? t.tools.variantOf(branch)}
                filled={filled?.branches?.[branch]}
                path={`${path}|${branch}`}
                onChange={(next) => onChange({ ...filled, branch, branches: { ...filled?.branches, [branch]: next } })}
            />
        </fieldset>
    );
}

export function Fields(props: NodeProps & { node: Node & { kind: "object" } }) {
    const { node, filled, path, onChange } = props;
    return (
        <>
            {node.fields.map((field) => (
                <NodeField
                    key={field.name}
                    node={field.node}
                    name={field.name}
                    filled={filled?.fields?.[field.name]}
                    isRequired={field.isRequired}
                    path={`${path}/${field.name}`}
                    problems={props.problems}
                    onChange={(next) => onChange({ ...filled, fields: { ...filled?.fields, [field.name]: next } })}
                />
            ))}
        </>
    );
}

export function NodeField(props: NodeProps) {
    const { node } = props;
    switch (node.kind) {
        case "constant":
            return (
                <p class="small">
                    {props.name}: <code>{JSON.stringify(node.value)}</code>
                </p>
            );
        case "object":
            return (
                <fieldset class="group">
                    <legend>{labelOf(props)}</legend>
                    {node.description && <p class="small muted">{node.description.slice(0, 600)}</p>}
                    <Fields {...props} node={node} />
                </fieldset>
            );
        case "list":
            return <List {...props} node={node} />;
        case "choice":
            return <Choice {...props} node={node} />;
        default:
            return <Scalar {...props} />;
    }
}
