//! Owners link themselves to their supervisor, which must learn of every death and survive it.

use std::convert::Infallible;
use std::ops::ControlFlow;

use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, Spawn as _, WeakActorRef};
use kameo::error::ActorStopReason;
use kameo::message::{Context, Message};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Boom, HUNG};

/// A supervisor that passes on whom it lost, and whether that one crashed.
struct Mourner(mpsc::Sender<(ActorId, bool)>);

impl Actor for Mourner {
    type Args = mpsc::Sender<(ActorId, bool)>;
    type Error = Infallible;

    async fn on_start(deaths: Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self(deaths))
    }

    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        who: ActorId,
        why: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        let crashed = matches!(why, ActorStopReason::Panicked(_));
        self.0.send((who, crashed)).await.expect("the test waits for it");
        Ok(ControlFlow::Continue(()))
    }
}

/// One that links itself while it starts, and may fail to.
struct Linked;

#[derive(Debug)]
struct CannotStart;

impl Actor for Linked {
    type Args = (ActorRef<Mourner>, bool);
    type Error = CannotStart;

    async fn on_start((mourner, starts): Self::Args, me: ActorRef<Self>) -> Result<Self, CannotStart> {
        me.link(&mourner).await;
        if starts { Ok(Self) } else { Err(CannotStart) }
    }
}

impl Message<Boom> for Linked {
    type Reply = ();

    async fn handle(&mut self, Boom: Boom, _: &mut Context<Self, ()>) {
        panic!("a planted crash");
    }
}

/// When it fails: `Owner::on_start` must be linked by whoever spawns it, outside the directory's entry, and
/// `ShardSupervisor` learns of no death until then.
#[tokio::test]
async fn linked_from_on_start_notifies_the_supervisor() {
    let (deaths, mut died) = mpsc::channel(8);
    let mourner = Mourner::spawn(deaths);
    let crashing = Linked::spawn((mourner.clone(), true));
    assert!(crashing.ask(Boom).await.is_err());
    let unborn = Linked::spawn((mourner.clone(), false));
    let leaving = Linked::spawn((mourner.clone(), true));
    leaving.stop_gracefully().await.unwrap();
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(timeout(HUNG, died.recv()).await.unwrap().unwrap());
    }
    for (who, crashed) in [(crashing.id(), true), (unborn.id(), true), (leaving.id(), false)] {
        assert!(told.contains(&(who, crashed)), "{who}: {told:?}");
    }
    assert!(mourner.is_alive());
}
