//! What a session does next.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Sleep;

use super::bell::Ear;
use super::events::Place;
use super::line::{Heard, Line};
use super::watched::{self, Watched};
use crate::auth::Socket;

/// What calls a session.
#[derive(Debug)]
pub enum Call {
    /// A departure that it watches has news.
    News,
    /// The client.
    Heard(Heard),
    /// The clock.
    Alarm,
    /// Something happened that concerns the viewer.
    Events,
    /// The token has become void.
    Cut,
    /// The process stops.
    Stopped,
}

/// Whose turn it is. News comes first when a session wakes, because that is what it wakes for nearly every
/// time; but never twice before it was looked whether something else calls.
#[derive(Debug, Default)]
pub struct Turns {
    ear: Option<Ear>,
    had_news: bool,
}

/// What calls beside the client and the departures.
pub struct Watches<'a, F> {
    /// The clock.
    pub alarm: Pin<&'a mut Sleep>,
    /// Ready when the process stops.
    pub stopped: Pin<&'a mut F>,
    /// Of whoever has signed in: it is cut when their token becomes void.
    pub socket: Option<&'a Socket>,
    /// Where it hears of events.
    pub place: Option<&'a Place>,
}

/// What calls except for news.
struct Others<'a, S, F> {
    line: &'a mut Line<S>,
    watches: Watches<'a, F>,
}

impl Turns {
    /// Waits for the next call. Nothing is lost when nobody waits any more.
    pub async fn next<S, F>(
        &mut self,
        line: &mut Line<S>,
        watched: &mut [Watched],
        watches: Watches<'_, F>,
    ) -> Call
    where
        S: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = ()>,
    {
        let mut others = Others { line, watches };
        poll_fn(|cx| self.poll(cx, |cx| watched::poll_news(watched, cx), |cx| others.poll(cx))).await
    }

    fn poll(
        &mut self,
        cx: &Context<'_>,
        mut news: impl FnMut(&Context<'_>) -> Poll<()>,
        others: impl FnOnce(&mut Context<'_>) -> Poll<Call>,
    ) -> Poll<Call> {
        let had_news = std::mem::take(&mut self.had_news);
        if !had_news && news(cx).is_ready() {
            self.had_news = true;
            return Poll::Ready(Call::News);
        }
        let call = self.poll_others(cx, others);
        if call.is_pending() && had_news && news(cx).is_ready() {
            self.had_news = true;
            return Poll::Ready(Call::News);
        }
        call
    }

    fn poll_others(
        &mut self,
        cx: &Context<'_>,
        others: impl FnOnce(&mut Context<'_>) -> Poll<Call>,
    ) -> Poll<Call> {
        let ear = self.ear.get_or_insert_with(|| Ear::of(cx.waker()));
        let Some(mut cx) = ear.heard(cx.waker()) else { return Poll::Pending };
        let call = others(&mut cx);
        if call.is_ready() {
            // Whatever else has rung was not looked at, and a clock that is set anew must be.
            ear.ring();
        }
        call
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, F: Future<Output = ()>> Others<'_, S, F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Call> {
        if self.watches.stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Call::Stopped);
        }
        if self.watches.socket.is_some_and(|socket| socket.poll_cut(cx).is_ready()) {
            return Poll::Ready(Call::Cut);
        }
        if self.watches.place.is_some_and(|place| place.poll(cx).is_ready()) {
            return Poll::Ready(Call::Events);
        }
        if self.watches.alarm.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Call::Alarm);
        }
        pin!(self.line.hear()).poll(cx).map(Call::Heard)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn others_are_looked_at_after_each_news_and_only_when_they_have_rung() {
        // A copy: the original may have another table of functions, and then it is another waker.
        let (mut turns, waker) = (Turns::default(), Waker::noop().clone());
        let cx = Context::from_waker(&waker);
        let (mut asked, mut bell) = (0, None);
        let mut turn = |news: bool, bell: &mut Option<Waker>| {
            let news = |_: &Context<'_>| if news { Poll::Ready(()) } else { Poll::Pending };
            let others = |cx: &mut Context<'_>| {
                asked += 1;
                *bell = Some(cx.waker().clone());
                Poll::Pending
            };
            (turns.poll(&cx, news, others).is_ready(), asked)
        };
        // Nobody has looked yet, and then nothing has rung.
        assert_eq!(turn(false, &mut bell), (false, 1));
        assert_eq!([true, true, true].map(|news| turn(news, &mut bell)), [(true, 1); 3]);
        bell.take().unwrap().wake();
        // It comes after one news at most.
        assert_eq!((turn(true, &mut bell), turn(true, &mut bell).1), ((true, 2), 2));
    }

    #[test]
    fn news_without_end_keeps_nobody_else_waiting() {
        let (mut turns, cx) = (Turns::default(), Context::from_waker(Waker::noop()));
        let mut calls =
            (0..4).map(|_| match turns.poll(&cx, |_| Poll::Ready(()), |_| Poll::Ready(Call::Stopped)) {
                Poll::Ready(Call::News) => "news",
                Poll::Ready(_) => "stopped",
                Poll::Pending => "nothing",
            });
        assert_eq!([(); 4].map(|()| calls.next().unwrap()), ["news", "stopped", "news", "stopped"]);
    }
}
