//! The contract as a document: whole, explained, and readable without any network.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::stage::Stage;

fn document() -> Value {
    serde_json::to_value(api::document()).expect("a document is JSON")
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path has operations");
        item.iter().map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
    });
    all.collect()
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_built() {
    let stage = Stage::new().await;
    let served = stage.read(api::DOCUMENT).await;
    assert_eq!((served.status.as_u16(), served.json()), (200, document()));
    assert!(served.text("openapi").starts_with("3.1"));
}

#[test]
fn every_operation_is_named_summarised_and_exemplified() {
    let document = document();
    let mut names = BTreeSet::new();
    for (place, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place} has no name"));
        assert!(names.insert(name.to_owned()), "{place}: {name} names another operation too");
        assert!(operation["summary"].is_string(), "{place} has no summary");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            let shown = !parameter["example"].is_null() || !schema["example"].is_null();
            assert!(parameter["description"].is_string() && shown, "{place}: {parameter}");
        }
        if let Some(body) = operation.get("requestBody") {
            let schema = &body["content"]["application/json"]["schema"];
            let choices = schema["oneOf"].as_array().into_iter().flatten();
            let reference = choices.chain([schema]).find_map(|choice| choice["$ref"].as_str());
            let named = reference.unwrap_or_else(|| panic!("{place}: {body}")).rsplit('/').next().unwrap();
            assert!(
                !document["components"]["schemas"][named]["example"].is_null(),
                "{place}: {named} has no example"
            );
        }
    }
}

#[test]
fn every_refusal_shows_a_problem_with_its_code() {
    for (place, operation) in operations(&document()) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let is_refusal = status.starts_with(['4', '5']);
            if !is_refusal || place == "get /readyz" {
                continue;
            }
            let problem = &response["content"]["application/problem+json"];
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem", "{place} {status}");
            assert_eq!(problem["example"]["status"].as_u64().unwrap().to_string(), *status, "{place}");
            assert!(problem["example"]["code"].is_string(), "{place} {status}");
        }
    }
}

#[test]
fn every_field_is_explained() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let parts = schema["allOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
        for (field, shape) in parts.iter().filter_map(|part| part["properties"].as_object()).flatten() {
            let choices = shape["oneOf"].as_array().into_iter().flatten();
            let is_explained = choices.chain([shape]).any(|choice| choice["description"].is_string());
            assert!(is_explained, "{name}.{field} is not explained: {shape}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}

#[tokio::test]
async fn the_page_needs_no_network() {
    let stage = Stage::new().await;
    let moved = stage.read("/docs").await;
    let page = if moved.status.is_redirection() { stage.read(moved.header("location")).await } else { moved };
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(page.status == 200 && html.contains("swagger-ui"), "{html}");
    let sources: Vec<_> = ["src=\"", "href=\""].iter().flat_map(|mark| html.split(mark).skip(1)).collect();
    assert!(sources.len() >= 3, "{html}");
    for source in sources {
        let source = source.split('"').next().unwrap();
        assert!(!source.contains("//"), "{source} is somewhere else");
        let file = stage.read(&format!("/docs/{}", source.trim_start_matches("./"))).await;
        assert!(file.status == 200 && !file.body.is_empty(), "{source}: {}", file.status);
    }
}
