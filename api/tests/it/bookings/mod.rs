//! Bookings: made, refused, shown, changed, found again.

mod changing;
mod lists;
mod making;
mod once;
mod pnr;
mod refused;

use api::Role;
use serde_json::{Value, json};

use crate::stage::{Answer, Ask, PATIENCE, Stage, sale};

const BOOKINGS: &str = "/api/v1/bookings";

/// A grown-up of this surname.
pub fn adult(last_name: &str) -> Value {
    json!({ "type": "ADULT", "title": "Mr", "firstName": "John", "lastName": last_name, "dateOfBirth": "1990-01-01" })
}

/// The name of a departure, of its path.
pub fn name(flight: &str) -> &str {
    flight.rsplit('/').next().expect("a name")
}

/// The request that the contract pastes, for this departure.
pub fn request(flight: &str) -> Value {
    json!({
        "flightId": name(flight), "cabinClass": "ECONOMY", "passengers": [adult("Doe")],
        "contactInfo": { "email": "test@example.com", "phone": "+1234567890" },
    })
}

/// The same with these fields in the place of its own; null takes one away.
pub fn with(mut body: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (field, value) in changes {
        if value.is_null() {
            body.as_object_mut().expect("an object").remove(&field);
        } else {
            body[field] = value;
        }
    }
    body
}

impl Stage {
    fn book(&self, by: &str, body: &Value) -> Ask {
        self.ask("POST", BOOKINGS).by(by).json(body)
    }

    /// Makes a booking, as it must succeed.
    pub async fn booked(&self, by: &str, body: &Value) -> Answer {
        let made = self.book(by, body).send().await;
        assert_eq!((made.status.as_u16(), made.text("status").as_str()), (201, "HELD"), "{made:?}");
        made
    }

    async fn act(&self, by: &str, booking: &Answer, what: &str, body: &Value) -> Answer {
        self.ask("POST", &format!("{BOOKINGS}/{}/{what}", booking.text("id"))).by(by).json(body).send().await
    }

    async fn shown(&self, by: &str, booking: &Answer) -> Answer {
        self.ask("GET", &format!("{BOOKINGS}/{}", booking.text("id"))).by(by).send().await
    }

    /// Opens a departure that is caught from the first one of [`sale`].
    async fn open_connection(&self, number: u16) -> String {
        let mut body = sale(number);
        for (field, value) in [
            ("origin", "LAX"),
            ("destination", "SFO"),
            ("departs", "2090-06-01T21:00:00Z"),
            ("arrives", "2090-06-01T22:30:00Z"),
        ] {
            body[field] = value.into();
        }
        body["distanceMi"] = 337.into();
        let operator = self.token(Role::AirlineAgent, "operator");
        let opened = self.ask("POST", "/api/v1/flights").by(&operator).json(&body).send().await;
        assert_eq!(opened.status, 201, "{opened:?}");
        format!("/api/v1/flights/{}", opened.text("flightId"))
    }

    /// How many of its economy seats a departure has free, held and sold.
    async fn counts(&self, flight: &str) -> (u64, u64, u64) {
        let map = self.read(&format!("{flight}/seat-map")).await.json();
        let cabins = map["cabins"].as_array().expect("cabins").clone();
        let counts =
            &cabins.iter().find(|cabin| cabin["cabinClass"] == "ECONOMY").expect("economy")["counts"];
        let count = |what: &str| counts[what].as_u64().expect("a number");
        (count("available"), count("held"), count("sold"))
    }

    /// Waits until a booking has this status.
    async fn becomes_booking(&self, by: &str, booking: &Answer, status: &str) -> Answer {
        let waiting = async {
            loop {
                let shown = self.shown(by, booking).await;
                if shown.json()["status"] == status {
                    return shown;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("it is never {status}"))
    }
}

/// The seats of a booking on its n-th departure.
fn seats(booking: &Value, slice: usize, segment: usize) -> Vec<String> {
    let seats = booking["slices"][slice]["segments"][segment]["seats"].as_array().expect("seats").clone();
    seats.iter().map(|seat| seat["seat"].as_str().unwrap_or("-").to_owned()).collect()
}
