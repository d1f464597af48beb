//! The OpenAPI document of the admin API, and whether an answer is what it promises.

use jsonschema::Draft;
use serde_json::{Map, Value, json};

use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

pub struct Document(pub Value);

/// One thing that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// With `{id}` where an id stands.
    pub path: String,
    /// In small letters.
    pub method: String,
}

impl Operation {
    pub fn new(method: &str, path: &str) -> Self {
        Self { path: path.to_owned(), method: method.to_owned() }
    }
}

impl Document {
    pub async fn of(server: &Server) -> Self {
        Self(server.send(Ask::get("/admin/api/openapi.json")).await.assert_status(200).json())
    }

    pub fn paths(&self) -> &Map<String, Value> {
        self.0["paths"].as_object().expect("paths")
    }

    /// Everything that can be asked for.
    pub fn operations(&self) -> Vec<Operation> {
        let methods = |item: &Value| item.as_object().expect("an item").keys().cloned().collect::<Vec<_>>();
        let of_path = |(path, item): (&String, &Value)| {
            let known = methods(item).into_iter().filter(|name| name != "parameters");
            known.map(|method| Operation::new(&method, path)).collect::<Vec<_>>()
        };
        self.paths().iter().flat_map(of_path).collect()
    }

    /// What is said of it.
    pub fn told(&self, operation: &Operation) -> &Value {
        let told = &self.0["paths"][&operation.path][&operation.method];
        assert!(told.is_object(), "{operation:?} is not in the document");
        told
    }

    /// The kinds of things: paths below which things are made.
    pub fn nouns(&self) -> Vec<&str> {
        let has_one = |path: &str| self.paths().contains_key(&format!("{path}/{{id}}"));
        let made = self.paths().iter().filter(|(path, item)| item.get("post").is_some() && has_one(path));
        made.map(|(path, _)| path.strip_prefix("/admin/api/").expect("a path of the admin API")).collect()
    }

    /// What `schema` refers to, if it only does that.
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(place) => self.0.pointer(&place[1..]).unwrap_or_else(|| panic!("{place} is nowhere")),
            None => schema,
        }
    }

    /// The schema of the JSON that a request is made of.
    pub fn sent(&self, method: &str, path: &str) -> &Value {
        let told = self.told(&Operation::new(method, path));
        self.resolved(&told["requestBody"]["content"]["application/json"]["schema"])
    }

    /// The schema of one of a kind, as it is shown.
    pub fn made(&self, noun: &str) -> &Value {
        let told = self.told(&Operation::new("get", &format!("/admin/api/{noun}/{{id}}")));
        self.resolved(&told["responses"]["200"]["content"]["application/json"]["schema"])
    }

    /// The member of one of a kind that is its id.
    pub fn id_of(&self, noun: &str) -> &str {
        let made = &self.told(&Operation::new("post", &format!("/admin/api/{noun}")))["responses"]["201"];
        let id = made["links"]["read"]["parameters"]["id"].as_str().expect("an id");
        id.rsplit('/').next().expect("a member")
    }

    /// Fails unless `value` is what the schema says.
    #[track_caller]
    pub fn assert_valid(&self, schema: &Value, value: &Value) {
        let problems = self.problems(schema, value);
        assert!(problems.is_empty(), "{problems:?}\n{value}");
    }

    pub fn problems(&self, schema: &Value, value: &Value) -> Vec<String> {
        let whole = json!({ "components": self.0["components"], "allOf": [schema] });
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let validator = options.build(&whole).expect("a schema");
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// Fails unless the document promises just such an answer.
    #[track_caller]
    pub fn assert_promised(&self, method: &str, path: &str, reply: &Reply) {
        let answers = &self.told(&Operation::new(method, path))["responses"];
        let status = reply.status.as_str();
        let is_told = reply.status.is_success() || status == "412";
        assert!(is_told == answers.get(status).is_some(), "{method} {path}: {status} {}", reply.body);
        let answer = self.resolved(answers.get(status).unwrap_or(&answers["default"]));
        let headers = answer.get("headers").and_then(Value::as_object);
        for (name, told) in headers.into_iter().flatten() {
            self.assert_valid(&self.resolved(told)["schema"], &json!(reply.header(name)));
        }
        let Some(content) = answer.get("content").and_then(Value::as_object) else {
            assert_eq!((reply.body.as_str(), reply.header("content-type")), ("", ""));
            return;
        };
        let (kind, content) = content.iter().next().expect("a content type");
        assert_eq!(reply.header("content-type"), kind);
        self.assert_valid(&content["schema"], &reply.json());
    }
}
