//! The seat map: its shape, its tag, its packing.

use std::io::Read as _;

use serde_json::json;

use crate::stage::{Answer, Stage};

fn unpacked(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut plain).expect("it is gzip");
    plain
}

#[tokio::test]
async fn the_map_has_the_contracts_shape() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    stage.held(&flight, &stage.customer("ann"), &["10A"]).await;
    let answer = stage.read(&format!("{flight}/seat-map")).await;
    let map = answer.json();
    assert_eq!((&map["flightId"], &map["version"]), (&json!("ZZ-1-2090-06-01-JFK"), &json!(2)));
    assert_eq!(map["aircraft"], "Test frame");
    let economy = &map["cabins"][1];
    assert_eq!((&economy["cabinClass"], &economy["deck"]), (&json!("ECONOMY"), &json!("MAIN")));
    assert_eq!(economy["columns"], json!(["A", "B", "", "C", "D"]));
    let counts = json!({ "seats": 32, "available": 31, "held": 1, "sold": 0, "blocked": 0, "sellable": 31 });
    assert_eq!(economy["counts"], counts);
    let row = &economy["rows"][0];
    assert_eq!(
        (&row["row"], row["exit"].is_boolean(), row["bulkhead"].is_boolean()),
        (&json!(10), true, true)
    );
    let (held, open) = (&row["seats"][0], &row["seats"][1]);
    assert_eq!((&held["seat"], &held["state"]), (&json!("10A"), &json!("HELD")));
    assert!(held["until"].as_str().unwrap().ends_with('Z'), "{held}");
    assert_eq!((&open["state"], open.get("until")), (&json!("AVAILABLE"), None));
    assert!(held["attributes"].as_array().unwrap().contains(&json!("WINDOW")), "{held}");
    assert!(!String::from_utf8_lossy(&answer.body).contains("ann"), "nothing personal is in it");
    let now = answer.header("server-time").parse::<i64>().unwrap();
    assert!((actors::engine::clock::now().millis() - now).abs() < 60_000);
}

#[tokio::test]
async fn a_known_map_is_not_sent_again() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let path = format!("{flight}/seat-map");
    let first = stage.read(&path).await;
    assert_eq!(first.header("etag"), "W/\"1.json\"");
    assert_eq!(first.header("cache-control"), "no-cache", "it may be kept, and must be asked for");
    let tag = first.header("etag");
    for known in [tag, "\"1.json\"", "*", &format!("\"other\", {tag}")] {
        let again = stage.ask("GET", &path).header("if-none-match", known).send().await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{known}");
        assert_eq!(again.header("etag"), tag);
    }
    stage.held(&flight, &stage.customer("ann"), &["10A"]).await;
    let changed = stage.ask("GET", &path).header("if-none-match", tag).send().await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "W/\"2.json\""));
}

#[tokio::test]
async fn the_packed_map_is_the_same_map() {
    let stage = Stage::new().await;
    let path = format!("{}/seat-map", stage.open(1).await);
    let plain = stage.read(&path).await;
    for (accepts, packs) in [
        ("gzip", true),
        ("br, gzip;q=0.8", true),
        ("GZIP", true),
        ("gzip;q=0", false),
        ("gzip;q=0.000", false),
        ("gzip;q=0.001", true),
        ("br", false),
        ("", false),
    ] {
        let answer = stage.ask("GET", &path).header("accept-encoding", accepts).send().await;
        assert_eq!(answer.header("content-encoding") == "gzip", packs, "{accepts}");
        assert_eq!(answer.header("vary"), "accept-encoding");
        let body = if packs { unpacked(&answer) } else { answer.body.to_vec() };
        assert_eq!(body, plain.body, "{accepts}");
        assert_eq!(answer.header("etag") == plain.header("etag"), !packs, "each packing has its tag");
    }
}

#[tokio::test]
async fn everybody_sees_the_same_bytes() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    stage.held(&flight, &ann, &["10A"]).await;
    let path = format!("{flight}/seat-map");
    let mine = stage.ask("GET", &path).by(&ann).send().await;
    let theirs = stage.ask("GET", &path).by(&stage.customer("bob")).send().await;
    assert_eq!((&mine.body, &theirs.body), (&stage.read(&path).await.body, &mine.body));
}

#[tokio::test]
async fn only_you_see_what_is_yours() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    let hold = stage.held(&flight, &ann, &["10A"]).await;
    let path = format!("{flight}/seat-map/yours");
    let mine = stage.ask("GET", &path).by(&ann).send().await;
    assert_eq!(mine.header("cache-control"), "no-store");
    let mine = mine.json();
    assert!(hold.ends_with(mine["holds"][0]["holdId"].as_str().unwrap()));
    assert_eq!(mine["holds"][0]["seats"], json!(["10A"]));
    let theirs = stage.ask("GET", &path).by(&stage.customer("bob")).send().await.json();
    assert_eq!(theirs["holds"], json!([]));
}
