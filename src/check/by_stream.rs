//! Goes through a table in the order of its streams, a page at a time.

use std::collections::VecDeque;

use domain::view::BookingView;
use persistence::journal::{OutboxRow, StoredAnswer, StreamId};
use persistence::store::{EffectKey, ReadError, Reader};

use super::PAGE;

/// What is kept in the order of its streams.
pub trait Keyed: Clone {
    /// Whose it is.
    fn stream(&self) -> &StreamId;

    /// The page after `last`, or the first.
    async fn page_after<R: Reader>(store: &R, last: Option<&Self>) -> Result<Vec<Self>, ReadError>;
}

impl Keyed for StoredAnswer {
    fn stream(&self) -> &StreamId {
        &self.stream
    }

    async fn page_after<R: Reader>(store: &R, last: Option<&Self>) -> Result<Vec<Self>, ReadError> {
        store.answers_after(last.map(|last| (&last.stream, last.request.id)), PAGE).await
    }
}

impl Keyed for OutboxRow {
    fn stream(&self) -> &StreamId {
        &self.stream
    }

    async fn page_after<R: Reader>(store: &R, last: Option<&Self>) -> Result<Vec<Self>, ReadError> {
        store.outbox_waiting(last.map(EffectKey::of).as_ref(), PAGE).await
    }
}

/// A line of the list of bookings.
impl Keyed for (StreamId, BookingView) {
    fn stream(&self) -> &StreamId {
        &self.0
    }

    async fn page_after<R: Reader>(store: &R, last: Option<&Self>) -> Result<Vec<Self>, ReadError> {
        store.bookings_after(last.map(|(stream, _)| stream), PAGE).await
    }
}

/// A place in such a table.
#[derive(Debug)]
pub struct ByStream<T> {
    page: VecDeque<T>,
    last: Option<T>,
    is_at_end: bool,
}

impl<T> Default for ByStream<T> {
    fn default() -> Self {
        Self { page: VecDeque::new(), last: None, is_at_end: false }
    }
}

impl<T: Keyed> ByStream<T> {
    /// The next line, unless it belongs to a stream after this one; without a stream, whichever it is.
    pub async fn next_up_to<R: Reader>(
        &mut self,
        store: &R,
        stream: Option<&StreamId>,
    ) -> Result<Option<T>, ReadError> {
        if self.page.is_empty() && !self.is_at_end {
            self.page = T::page_after(store, self.last.as_ref()).await?.into();
            self.last = self.page.back().cloned();
            self.is_at_end = self.page.is_empty();
        }
        Ok(self.page.pop_front_if(|next| stream.is_none_or(|stream| next.stream() <= stream)))
    }
}
