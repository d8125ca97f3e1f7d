// A word to the people behind this agent, from any page.
import { useEffect, useState } from "preact/hooks";
import { ask, type Failure } from "../api/client";
import { session } from "../live/store";
import { Dialog, FailureNotice, Field, Notice } from "../parts/parts";
import { toast } from "../parts/toast";
import { t } from "../texts";

const kinds = ["general", "bug", "feature", "improvement"] as const;

export function Feedback({ onClose }: { onClose: () => void }) {
    const [isThere, setThere] = useState<boolean>();
    const [form, setForm] = useState({ type: "general", title: "", description: "", rating: 0, email: "" });
    const [problem, setProblem] = useState<string>();
    const [failure, setFailure] = useState<Failure>();
    useEffect(() => {
        void ask("/api/feedback/stats").then((answer) => setThere(answer.ok || answer.failure.status !== 404));
    }, []);
    const change = (key: keyof typeof form) => (event: { currentTarget: { value: string } }) =>
        setForm({ ...form, [key]: event.currentTarget.value });
    const submit = async () => {
        if (!form.title.trim()) return setProblem(t.feedback.titleRequired);
        const { rating, email, ...rest } = form;
        const answer = await ask("/api/feedback", "POST", {
            ...rest,
            ...(rating ? { rating } : {}),
            ...(email ? { email } : {}),
            context: { version: session.value?.version, page: location.pathname, userAgent: navigator.userAgent },
        });
        if (!answer.ok) return setFailure(answer.failure);
        toast(answer.message ?? t.feedback.sent);
        return onClose();
    };
    return (
        <Dialog
            title={t.feedback.title}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={
                isThere && (
                    <button type="submit" class="button primary">
                        {t.feedback.send}
                    </button>
                )
            }
        >
            {isThere === false && (
                <Notice>
                    {t.feedback.none} <code>mcpm feedback send</code>
                </Notice>
            )}
            {isThere && (
                <>
                    <Field label={t.feedback.type}>
                        {(attributes) => (
                            <select {...attributes} class="input" value={form.type} onChange={change("type")}>
                                {kinds.map((kind) => (
                                    <option key={kind} value={kind}>
                                        {t.feedback.types[kind]}
                                    </option>
                                ))}
                            </select>
                        )}
                    </Field>
                    <Field label={t.feedback.subject} problem={problem}>
                        {(attributes) => (
                            <input {...attributes} class="input" value={form.title} onInput={change("title")} />
                        )}
                    </Field>
                    <Field label={t.feedback.description}>
                        {(attributes) => (
                            <textarea
                                {...attributes}
                                class="input"
                                value={form.description}
                                onInput={change("description")}
                            />
                        )}
                    </Field>
                    <fieldset class="field">
                        <legend class="label">{t.feedback.rating}</legend>
                        <div class="segmented">
                            {[1, 2, 3, 4, 5].map((value) => (
                                <label key={value}>
                                    <input
                                        type="radio"
                                        name="rating"
                                        checked={form.rating === value}
                                        onChange={() => setForm({ ...form, rating: value })}
                                    />
                                    {value}
                                </label>
                            ))}
                        </div>
                    </fieldset>
                    <Field label={t.feedback.email} help={t.feedback.includes(location.pathname)}>
                        {(attributes) => (
                            <input
                                {...attributes}
                                class="input"
                                type="email"
                                value={form.email}
                                onInput={change("email")}
                            />
                        )}
                    </Field>
                    {failure && <FailureNotice failure={failure} />}
                </>
            )}
        </Dialog>
    );
}
