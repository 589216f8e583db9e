//! A viewer that folds what it is sent into the map it was sent first: as text, so that every byte counts.

use std::fmt::Write as _;

use domain::ids::{FlightId, Version};
use serde_json::{Value, json};

use crate::socket::{Heard, Socket};

/// A viewer of a departure.
pub struct Viewer {
    pub socket: Socket,
    /// The map's text.
    pub map: String,
    pub version: u64,
    /// Frames with changes.
    pub deltas: usize,
    /// The most versions that one of them went forward.
    pub longest: u64,
    /// Whole maps.
    pub maps: usize,
    pub resyncs: usize,
    /// What it was told of its own.
    pub yours: Vec<Value>,
}

impl Viewer {
    fn over(socket: Socket) -> Self {
        let (map, yours) = (String::new(), Vec::new());
        Self { socket, map, version: 0, deltas: 0, longest: 0, maps: 0, resyncs: 0, yours }
    }

    /// Subscribes, and waits for the first map.
    pub async fn watching(socket: Socket, flight: FlightId) -> Self {
        let mut viewer = Self::subscribed(socket, flight).await;
        viewer.step().await;
        assert_eq!(viewer.maps, 1);
        viewer
    }

    /// Subscribes, and reads nothing yet.
    pub async fn subscribed(mut socket: Socket, flight: FlightId) -> Self {
        socket.subscribe(&flight.to_string()).await;
        Self::over(socket)
    }

    /// Goes on over another socket.
    pub async fn coming_back(self, mut socket: Socket, flight: FlightId) -> Self {
        let (topic, flight) = ("seat-map", flight.to_string());
        let wish = json!({"op": "subscribe", "topic": topic, "flightId": flight, "from": self.version});
        socket.say(&wish).await;
        Self { socket, maps: 0, deltas: 0, ..self }
    }

    pub async fn follow_to(&mut self, version: Version) {
        while self.version < version.number() {
            self.step().await;
        }
        assert_eq!(self.version, version.number());
    }

    /// Takes one frame in.
    pub async fn step(&mut self) {
        match self.socket.hear().await {
            Heard::Frame(text) => self.take_in(&text),
            other => panic!("{other:?}"),
        }
    }

    fn take_in(&mut self, text: &str) {
        let frame: Value = serde_json::from_str(text).expect("JSON");
        let time = frame["serverTime"].as_str().expect("every frame has the time");
        assert!(time.len() == "2026-12-01T12:00:00.000Z".len() && time.ends_with('Z'), "{time}");
        match frame["type"].as_str() {
            Some("snapshot") => {
                let (_, map) = text.split_once(r#""seatMap":"#).expect("a map");
                self.map = map.strip_suffix('}').expect("the map is the last member").to_owned();
                let map: Value = serde_json::from_str(&self.map).expect("a map of its own");
                assert_eq!((&map["version"], &map["flightId"]), (&frame["version"], &frame["flightId"]));
                self.version = frame["version"].as_u64().expect("a version");
                self.maps += 1;
            }
            Some("delta") => self.fold(&frame),
            Some("resync") => self.resyncs += 1,
            Some("yours") => self.yours.push(frame),
            _ => panic!("{text}"),
        }
    }

    fn fold(&mut self, frame: &Value) {
        let version = frame["version"].as_u64().expect("a version");
        assert_eq!(frame["from"].as_u64(), Some(self.version), "frames join");
        assert!(version > self.version);
        let mut latest = self.version;
        for change in frame["changes"].as_array().expect("changes") {
            let at = change["version"].as_u64().expect("a version");
            assert!(latest <= at && self.version < at && at <= version, "changes come in order");
            latest = at;
            self.change(change);
        }
        let mut after = 0;
        for counts in frame["counts"].as_array().expect("counts") {
            after = self.count(counts, after);
        }
        self.replace(r#""version":"#, ",", &version.to_string(), 0);
        self.longest = self.longest.max(version - self.version);
        self.version = version;
        self.deltas += 1;
    }

    fn change(&mut self, change: &Value) {
        let text = |name: &str| change[name].as_str().expect("a text");
        let mut now = format!(r#""{}""#, text("state"));
        if change.get("until").is_some() {
            write!(now, r#","until":"{}""#, text("until")).expect("memory");
        }
        self.replace(&format!(r#""seat":"{}","state":"#, text("seat")), r#","attributes""#, &now, 0);
    }

    fn count(&mut self, counts: &Value, after: usize) -> usize {
        let class = format!(r#""cabinClass":{},"#, counts["cabinClass"]);
        let cabin = after + self.map[after..].find(&class).expect("cabins come in the map's order");
        let members = ["seats", "available", "held", "sold", "blocked", "sellable"];
        let members: Vec<String> =
            members.iter().map(|name| format!(r#""{name}":{}"#, counts[*name])).collect();
        self.replace(r#""counts":{"#, "}", &members.join(","), cabin)
    }

    /// Puts `now` between the first `start` after a place and the next `end`; the place where that begins.
    fn replace(&mut self, start: &str, end: &str, now: &str, after: usize) -> usize {
        let begin = after + self.map[after..].find(start).unwrap_or_else(|| panic!("{start}")) + start.len();
        let length = self.map[begin..].find(end).unwrap_or_else(|| panic!("{start} {end}"));
        self.map.replace_range(begin..begin + length, now);
        begin
    }
}
