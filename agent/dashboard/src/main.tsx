import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/frame.css";
import "./styles/servers.css";
import "./styles/server.css";
import { App } from "./app";

const root = document.getElementById("root");
if (root) render(<App />, root);
