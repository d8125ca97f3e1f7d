// A component that is drawn again only when one of its properties is another.
import { Component, type FunctionComponent, h } from "preact";

export function memo<P extends object>(inner: FunctionComponent<P>): FunctionComponent<P> {
    class Memo extends Component<P> {
        override shouldComponentUpdate(next: P) {
            const keys = Object.keys(next) as (keyof P)[];
            return keys.some((key) => next[key] !== this.props[key]);
        }
        override render() {
            return h(inner, this.props as P);
        }
    }
    return Memo as unknown as FunctionComponent<P>;
}
