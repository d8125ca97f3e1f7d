// A word to the people behind this agent, from any page.
import { useState } from "preact/hooks";
import { ask, type Failure } from "../api/client";
import { session } from "../live/store";
import { Dialog, FailureNotice, Field, Foot } from "../parts/parts";
import { toast } from "../parts/toast";
import { t } from "../texts";
import { kinds, sentCount } from "./state";

export function Feedback({ onClose }: { onClose: () => void }) {
    const [form, setForm] = useState({ type: "general", title: "", description: "", rating: 0, email: "" });
    const [problems, setProblems] = useState<{ title?: string; description?: string }>({});
    const [failure, setFailure] = useState<Failure>();
    const change = (key: keyof typeof form) => (event: { currentTarget: { value: string } }) =>
        setForm({ ...form, [key]: event.currentTarget.value });
    const submit = async () => {
        const found = {
            ...(form.title.trim() ? {} : { title: t.feedback.titleRequired }),
            ...(form.description.trim() ? {} : { description: t.feedback.descriptionRequired }),
        };
        setProblems(found);
        if (Object.keys(found).length > 0) return;
        const { rating, email, ...rest } = form;
        const answer = await ask("/api/feedback", "POST", {
            ...rest,
            ...(rating ? { rating } : {}),
            ...(email ? { email } : {}),
            version: session.value?.version,
            page: location.pathname,
            userAgent: navigator.userAgent,
        });
        if (!answer.ok) return setFailure(answer.failure);
        sentCount.value += 1;
        toast(t.feedback.sent);
        return onClose();
    };
    return (
        <Dialog
            title={t.feedback.title}
            onClose={onClose}
            onSubmit={() => void submit()}
            foot={<Foot action={t.feedback.send} onClose={onClose} testId="send-feedback" />}
        >
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
            <Field label={t.feedback.subject} problem={problems.title}>
                {(attributes) => (
                    <input {...attributes} class="input" data-first value={form.title} onInput={change("title")} />
                )}
            </Field>
            <Field label={t.feedback.description} problem={problems.description}>
                {(attributes) => (
                    <textarea {...attributes} class="input" value={form.description} onInput={change("description")} />
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
                    <input {...attributes} class="input" type="email" value={form.email} onInput={change("email")} />
                )}
            </Field>
            {failure && <FailureNotice failure={failure} />}
        </Dialog>
    );
}
