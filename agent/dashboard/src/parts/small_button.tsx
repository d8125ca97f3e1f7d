// The small button of rows, cards and notices.
import type { JSX } from "preact";

/** `class` is what makes it another one: danger, quiet, primary. */
export function SmallButton({ class: look = "", ...props }: JSX.IntrinsicElements["button"]) {
    return <button type="button" class={`button small ${look}`.trimEnd()} {...props} />;
}
