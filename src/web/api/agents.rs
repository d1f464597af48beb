//! `/oauth/fastmcp/agent/…`: what agents ask for, in the name of a user.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::agents::{self, AgentCaller, AgentRequest, Proof, texts};
use crate::service::resources::AGENTS;
use crate::web::bearer;
use crate::web::extract::{Id, Json as Body};

async fn admit(app: &App, context: &Context, headers: &HeaderMap) -> Result<AgentCaller, Response> {
    let Some(token) = bearer::of_header(headers) else { return Err(bearer::missing_at(app, AGENTS)) };
    let admitted = agents::admit(app, context, token, &app.config.issuer.url(AGENTS.path)).await;
    admitted.map_err(|error| bearer::refused_at(app, AGENTS, error))
}

/// As [`admit`], and reads the body afterwards: who may not come in is not told what is wrong with it.
async fn admit_with(
    app: &App,
    context: &Context,
    request: Request,
) -> Result<(AgentCaller, Map<String, Value>), Response> {
    let caller = admit(app, context, request.headers()).await?;
    match Body::<Map<String, Value>>::from_request(request, &()).await {
        Ok(Body(sent)) => Ok((caller, sent)),
        Err(error) => Err(error.into_response()),
    }
}

fn answered(app: &App, answer: Result<Value, OAuthError>) -> Response {
    answer.map_or_else(|error| bearer::refused_at(app, AGENTS, error), |answer| Json(answer).into_response())
}

/// `POST …/authenticate`: asks for an account; answers the page that the user is to open.
pub async fn authenticate(State(app): State<Arc<App>>, context: Context, request: Request) -> Response {
    let (caller, sent) = match admit_with(&app, &context, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    let asked = async {
        let asked = AgentRequest::read(&sent)?;
        let url = agents::authenticate(&app, &context, &caller, &asked, None).await?;
        Ok(json!({
            "authorization_url": url,
            "agent_id": asked.agent_id,
            "provider": asked.provider,
            "flow_type": "agent_oauth",
        }))
    };
    answered(&app, asked.await)
}

/// `GET …/{agent_id}/session?provider=`: whether the user has said yes.
pub async fn session(State(app): State<Arc<App>>, context: Context, Id(agent_id): Id, request: Request) -> Response {
    let caller = match admit(&app, &context, request.headers()).await {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    let query = Parameters::parse(request.uri().query().unwrap_or_default().as_bytes());
    let found = async {
        let query = query?;
        let session = agents::session(&app, &context, &caller, &agent_id, query.required("provider")?).await?;
        Ok(session.written())
    };
    answered(&app, found.await)
}

/// `POST …/{agent_id}/token`: gives the account's token for what the browser came back with.
pub async fn token(State(app): State<Arc<App>>, context: Context, Id(agent_id): Id, request: Request) -> Response {
    let (caller, sent) = match admit_with(&app, &context, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    let given = async {
        let [code, state] = texts(&sent, ["authorization_code", "state"], "")?;
        let given = agents::token(&app, &context, &caller, (&agent_id, None), Proof { code, state }).await?;
        Ok(given.written())
    };
    answered(&app, given.await)
}
