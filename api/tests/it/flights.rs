//! Departures as anybody may read them, and the lists of places.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn a_departure_is_shown_with_local_times_and_fares() {
    let stage = Stage::new().await;
    let flight = stage.read(&stage.open(1).await).await.json();
    assert_eq!(flight["flightId"], "ZZ-1-2090-06-01-JFK");
    assert_eq!(flight["departure"]["airport"], "JFK");
    assert_eq!(flight["departure"]["zone"], "America/New_York");
    assert_eq!(flight["departure"]["scheduledLocal"], "2090-06-01T09:00");
    assert_eq!(flight["arrival"]["zone"], "America/Los_Angeles");
    assert_eq!(flight["durationMinutes"], 360);
    assert_eq!((&flight["status"], &flight["synthetic"]), (&json!("SCHEDULED"), &json!(false)));
    assert_eq!(flight["cabins"][1]["cabinClass"], "ECONOMY");
    assert_eq!((&flight["cabins"][1]["seats"], &flight["cabins"][1]["sellable"]), (&json!(32), &json!(32)));
    assert_eq!(flight["cabins"][0]["adultPrice"]["total"]["currency"], "USD");
}

#[tokio::test]
async fn what_can_be_had_follows_what_is_held() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let economy = async || stage.read(&format!("{flight}/availability")).await.json()["cabins"][1].clone();
    let before = economy().await;
    stage.held(&flight, &stage.customer("ann"), &["10A", "10B"]).await;
    let after = economy().await;
    assert_eq!((&before["held"], &after["held"]), (&json!(0), &json!(2)));
    assert_eq!((&before["sellable"], &after["sellable"]), (&json!(32), &json!(30)));
}

#[tokio::test]
async fn a_list_goes_on_where_its_cursor_says() {
    let stage = Stage::new().await;
    for number in 1..=7 {
        stage.open(number).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    // Three pages; a cursor that leads nowhere must not lead there for ever.
    for _ in 0..4 {
        let page =
            stage.read(&format!("/api/v1/flights?date=2090-06-01&limit=3&cursor={cursor}")).await.json();
        let flights = page["data"].as_array().unwrap();
        assert!(flights.len() <= 3);
        seen.extend(flights.iter().map(|flight| flight["number"].as_u64().unwrap()));
        match page["page"]["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=7).collect::<Vec<_>>(), "each once");
    for (query, count) in [("origin=JFK&destination=LAX", 7), ("origin=LAX", 0), ("destination=SFO", 0)] {
        let found = stage.read(&format!("/api/v1/flights?date=2090-06-01&{query}")).await.json();
        assert_eq!(found["data"].as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn a_wrong_query_is_named_field_by_field() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    let cases = [
        ("/api/v1/flights", vec![("date", "missing")]),
        (
            "/api/v1/flights?date=soon&origin=jfk1&destination=%F0%9F%9B%AB&limit=0&cursor=x&page=1",
            vec![
                ("page", "unknown"),
                ("date", "invalid"),
                ("origin", "invalid"),
                ("destination", "invalid"),
                ("limit", "invalid"),
                ("cursor", "invalid"),
            ],
        ),
        ("/api/v1/flights?date=2090-06-01&date=2090-06-02", vec![("date", "invalid")]),
        ("/api/v1/flights?date=2090-06-01&cursor=MSBmbGlnaHQvAA", vec![("cursor", "invalid")]),
        ("/api/v1/flights/airports", vec![("q", "missing")]),
        ("/api/v1/flights/airlines?q=%20", vec![("q", "invalid")]),
    ];
    for (path, bad) in cases {
        let answer = stage.read(path).await;
        let bad: Vec<_> = bad.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!((answer.outcome().1.as_str(), answer.bad_fields()), ("validation", bad), "{path}");
    }
    let yours = format!("{flight}/seat-map/yours?adults=ten&children=10");
    let yours = stage.ask("GET", &yours).by(&ann).send().await;
    let bad = ["adults", "children"].map(|field| (field.to_owned(), "invalid".to_owned()));
    assert_eq!(yours.bad_fields(), bad);
}

#[tokio::test]
async fn airports_and_airlines_are_found_as_one_types() {
    let stage = Stage::new().await;
    let airports = stage.read("/api/v1/flights/airports?q=jfk").await.json();
    assert_eq!(airports["data"][0]["code"], "JFK");
    assert_eq!(airports["data"][0]["zone"], "America/New_York");
    let airlines = stage.read("/api/v1/flights/airlines?q=B6").await.json();
    assert_eq!(airlines["data"][0]["code"], "B6");
    let none = stage.read("/api/v1/flights/airports?q=zzzzzzzz").await.json();
    assert_eq!(none["data"], json!([]));
}
