//! What happens to bookings and departures, on the sockets of those whom it concerns, and of nobody else.

use actors::engine::clock;
use api::{Peer, Role};
use axum::body::Body;
use axum::http::Request;
use domain::identity::{EmailAddress, PersonName};
use http_body_util::BodyExt as _;
use persistence::identity::{Audited, Description, NewAccount};
use persistence::memory::Memory;
use serde_json::{Value, json};

use crate::house::House;
use crate::socket::{Heard, Socket};
use crate::viewer::Viewer;

const ANN: &str = "usr_ann";

impl House {
    /// Asks over HTTP for what must be granted.
    async fn http(&self, (role, subject): (Role, &str), method: &str, path: &str, body: &Value) -> Value {
        let subject = subject.parse().expect("a subject");
        let token = self.state.tokens.keys().issue(role, &subject, 600, clock::now().millis() / 1_000);
        let mut request = Request::new(Body::from(body.to_string()));
        *request.method_mut() = method.parse().expect("a method");
        *request.uri_mut() = format!("/api/v1{path}").parse().expect("a path");
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a value"));
        let peer: std::net::IpAddr = "192.0.2.1".parse().expect("an address");
        request.extensions_mut().insert(Peer(peer));
        let answer = api::face(&self.state).answer_to(peer, request).await.expect("it always answers");
        let status = answer.status();
        let said = answer.into_body().collect().await.expect("a whole body").to_bytes();
        let said: Value = serde_json::from_slice(&said).unwrap_or_default();
        assert!(status.is_success(), "{method} {path}: {status} {said}");
        said
    }

    async fn signed(&self, role: Role, subject: &str) -> Socket {
        let protocols = format!("aisle.v1, ticket.{}", self.ticket_of(role, subject, 3_600));
        let mut socket = Socket::open(&self.authority, &protocols, None).await.expect("a socket");
        assert!(socket.until_pong().await.is_empty());
        socket
    }

    /// A customer with an account, for whom others can book.
    async fn ann(&self) {
        let (people, ann) = (self.store.people(), ANN.parse().expect("a name"));
        let (names, email): ([PersonName; 2], EmailAddress) = (
            ["Ann", "Example"].map(|name| name.parse().expect("a name")),
            "ann@example.com".parse().expect("an address"),
        );
        let by = Audited { actor: &ann, at: clock::now(), request: "a test" };
        let description = Description { email: &email, first_name: &names[0], last_name: &names[1] };
        let (role, is_first_admin) = (Role::Customer, false);
        let new = NewAccount { id: &ann, description, password: "$", role, is_first_admin, request: None };
        people.create(&new, &by).await.expect("an account");
    }

    async fn book(&self, by: (Role, &str), flight: &str, customer: Option<&str>, seat: &str) -> String {
        let mut body = json!({
            "flightId": flight, "cabinClass": "ECONOMY",
            "passengers": [{ "type": "ADULT", "firstName": "John", "lastName": "Doe", "dateOfBirth": "1990-01-01",
                "seat": seat }],
            "contactInfo": { "email": "test@example.com", "phone": "+1234567890" },
        });
        if let Some(customer) = customer {
            body["customerId"] = customer.into();
        }
        self.http(by, "POST", "/bookings", &body).await["id"].as_str().expect("a name").to_owned()
    }
}

/// The next event, whatever else comes.
async fn event(socket: &mut Socket) -> Value {
    loop {
        let frame = socket.frame().await;
        if frame["type"] == "event" {
            return frame;
        }
    }
}

/// What an event is, and of what.
fn told(event: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = if event["data"]["id"].is_null() { &event["data"]["flightId"] } else { &event["data"]["id"] };
    (text(&event["event"]), text(of))
}

async fn no_event(socket: &mut Socket) {
    let before = socket.until_pong().await;
    assert!(before.iter().all(|frame| frame["type"] != "event"), "{before:?}");
}

const AGENT: (Role, &str) = (Role::TravelAgent, "agent");
const ROOT: (Role, &str) = (Role::Admin, "root");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_is_heard_of_by_its_customer_its_agent_and_those_who_run_the_house() {
    let house = House::new().await;
    house.ann().await;
    let flight = house.open(1).await.to_string();
    let mut hear = Vec::new();
    for (role, subject) in [(Role::Customer, ANN), AGENT, ROOT, (Role::BusinessOwner, "owner")] {
        hear.push(house.signed(role, subject).await);
    }
    let mut deaf = Vec::new();
    for (role, subject) in [(Role::Customer, "bob"), (Role::TravelAgent, "other"), (Role::Customer, "agent")]
    {
        deaf.push(house.signed(role, subject).await);
    }
    let mut anonymous = house.viewer(flight.parse().expect("a departure")).await.socket;
    let booking = house.book(AGENT, &flight, Some(ANN), "10A").await;
    let path = format!("/bookings/{booking}");
    let moved = json!({ "seats": [{ "passengerId": "1", "flightId": flight, "seat": "11A" }] });
    house.http((Role::Customer, ANN), "PATCH", &format!("{path}/seats"), &moved).await;
    house.http(AGENT, "POST", &format!("{path}/confirm"), &json!({ "reference": "INV-1" })).await;
    house.http((Role::Customer, ANN), "POST", &format!("{path}/cancel"), &json!({})).await;
    for socket in &mut hear {
        let mut ids = Vec::new();
        for (name, status) in [
            ("booking:created", "HELD"),
            ("booking:updated", "HELD"),
            ("payment:completed", "CONFIRMED"),
            ("booking:confirmed", "CONFIRMED"),
            ("booking:cancelled", "CANCELLED"),
        ] {
            let heard = event(socket).await;
            assert_eq!(told(&heard), (name.to_owned(), booking.clone()));
            assert_eq!(heard["data"]["status"], status);
            assert!(heard["serverTime"].is_string() && !heard.to_string().contains("Doe"), "{heard}");
            ids.push(heard["id"].as_str().expect("a name").to_owned());
        }
        ids.dedup();
        assert_eq!(ids.len(), 5);
        no_event(socket).await;
    }
    for socket in deaf.iter_mut().chain([&mut anonymous]) {
        no_event(socket).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_departures_status_is_heard_of_aboard_and_by_whoever_watches() {
    let house = House::new().await;
    let (flight, other) = (house.open(1).await, house.open(2).await);
    house.book((Role::Customer, "ann"), &flight.to_string(), None, "10A").await;
    let mut hear = vec![
        house.signed(Role::Customer, "ann").await,
        house.signed(Role::Admin, "root").await,
        house.viewer(flight).await.socket,
    ];
    let mut deaf = vec![house.signed(Role::Customer, "bob").await, house.viewer(other).await.socket];
    let operator = (Role::AirlineAgent, "operator");
    let delayed = json!({ "status": "DELAYED", "gate": "B22" });
    house.http(operator, "PATCH", &format!("/flights/{flight}/status"), &delayed).await;
    for socket in &mut hear {
        // That the booking was made may still be on its way to them.
        let mut heard = event(socket).await;
        if told(&heard).0 == "booking:created" {
            heard = event(socket).await;
        }
        assert_eq!(told(&heard), ("flight:status-changed".to_owned(), flight.to_string()));
        assert_eq!((&heard["data"]["status"], &heard["data"]["gate"]), (&"DELAYED".into(), &"B22".into()));
    }
    for socket in &mut deaf {
        no_event(socket).await;
    }
    hear[2].say(&json!({ "op": "unsubscribe", "topic": "seat-map", "flightId": flight.to_string() })).await;
    no_event(&mut hear[2]).await;
    house
        .http(operator, "PATCH", &format!("/flights/{flight}/status"), &json!({ "status": "BOARDING" }))
        .await;
    event(&mut hear[0]).await;
    no_event(&mut hear[2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_back_hears_what_they_missed_once_and_in_order() {
    let store = Memory::new();
    let house = House::over(store.clone()).await;
    let flight = house.open(1).await.to_string();
    let ann = (Role::TravelAgent, "ann");
    let mut socket = house.signed(ann.0, ann.1).await;
    let mut made = vec![house.book(ann, &flight, None, "10A").await];
    let first = event(&mut socket).await["id"].clone();
    drop(socket);
    for seat in ["10B", "10C"] {
        made.push(house.book(ann, &flight, None, seat).await);
        house.book((Role::TravelAgent, "bob"), &flight, None, &seat.replace("10", "20")).await;
    }
    // On the same node …
    let mut socket = house.signed(ann.0, ann.1).await;
    socket.say(&json!({ "op": "resume", "after": first })).await;
    made.push(house.book(ann, &flight, None, "10D").await);
    for booking in &made[1..] {
        assert_eq!(told(&event(&mut socket).await), ("booking:created".to_owned(), booking.clone()));
    }
    no_event(&mut socket).await;
    // … and on its successor.
    house.stop().await;
    let house = House::over(store).await;
    let mut socket = house.signed(ann.0, ann.1).await;
    socket.say(&json!({ "op": "resume", "after": first })).await;
    made.push(house.book(ann, &flight, None, "10E").await);
    for booking in &made[1..] {
        assert_eq!(told(&event(&mut socket).await), ("booking:created".to_owned(), booking.clone()));
    }
    no_event(&mut socket).await;
    let mut overseer = house.signed(Role::BusinessOwner, "owner").await;
    overseer.say(&json!({ "op": "resume", "after": first })).await;
    for _ in 0..made.len() - 1 + 2 {
        event(&mut overseer).await;
    }
    no_event(&mut overseer).await;
    let mut stranger = house.signed(Role::Customer, "cleo").await;
    stranger.say(&json!({ "op": "resume", "after": first })).await;
    no_event(&mut stranger).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_never_was_is_refused() {
    let house = House::new().await;
    let mut socket = house.signed(Role::Customer, "ann").await;
    for after in ["", "yesterday", "1", "-1.0"] {
        socket.say(&json!({ "op": "resume", "after": after })).await;
        assert_eq!(socket.frame().await["code"], "validation", "{after}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_that_an_agent_booked_are_their_customers() {
    let house = House::new().await;
    house.ann().await;
    let flight = house.open(1).await;
    let mut ann = Viewer::watching(house.signed(Role::Customer, ANN).await, flight).await;
    let mut bob = Viewer::watching(house.signed(Role::Customer, "bob").await, flight).await;
    let booking = house.book(AGENT, &flight.to_string(), Some(ANN), "12C").await;
    house
        .http(AGENT, "POST", &format!("/bookings/{booking}/confirm"), &json!({ "reference": "INV-1" }))
        .await;
    let mine = async |socket: &mut Socket| loop {
        let frame = socket.frame().await;
        if frame["type"] == "yours" && frame["seats"] == json!(["12C"]) {
            return;
        }
    };
    mine(&mut ann.socket).await;
    let before = bob.socket.until_pong().await;
    assert!(before.iter().all(|frame| frame["type"] != "yours"), "{before:?}");
    // Whoever comes later is told at once.
    let mut late = house.signed(Role::Customer, ANN).await;
    late.subscribe(&flight.to_string()).await;
    mine(&mut late).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_read_is_cut_off_and_comes_back() {
    let house = House::new().await;
    let flight = house.open(1).await.to_string();
    let ann = (Role::Customer, "ann");
    let mut socket = house.signed(ann.0, ann.1).await;
    let first = house.book(ann, &flight, None, "10A").await;
    let after = event(&mut socket).await["id"].clone();
    // More than its mailbox and the buffers of the connection hold; all of it is still there to be resumed.
    let mut seat = 0_u8;
    let moves = 600_usize;
    for _ in 0..moves {
        seat = (seat + 1) % 2;
        let to = ["10A", "10B"][usize::from(seat)];
        let wish = json!({ "seats": [{ "passengerId": "1", "flightId": flight, "seat": to }] });
        house.http(ann, "PATCH", &format!("/bookings/{first}/seats"), &wish).await;
    }
    let mut heard = 0;
    let code = loop {
        match socket.hear().await {
            Heard::Frame(_) => heard += 1,
            Heard::Closed(code) => break code,
            Heard::Gone => break 0,
        }
    };
    assert!(heard < moves, "it was cut off after {heard} of {moves}");
    assert!(code == 1013 || code == 0, "{code}");
    let mut socket = house.signed(ann.0, ann.1).await;
    socket.say(&json!({ "op": "resume", "after": after })).await;
    for _ in 0..moves {
        assert_eq!(told(&event(&mut socket).await).0, "booking:updated");
    }
    no_event(&mut socket).await;
}
