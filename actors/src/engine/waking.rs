//! Who has something due is woken before anybody is served.

use persistence::any::Any;
use persistence::journal::StreamId;
use persistence::store::{DueAt, Reader};
use tokio::task::JoinSet;

use super::told::Unserved;

/// Streams that are read from the list at a time.
const PAGE: u32 = 512;

/// Streams that are woken at a time: twice as many as the gate lets read, so that it is never idle.
const WAKING_MAX: usize = 32;

/// Wakes every stream of the list, the most urgent first, and says how many there were.
pub async fn wake_due<W>(store: &Any, wake: impl Fn(StreamId) -> W) -> Result<usize, Unserved>
where
    W: Future<Output = Result<(), Unserved>> + Send + 'static,
{
    let (mut after, mut woken): (Option<DueAt>, usize) = (None, 0);
    loop {
        let page = store.due(after.as_ref(), PAGE).await.map_err(|_| Unserved::StoreDown)?;
        let Some(last) = page.last() else { return Ok(woken) };
        after = Some(last.clone());
        woken += page.len();
        let mut waking: JoinSet<()> = JoinSet::new();
        for due in page {
            if waking.len() >= WAKING_MAX {
                waking.join_next().await;
            }
            let (stream, woken) = (due.stream.clone(), wake(due.stream));
            waking.spawn(async move {
                if let Err(error) = woken.await {
                    tracing::error!(stream = %stream, error = %error, "cannot wake {stream}");
                }
            });
        }
        while waking.join_next().await.is_some() {}
    }
}
