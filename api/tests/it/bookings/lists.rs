//! Bookings in lists, and figures of them.

use api::Role;
use serde_json::{Value, json};

use super::{BOOKINGS, adult, name, request, with};
use crate::stage::{Answer, Stage};

/// The record locators of a page.
fn pnrs(page: &Answer) -> Vec<String> {
    let bookings = page.json()["data"].as_array().unwrap_or_else(|| panic!("a list: {page:?}")).clone();
    bookings.iter().map(|booking| booking["pnr"].as_str().expect("a locator").to_owned()).collect()
}

async fn list(stage: &Stage, by: &str, path: &str) -> Answer {
    stage.ask("GET", &format!("{BOOKINGS}{path}")).by(by).send().await
}

struct Scene {
    stage: Stage,
    flights: [String; 2],
    ann: String,
    agent: String,
    /// Ann's, on the first departure; then the agent's for Bob, on the second.
    made: [Answer; 2],
}

impl Scene {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let flights = [stage.open(1).await, stage.open_connection(2).await];
        let (ann, agent) = (stage.customer("ann"), stage.token(Role::TravelAgent, "agent"));
        let bob = stage.member(Role::Customer).await;
        let of_ann = with(request(&flights[0]), json!({ "passengers": [adult("Müller-Lüdenscheidt")] }));
        let of_bob = with(request(&flights[1]), json!({ "customerId": bob.id.as_str() }));
        let made = [stage.booked(&ann, &of_ann).await, stage.booked(&agent, &of_bob).await];
        Self { stage, flights, ann, agent, made }
    }

    fn pnr(&self, place: usize) -> String {
        self.made[place].text("pnr")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_lists_what_they_may_see() {
    let scene = Scene::new().await;
    let (ann, bob) = (scene.pnr(0), scene.pnr(1));
    let owner = scene.stage.token(Role::BusinessOwner, "owner");
    for (by, path, found) in [
        (&scene.ann, "", vec![&ann]),
        (&scene.ann, "/my-bookings", vec![&ann]),
        (&scene.agent, "", vec![&bob]),
        (&scene.agent, "/my-bookings", vec![&bob]),
        (&owner, "", vec![&bob, &ann]),
        (&owner, "/my-bookings", vec![]),
        (&scene.stage.customer("nobody"), "", vec![]),
    ] {
        let page = list(&scene.stage, by, path).await;
        assert_eq!(pnrs(&page).iter().collect::<Vec<_>>(), found, "{path}");
        assert!(!String::from_utf8_lossy(&page.body).contains("lastName"), "lists show nobody");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_filtered_and_come_in_pages() {
    let scene = Scene::new().await;
    let admin = scene.stage.token(Role::Admin, "root");
    let (ann, bob) = (scene.pnr(0), scene.pnr(1));
    for (query, found) in [
        (format!("?flightId={}", name(&scene.flights[0])), vec![&ann]),
        (format!("?pnr={}", bob.to_lowercase()), vec![&bob]),
        (format!("?search={bob}"), vec![&bob]),
        ("?search=muller%20ludenscheidt".to_owned(), vec![&ann]),
        ("?search=test@example.com".to_owned(), vec![&bob, &ann]),
        ("?search=mull".to_owned(), vec![]),
        ("?status=HELD".to_owned(), vec![&bob, &ann]),
        ("?status=CANCELLED".to_owned(), vec![]),
        ("?from=2000-01-01&to=2000-01-02".to_owned(), vec![]),
        ("?from=2000-01-01&to=2999-01-01".to_owned(), vec![&bob, &ann]),
        ("?limit=1&page=2".to_owned(), vec![&ann]),
    ] {
        let page = list(&scene.stage, &admin, &query).await;
        assert_eq!(pnrs(&page).iter().collect::<Vec<_>>(), found, "{query}");
    }
    let page = list(&scene.stage, &admin, "?limit=1").await.json();
    assert_eq!(page["page"], json!({ "number": 1, "limit": 1, "total": 2, "pages": 2 }));
    for query in [
        "?status=LOST",
        "?pnr=0O1I",
        "?limit=101",
        "?page=0",
        "?from=now",
        "?from=2026-12-02&to=2026-12-01",
        "?flightId=x",
        "?who=me",
    ] {
        assert_eq!(
            list(&scene.stage, &admin, query).await.outcome(),
            (422, "validation".to_owned()),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_shows_what_was_just_answered() {
    let scene = Scene::new().await;
    let cancelled = scene.stage.act(&scene.ann, &scene.made[0], "cancel", &json!({})).await;
    assert_eq!(cancelled.status, 200);
    let page = list(&scene.stage, &scene.ann, "/my-bookings?status=CANCELLED").await;
    assert_eq!(pnrs(&page), [scene.pnr(0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_for_whoever_runs_the_house() {
    let scene = Scene::new().await;
    let (admin, agent) = (scene.stage.token(Role::Admin, "root"), &scene.agent);
    let paid = scene.stage.act(&admin, &scene.made[1], "confirm", &json!({ "reference": "INV-1" })).await;
    assert_eq!(paid.status, 200, "{paid:?}");
    let read = async |path: &str| -> Value {
        let answer = scene.stage.ask("GET", path).by(&admin).send().await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    };
    let stats = read("/api/v1/bookings/stats").await;
    assert_eq!(
        (&stats["total"], &stats["byStatus"]["CONFIRMED"], &stats["byStatus"]["HELD"]),
        (&2.into(), &1.into(), &1.into()),
        "{stats}"
    );
    let price = &scene.made[1].json()["price"]["total"];
    let figures = read("/api/v1/stats/bookings").await;
    let route = |figure: &Value, of: &str| {
        let routes = figure["byRoute"].as_array().expect("routes").clone();
        routes.into_iter().find(|route| route["of"] == of).unwrap_or_else(|| panic!("no {of} in {figure}"))
    };
    assert_eq!(figures["byDay"][0]["bookings"], 2);
    assert_eq!(route(&figures, "JFK-LAX")["byStatus"], json!({ "HELD": 1 }));
    let revenue = read("/api/v1/stats/revenue").await;
    assert_eq!((&revenue["total"], &revenue["byRoute"][0]["of"]), (&json!([price]), &"LAX-SFO".into()));
    let agents = read("/api/v1/stats/agents").await;
    let agent_made = agents["agents"].as_array().expect("agents").iter().find(|one| one["of"] == "agent");
    assert_eq!(agent_made.expect("the agent")["revenue"], json!([price]));
    let load = read("/api/v1/stats/load-factor?from=2090-06-01&to=2090-06-01").await;
    let flown = route(&load, "LAX-SFO");
    assert_eq!((&flown["seats"], &flown["sold"], &flown["loadPercent"]), (&40.into(), &1.into(), &2.into()));
    for figure in ["bookings", "revenue", "load-factor", "agents"] {
        let path = format!("/api/v1/stats/{figure}");
        assert_eq!(scene.stage.ask("GET", &path).by(agent).send().await.status, 403, "{figure}");
        for query in ["?from=x", "?from=2026-12-02&to=2026-12-01", "?from=2025-01-01&to=2026-12-01", "?of=me"]
        {
            let wrong = scene.stage.ask("GET", &format!("{path}{query}")).by(&admin).send().await;
            assert_eq!(wrong.outcome(), (422, "validation".to_owned()), "{query}");
        }
    }
    assert_eq!(scene.stage.ask("GET", "/api/v1/bookings/stats").by(agent).send().await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_are_shown_by_name_and_customers_are_no_agents() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, sam) = (stage.member(Role::Customer).await, stage.member(Role::TravelAgent).await);
    let owner = stage.member(Role::BusinessOwner).await;
    for who in [&ann, &sam] {
        stage.booked(&who.access, &request(&flight)).await;
    }
    let shown = stage.ask("GET", "/api/v1/stats/agents").by(&owner.access).send().await.json();
    let agents = shown["agents"].as_array().expect("agents");
    assert_eq!(agents.len(), 1, "{shown}");
    assert_eq!((&agents[0]["of"], &agents[0]["bookings"]), (&json!(sam.id.as_str()), &json!(1)));
    let name = agents[0]["name"].as_str().expect("a name");
    assert!(name.starts_with("Member") && name.ends_with(" Example"), "{name}");
}
