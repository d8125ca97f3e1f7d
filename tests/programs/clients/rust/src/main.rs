//! The official Rust SDK. Arguments and steps are those of ../../steps.py.
#![allow(deprecated)] // sampling and roots are, and are still asked for
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use rmcp::ClientServiceExt;
use rmcp::model::{
    CallToolRequestParams, ClientCapabilities, ClientConfig, ClientRequest, CreateMessageRequestParams, CreateMessageResult,
    ElicitRequestParams, ElicitResult, ElicitationAction, Implementation, ListRootsResult, ProgressNotificationParam,
    ProtocolVersion, Request, Root, SamplingMessage,
};
use rmcp::service::{NotificationContext, PeerRequestOptions, RequestContext, RunningService};
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientHandler, ClientLifecycleMode, ErrorData, RoleClient};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

type Anything<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Session = RunningService<RoleClient, Answers>;

/// What the client says when it is asked, and what it heard.
#[derive(Clone, Default)]
struct Answers {
    heard: Arc<Mutex<Vec<f64>>>,
}

fn fill(schema: &Value) -> Value {
    let mut content = serde_json::Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let word = match property["type"].as_str() {
            Some("boolean") => json!(true),
            Some("integer" | "number") => json!(1),
            _ => json!("from-client"),
        };
        content.insert(name.clone(), word);
    }
    Value::Object(content)
}

impl ClientHandler for Answers {
    fn get_info(&self) -> ClientConfig {
        let all = json!({"elicitation": {}, "sampling": {}, "roots": {}});
        let capabilities: ClientCapabilities = serde_json::from_value(all).unwrap_or_default();
        ClientConfig::new(capabilities, Implementation::new("rust", "1"))
    }

    async fn create_message(
        &self,
        _: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        Ok(CreateMessageResult::new(SamplingMessage::assistant_text("from-model"), "m".into()))
    }

    async fn list_roots(&self, _: RequestContext<RoleClient>) -> Result<ListRootsResult, ErrorData> {
        Ok(ListRootsResult::new(vec![Root::new("file:///from-client")]))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { requested_schema, .. } = request else {
            return Ok(ElicitResult::new(ElicitationAction::Decline));
        };
        let schema = serde_json::to_value(requested_schema).unwrap_or_default();
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(fill(&schema)))
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.heard.lock().unwrap().push(params.progress);
    }
}

fn params_of(name: &str, arguments: &Value) -> CallToolRequestParams {
    CallToolRequestParams::new(name.to_owned()).with_arguments(arguments.as_object().cloned().unwrap_or_default())
}

async fn call(session: &Session, name: &str, arguments: &Value) -> Anything<String> {
    let answer = session.call_tool(params_of(name, arguments)).await?;
    let text = answer.content.first().and_then(|content| content.as_text()).ok_or("the answer is no text")?;
    Ok(text.text.clone())
}

async fn progress(session: &Session, name: &str, arguments: &Value) -> Anything<Value> {
    let heard = session.service().heard.clone();
    heard.lock().unwrap().clear();
    call(session, name, arguments).await?;
    // The answer may be told before the last notice was.
    for _ in 0..40 {
        if heard.lock().unwrap().len() >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let values = heard.lock().unwrap().clone();
    Ok(json!(values))
}

async fn cancel(session: &Session, name: &str, arguments: &Value) -> Anything<Value> {
    let request = ClientRequest::CallToolRequest(Request::new(params_of(name, arguments)));
    let call = session.send_cancellable_request(request, PeerRequestOptions::no_options()).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    call.cancel(Some("given up".into())).await?;
    Ok(json!("cancelled"))
}

async fn many(session: &Session, count: u64) -> Anything<Value> {
    let asked: Vec<String> = (0..count).map(|number| format!("one of many {number}")).collect();
    let calls = asked.iter().map(|words| async move {
        let answer = call(session, "echo", &json!({"message": words})).await?;
        Anything::Ok(answer == *words)
    });
    let mut good = 0;
    for answer in join_all(calls).await {
        good += u64::from(answer?);
    }
    Ok(json!(good))
}

async fn take(session: &Session, step: &Value) -> Anything<Value> {
    let name = step["name"].as_str().unwrap_or_default();
    let arguments = &step["arguments"];
    match step["do"].as_str().unwrap_or_default() {
        "list" => Ok(json!(session.list_all_tools().await?.iter().map(|tool| tool.name.to_string()).collect::<Vec<_>>())),
        "call" => Ok(json!(call(session, name, arguments).await?)),
        "progress" => progress(session, name, arguments).await,
        "cancel" => cancel(session, name, arguments).await,
        "many" => many(session, step["count"].as_u64().unwrap_or_default()).await,
        other => Err(format!("no such step: {other}").into()),
    }
}

fn lifecycle_of(era: &str) -> ClientLifecycleMode {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    match era {
        "modern" => ClientLifecycleMode::Discover { preferred_versions },
        "auto" => ClientLifecycleMode::Auto { preferred_versions, legacy_version: None },
        _ => ClientLifecycleMode::Initialize,
    }
}

async fn connect(era: &str, target: &[String]) -> Anything<Session> {
    let answers = Answers::default();
    if target[0].starts_with("http") {
        let transport = StreamableHttpClientTransport::from_uri(target[0].clone());
        return Ok(answers.serve_with_lifecycle(transport, lifecycle_of(era)).await?);
    }
    let mut command = tokio::process::Command::new(&target[0]);
    command.args(&target[1..]);
    Ok(answers.serve_with_lifecycle(TokioChildProcess::new(command)?, lifecycle_of(era)).await?)
}

async fn follow(era: &str, target: &[String]) -> Anything<()> {
    let session = connect(era, target).await?;
    println!("{}", json!({"ok": "connected"}));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        match take(&session, &serde_json::from_str(&line)?).await {
            Ok(answer) => println!("{}", json!({"ok": answer})),
            Err(error) => println!("{}", json!({"error": error.to_string()})),
        }
    }
    session.cancel().await?;
    Ok(())
}

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Err(error) = follow(&words[1], &words[2..]).await {
        println!("{}", json!({"error": format!("ended: {error}")}));
        std::process::exit(1);
    }
}
