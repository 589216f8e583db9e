//! What is checked once a hold scenario has ended: that the server knows what the clients were told.

use hyper::StatusCode;

use super::holder::{Holder, Side};
use crate::client::{Answer, Connection};
use crate::contract;
use crate::ledger::Ledger;

/// Checks, with every seat free again, then with one hold of each client, then free once more, that the maps
/// show just that; that holds read as what they are; and that ended ones are remembered.
///
/// # Errors
/// When the server cannot be asked. Broken promises go into the side's ledger.
pub async fn check(door: &mut Connection, side: &mut Side<'_>) -> anyhow::Result<()> {
    let ledger = &side.ledger;
    compare(door, ledger).await?;
    let mut holds = Vec::new();
    for client in &mut side.clients {
        check_released(client, ledger).await?;
        if client.is_in_doubt() {
            continue;
        }
        let answer = client.ask().await?;
        if answer.status != StatusCode::CREATED {
            client.refused_own_seat(&answer);
            continue;
        }
        let hold = client.enter(&answer.body)?;
        expect(ledger, &client.read(client.flight(), &hold).await?, StatusCode::OK, "HELD");
        holds.push((client, hold));
    }
    compare(door, ledger).await?;
    for (client, hold) in holds {
        let answer = client.release(&hold).await?;
        if answer.status != StatusCode::NO_CONTENT {
            client.refused_own_seat(&answer);
        }
        expect(ledger, &client.read(client.flight(), &hold).await?, StatusCode::GONE, "hold-released");
    }
    compare(door, ledger).await
}

async fn check_released(client: &mut Holder, ledger: &Ledger) -> anyhow::Result<()> {
    if let Some((flight, hold)) = client.released.take() {
        expect(ledger, &client.read(flight, &hold).await?, StatusCode::GONE, "hold-released");
    }
    Ok(())
}

fn expect(ledger: &Ledger, answer: &Answer, status: StatusCode, word: &str) {
    // A hold has a status, a problem has a code.
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let is_said = said["status"] == word || said["code"] == word;
    if answer.status != status || !is_said {
        let excerpt = answer.excerpt();
        ledger.violation(format!("a hold reads {} {excerpt} instead of {status} {word}", answer.status));
    }
}

async fn compare(door: &mut Connection, ledger: &Ledger) -> anyhow::Result<()> {
    for flight in 0..ledger.flights().len() {
        let map = contract::seat_map(door, ledger.flight(flight)).await?;
        ledger.compare(flight, &map);
    }
    Ok(())
}
